import type { Context } from 'hono';
import { Hono } from 'hono';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Store } from '../store/store.ts';
import { fileRequest } from './file-request.ts';
import { findByNumbers, searchRequests } from './find-requests.ts';
import type { KeyCheck } from './key-check.ts';
import type { Spend } from './read-budget.ts';
import { CallRefused, checkJurisdiction, readForm } from './read-call.ts';
import { baseOf, inFormats, nameOf, respond } from './respond.ts';
import { requestOf } from './service-request.ts';

type RequestSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  /** The caller's budget of reads; without bounds for a caller with an API key. */
  readonly keyOf: KeyCheck;
  readonly spendOf: (c: Context) => Promise<Spend>;
};

/** Routes that file, list and show service requests. */
export function requestRoutes({ store, wording, city, now, spendOf, keyOf }: RequestSettings): Hono {
  const app = new Hono();
  const contextOf = (c: Context) => {
    const language = wording.languageFor(c.req.query('locale'));
    return { city: city(), language, say: wording.in(language), base: baseOf(c) };
  };

  app.get(inFormats('requests'), async (c) => {
    checkJurisdiction(c, store);
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
    checkJurisdiction(c, store);
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
    const { form, key } = await readForm(c, store, keyOf);
    const filed = await fileRequest(form, key.id, { store, city: city(), now });
    return respond(c, 'service_requests', [{ service_request_id: filed.number, service_notice: '', account_id: '' }]);
  });

  return app;
}
