import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { methodNotAllowed } from 'hono/method-not-allowed';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import type { Timings } from '../timings.ts';
import { CallRefused } from './call-refused.ts';
import { keptAnswers } from './kept-answers.ts';
import { openKeyCheck } from './key-check.ts';
import type { PublicAddress } from './public-address.ts';
import type { Spend } from './read-budget.ts';
import { BudgetSpent, openReadBudget } from './read-budget.ts';
import { checkJurisdiction } from './read-call.ts';
import { checkQuery, FORM_MAX_BYTES, isUpload, UPLOAD_MAX_BYTES } from './read-form.ts';
import { requestRoutes } from './request-routes.ts';
import { inFormats, MOUNTED_AT, refuse, respond, VERSION_AT } from './respond.ts';
import { serviceRoutes } from './service-routes.ts';
import { sharedReads } from './shared-reads.ts';
import { updateRoutes } from './update-routes.ts';

type GeoReportSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  readonly log: Log;
  /** Folder of the stored photos. */
  readonly photos: string;
  readonly address: PublicAddress;
  readonly timings: Timings['open311'];
};

/** A caller without a budget waits this long for its refusal, ms. */
const REFUSED_AFTER_MS = 1000;

const RETRY_AFTER_S = '3';
/** Forms with photos that are read at the same time: they lie in memory before the key in them is known. */
const UPLOADS_AT_ONCE = 4;

/** Date of the last change to this server's services and endpoints, as discovery reports it. */
const CHANGESET = '2026-11-26T00:00:00Z';

/** Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, requests in and out, and updates, in XML and JSON. */
export function geoReport(settings: GeoReportSettings): Hono {
  const { store, log, address } = settings;
  const app = new Hono();
  app.use(sharedReads((c) => !c.req.path.includes('/photos/')));
  const onMethodNotAllowed = (c: Context, methods: readonly string[]) => {
    c.header('allow', methods.join(', '));
    return refuse(c, 405, `The methods here are ${methods.join(' and ')}.`);
  };
  app.use(methodNotAllowed({ app, onMethodNotAllowed }));
  app.use(async (c, next) => {
    checkQuery(c);
    checkJurisdiction(c.req.queries('jurisdiction_id') ?? [], store);
    await next();
  });
  app.use(async (c, next) => {
    await next();
    // A program that asks again at once is held: each refusal costs more than the wait. Equal reads of others are not.
    if (c.error instanceof BudgetSpent) await sleep(REFUSED_AFTER_MS);
  });
  app.use(keptAnswers({ ...settings.timings, origin: address.origin }));
  // Counts while the body streams in: a chunked one has no length.
  const onError = (c: Context) => refuse(c, 413, 'The request is too long.');
  const formLimit = bodyLimit({ maxSize: FORM_MAX_BYTES, onError });
  const uploadLimit = bodyLimit({ maxSize: UPLOAD_MAX_BYTES, onError });
  let uploads = 0;
  app.use(async (c, next) => {
    if (!isUpload(c)) return formLimit(c, next);
    if (uploads >= UPLOADS_AT_ONCE) {
      c.header('retry-after', RETRY_AFTER_S);
      return refuse(c, 503, 'Other photos are being read. Please try again.');
    }
    uploads += 1;
    return uploadLimit(c, next).finally(() => {
      uploads -= 1;
    });
  });

  const base = (c: Context) => `${address.origin(c)}${MOUNTED_AT}${VERSION_AT}`;
  app.get(VERSION_AT + inFormats('discovery'), (c) => {
    const formats = ['text/xml', 'application/json'];
    const specification = 'http://wiki.open311.org/GeoReport_v2';
    return respond(c, 'discovery', {
      changeset: CHANGESET,
      contact: '12345',
      key_service: 'npm run anlin -- api-key <name>',
      endpoints: [{ specification, url: base(c), changeset: CHANGESET, type: 'production', formats }],
    });
  });

  app.route(VERSION_AT, serviceRoutes(settings));
  const budget = openReadBudget();
  const keyOf = openKeyCheck(store, address);
  const spendOf = async (c: Context): Promise<Spend> => {
    const given = c.req.query('api_key');
    return given && (await keyOf(c, given)) ? () => {} : budget(address.caller(c));
  };
  app.route(VERSION_AT, requestRoutes({ ...settings, base, spendOf, keyOf }));
  app.route(VERSION_AT, updateRoutes({ ...settings, spendOf, keyOf }));

  // An API key is required because a photo may show more than the hazard.
  app.get(`${VERSION_AT}/photos/:photo{[0-9a-f]{32}\\.jpg}`, async (c) => {
    const given = c.req.query('api_key');
    if (!given || !(await keyOf(c, given))) throw new CallRefused(403, 'api_key is required.');
    const bytes = await readFile(join(settings.photos, c.req.param('photo'))).catch(() => undefined);
    if (!bytes) throw new CallRefused(404, 'There is no such photo.');
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/jpeg' });
  });

  app.all('*', (c) =>
    refuse(c, 404, `There is no such resource in xml or json. See ${MOUNTED_AT}${VERSION_AT}/discovery.xml.`),
  );
  app.onError((error, c) => {
    if (error instanceof BudgetSpent) {
      c.header('retry-after', String(error.seconds));
      return refuse(c, 429, error.message);
    }
    if (error instanceof CallRefused) return refuse(c, error.status, error.message);
    if (error instanceof StoreAway) {
      c.header('retry-after', RETRY_AFTER_S);
      return refuse(c, 503, 'The store does not answer now. Please try again.');
    }
    log.error({ err: error }, 'an Open311 call failed');
    return refuse(c, 500, 'Something went wrong here.');
  });
  return app;
}
