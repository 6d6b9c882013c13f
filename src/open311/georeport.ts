import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import { openKeyCheck } from './key-check.ts';
import type { Spend } from './read-budget.ts';
import { addressOf, BudgetSpent, openReadBudget } from './read-budget.ts';
import { BODY_MAX_BYTES, CallRefused } from './read-call.ts';
import { requestRoutes } from './request-routes.ts';
import { baseOf, inFormats, refuse, respond } from './respond.ts';
import { serviceRoutes } from './service-routes.ts';
import { updateRoutes } from './update-routes.ts';

type GeoReportSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  readonly log: Log;
  /** Folder of the stored photos. */
  readonly photos: string;
};

/** A caller without a budget waits this long for its refusal, ms. */
const REFUSED_AFTER_MS = 1000;

/** Date of the last change to this server's services and endpoints, as discovery reports it. */
const CHANGESET = '2026-11-26T00:00:00Z';

/** Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, requests in and out, and updates, in XML and JSON. */
export function geoReport(settings: GeoReportSettings): Hono {
  const { store, log } = settings;
  const app = new Hono();
  // Counts while the body streams in: a chunked one has no length.
  app.use(bodyLimit({ maxSize: BODY_MAX_BYTES, onError: (c) => refuse(c, 400, 'The request is too long.') }));

  app.get(inFormats('discovery'), (c) => {
    const url = baseOf(c);
    const formats = ['text/xml', 'application/json'];
    const specification = 'http://wiki.open311.org/GeoReport_v2';
    return respond(c, 'discovery', {
      changeset: CHANGESET,
      contact: '12345',
      key_service: 'npm run anlin -- api-key <name>',
      endpoints: [{ specification, url, changeset: CHANGESET, type: 'production', formats }],
    });
  });

  app.route('/', serviceRoutes(settings));
  const budget = openReadBudget();
  const keyOf = openKeyCheck(store);
  const spendOf = async (c: Context): Promise<Spend> => {
    const given = c.req.query('api_key');
    return given && (await keyOf(c, given)) ? () => {} : budget(addressOf(c));
  };
  app.route('/', requestRoutes({ ...settings, spendOf, keyOf }));
  app.route('/', updateRoutes({ ...settings, spendOf, keyOf }));

  // An API key is required because a photo may show more than the hazard.
  app.get('/photos/:photo{[0-9a-f]{32}\\.jpg}', async (c) => {
    const given = c.req.query('api_key');
    if (!given || !(await keyOf(c, given))) throw new CallRefused(403, 'api_key is required.');
    const bytes = await readFile(join(settings.photos, c.req.param('photo'))).catch(() => undefined);
    if (!bytes) throw new CallRefused(404, 'There is no such photo.');
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' });
  });

  app.notFound((c) => refuse(c, 404, 'There is no such resource. See /open311/v2/discovery.xml.'));
  app.onError(async (error, c) => {
    if (error instanceof BudgetSpent) {
      // A program that asks again at once is held: each refusal costs more than the wait.
      await sleep(REFUSED_AFTER_MS);
      c.header('retry-after', String(error.seconds));
      return refuse(c, 429, error.message);
    }
    if (error instanceof CallRefused) return refuse(c, error.status, error.message);
    if (error instanceof StoreAway) {
      c.header('retry-after', '3');
      return refuse(c, 503, 'The store does not answer now. Please try again.');
    }
    log.error({ err: error }, 'an Open311 call failed');
    return refuse(c, 500, 'Something went wrong here.');
  });
  return app;
}
