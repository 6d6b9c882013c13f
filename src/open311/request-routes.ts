import type { Context } from 'hono';
import { Hono } from 'hono';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Store } from '../store/store.ts';
import { CallRefused } from './call-refused.ts';
import { fileRequest } from './file-request.ts';
import { findByNumbers, searchRequests } from './find-requests.ts';
import type { KeyCheck } from './key-check.ts';
import type { Spend } from './read-budget.ts';
import { readCall } from './read-call.ts';
import type { Form } from './read-form.ts';
import { inFormats, nameOf, respond } from './respond.ts';
import { requestOf } from './service-request.ts';

type RequestSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  /** Folder of the stored photos. */
  readonly photos: string;
  /** URL of GeoReport v2. */
  readonly base: (c: Context) => string;
  /** The caller's budget of reads; without bounds for a caller with an API key. */
  readonly keyOf: KeyCheck;
  readonly spendOf: (c: Context) => Promise<Spend>;
};

/** Routes that file, list and show service requests. */
export function requestRoutes({ store, wording, city, now, photos, base, spendOf, keyOf }: RequestSettings): Hono {
  const app = new Hono();
  const contextOf = (c: Context) => {
    const language = wording.languageFor(c.req.query('locale'));
    return { city: city(), language, say: wording.in(language), base: base(c) };
  };

  app.get(inFormats('requests'), async (c) => {
    const context = contextOf(c);
    const spend = await spendOf(c);
    const numbers = c.req.query('service_request_id');
    const records = numbers
      ? await findByNumbers(store, numbers.split(','), spend)
      : await searchRequests(store, c, now(), spend);
    const requests = records.map((record) => requestOf(record, context));
    return respond(c, 'service_requests', requests);
  });

  app.get('/requests/:file', async (c) => {
    const [record] = await findByNumbers(store, [nameOf(c)], await spendOf(c));
    if (!record) throw new CallRefused(404, `There is no request ${nameOf(c)}.`);
    return respond(c, 'service_requests', [requestOf(record, contextOf(c))]);
  });

  // A new request has its number at once, so this server issues no tokens. A case number serves as its own token.
  app.get('/tokens/:file', async (c) => {
    const [record] = await findByNumbers(store, [nameOf(c)], await spendOf(c));
    if (!record) throw new CallRefused(404, `There is no token ${nameOf(c)}.`);
    return respond(c, 'service_requests', [{ service_request_id: record.number, token: nameOf(c) }]);
  });

  app.post(inFormats('requests'), async (c) => {
    const call = await readCall(c, store, keyOf);
    const { number } = await fileRequest(call, { store, city: city(), now, folder: photos });
    const service_notice = noticeOf(call);
    return respond(c, 'service_requests', [{ service_request_id: number, service_notice, account_id: '' }]);
  });

  return app;
}

/** This server fetches nothing from addresses that a caller names: they could lead into its own network. */
function noticeOf({ fields, files }: Form): string {
  if (!fields.get('media_url') || files.length > 0) return '';
  return 'The photo behind media_url was not fetched. Send photos as files in multipart/form-data.';
}
