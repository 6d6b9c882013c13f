import { createHash, randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from 'hono';
import { Hono } from 'hono';
import { DAY_MS } from '../calendar.ts';
import { newCaseNumber, readCaseNumber } from '../cases/case-number.ts';
import type { KeptCase } from '../cases/case-store.ts';
import { addCase, changeCase, loadCase, loadCases, loadEvents } from '../cases/case-store.ts';
import type { CaseState, HazardCase, Report } from '../cases/hazard-case.ts';
import { isOpen } from '../cases/hazard-case.ts';
import { attempt } from '../cases/lifecycle.ts';
import { groundOf } from '../cases/routing.ts';
import type { City } from '../city/city.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import { StoreAway } from '../store/connect.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { findApiKey } from './api-key.ts';
import { CallRefused, described, pageOf, placeOf, REQUESTS_MAX, spanOf } from './read-call.ts';
import { definitionOf, serviceOf, servicesOf } from './service.ts';
import { requestOf, updateOf } from './service-request.ts';
import type { Node } from './xml.ts';
import { toXml } from './xml.ts';

type GeoReportSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly city: () => City;
  readonly now: () => number;
  readonly log: Log;
  /** Where photos lie. */
  readonly photos: string;
};

/** Where the web server hangs it. */
export const MOUNTED_AT = '/open311/v2';
const BODY_MAX_BYTES = 64 * 1024;
/** What one call may look through, whoever asks: the rest is for a narrower question. */
const SCANNED_MAX = 20_000;
const CASES_LOOKED_AT = 300;
/** What is read from the store at once. */
const READ_AT_ONCE = 200;
/** When the rules of this server last changed. */
const CHANGESET = '2026-11-26T00:00:00Z';

/** Open311 GeoReport v2 (wiki.open311.org/GeoReport_v2): services, requests in and out, and updates, in XML and JSON. */
export function geoReport(settings: GeoReportSettings): Hono {
  const { store, wording, city, now, log } = settings;
  const app = new Hono();

  const inWords = (c: Context) => {
    const language = wording.languageFor(c.req.query('locale'));
    return { city: city(), language, say: wording.in(language), base: baseOf(c) };
  };

  app.get(inFormats('discovery'), (c) => {
    const url = baseOf(c);
    const formats = ['text/xml', 'application/json'];
    const specification = 'http://wiki.open311.org/GeoReport_v2';
    return answer(c, 'discovery', {
      changeset: CHANGESET,
      contact: '12345',
      key_service: 'npm run anlin -- api-key <name>',
      endpoints: [{ specification, url, changeset: CHANGESET, type: 'production', formats }],
    });
  });

  app.get(inFormats('services'), (c) => {
    checkJurisdiction(c);
    const seen = inWords(c);
    return answer(
      c,
      'services',
      servicesOf(seen.city).map((one) => serviceOf(one, seen.city, seen.language)),
    );
  });

  app.get('/services/:file', (c) => {
    checkJurisdiction(c);
    const { city: known, language } = inWords(c);
    const service = known.categories.get(nameOf(c));
    if (!service?.group) throw new CallRefused(404, `There is no service ${nameOf(c)}.`);
    return answer(c, 'service_definition', definitionOf(service, language));
  });

  app.get(inFormats('requests'), async (c) => {
    checkJurisdiction(c);
    const seen = inWords(c);
    const ids = c.req.query('service_request_id');
    const records = ids ? await byNumbers(ids.split(',')) : await search(c);
    return answer(
      c,
      'service_requests',
      records.map((record) => requestOf(record, seen)),
    );
  });

  app.get('/requests/:file', async (c) => {
    checkJurisdiction(c);
    const [record] = await byNumbers([nameOf(c)]);
    if (!record) throw new CallRefused(404, `There is no request ${nameOf(c)}.`);
    return answer(c, 'service_requests', [requestOf(record, inWords(c))]);
  });

  // Every request gets its number at once, so that no token is ever handed out; one that looks like a number is its own.
  app.get('/tokens/:file', async (c) => {
    const [record] = await byNumbers([nameOf(c)]);
    if (!record) throw new CallRefused(404, `There is no token ${nameOf(c)}.`);
    return answer(c, 'service_requests', [{ service_request_id: record.number, token: nameOf(c) }]);
  });

  app.post(inFormats('requests'), async (c) => {
    const { form, key } = await readForm(c);
    const made = await takeReport(form, key.id);
    return answer(c, 'service_requests', [{ service_request_id: made.number, service_notice: '', account_id: '' }]);
  });

  app.get(inFormats('servicerequestupdates'), async (c) => {
    checkJurisdiction(c);
    const { say } = inWords(c);
    const { from, to } = spanOf(c, now());
    const { redis, keys } = store;
    const range = [keys.casesChanged, String(from), '+inf'] as const;
    const changed = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'LIMIT', 0, CASES_LOOKED_AT));
    const told: { readonly at: number; readonly node: Node }[] = [];
    for (const { record } of await loadCases(store, changed)) {
      if (!record.looked) continue;
      let state: CaseState = 'submitted';
      (await loadEvents(store, record.id)).forEach((event, i) => {
        state = event.to ?? state;
        if (event.type === 'reminded' || event.at < from || event.at > to) return;
        told.push({ at: event.at, node: updateOf(record.number, event, state, i + 1, { say }) });
      });
    }
    const inOrder = told.toSorted((a, b) => a.at - b.at).slice(0, REQUESTS_MAX);
    const found = inOrder.map(({ node }) => node);
    return answer(c, 'service_request_updates', found);
  });

  app.post(inFormats('servicerequestupdates'), async (c) => {
    const { form, key } = await readForm(c);
    const [number = '', update = ''] = [form.get('service_request_id') ?? '', form.get('update_id') ?? ''];
    const kept = await keptByNumber(number);
    if (!kept) throw new CallRefused(404, `There is no request ${number}.`);
    const text = described(form);
    if (text === '') throw new CallRefused(400, 'description is required.');
    const tried = attempt(kept.record, 'added', { as: 'program', by: key.id }, { words: { text } }, now());
    if (tried.type === 'refused') throw new CallRefused(400, `The request ${number} is closed.`);
    const op = `open311:${key.id}:${kept.record.id}:${update || digestOf(text)}`;
    await committed({ op, what: 'case_added', ...changeCase(store, kept, tried.event) });
    return answer(c, 'service_request_updates', [{ update_id: update || `${number}-${kept.record.events + 1}` }]);
  });

  // Seen by programs with a key only: there may be more on a photo than the hazard.
  app.get('/photos/:photo{[0-9a-f]{32}\\.jpg}', async (c) => {
    const key = await findApiKey(store, c.req.query('api_key') ?? '');
    if (!key) throw new CallRefused(403, 'api_key is required.');
    const bytes = await readFile(join(settings.photos, c.req.param('photo'))).catch(() => undefined);
    if (!bytes) throw new CallRefused(404, 'There is no such photo.');
    return c.body(new Uint8Array(bytes), 200, { 'content-type': 'image/jpeg', 'x-content-type-options': 'nosniff' });
  });

  app.notFound((c) => refusal(c, 404, 'There is no such resource. See /open311/v2/discovery.xml.'));
  app.onError((error, c) => {
    if (error instanceof CallRefused) return refusal(c, error.status, error.message);
    if (error instanceof StoreAway) {
      c.header('retry-after', '3');
      return refusal(c, 503, 'The store does not answer now. Please try again.');
    }
    log.error({ err: error }, 'an Open311 call failed');
    return refusal(c, 500, 'Something went wrong here.');
  });
  return app;

  function checkJurisdiction(c: Context): void {
    const asked = c.req.query('jurisdiction_id');
    if (asked && asked !== store.city) throw new CallRefused(404, `There is no jurisdiction ${asked}.`);
  }

  async function readForm(c: Context) {
    if (Number(c.req.header('content-length') ?? 0) > BODY_MAX_BYTES)
      throw new CallRefused(400, 'The request is too long.');
    const body = await c.req.text();
    if (body.length > BODY_MAX_BYTES) throw new CallRefused(400, 'The request is too long.');
    const form = new URLSearchParams(body);
    const given = form.get('api_key') || c.req.query('api_key');
    const key = given ? await findApiKey(store, given) : undefined;
    if (!key) throw new CallRefused(403, given ? 'This api_key is not known.' : 'api_key is required.');
    const jurisdiction = form.get('jurisdiction_id');
    if (jurisdiction && jurisdiction !== store.city)
      throw new CallRefused(404, `There is no jurisdiction ${jurisdiction}.`);
    return { form, key };
  }

  async function takeReport(form: URLSearchParams, by: string): Promise<Report> {
    const code = form.get('service_code') ?? '';
    if (code === '') throw new CallRefused(400, 'service_code is required.');
    const { categories, regions } = city();
    const service = categories.get(code);
    if (!service?.group) throw new CallRefused(404, `There is no service ${code}.`);
    const place = placeOf(form);
    const text = described(form);
    const at = now();
    // The same report sent again within the day, after a cut connection, is the same case.
    const digest = digestOf([by, code, JSON.stringify(place), text, String(Math.floor(at / DAY_MS))].join('\n'));
    const id = `case_${digest}` as const;
    const there = await loadCase(store, id);
    if (there) return there.record;
    const extras = Object.fromEntries(
      (service.questions ?? []).flatMap(({ id: question, options }) => {
        const chosen = form.get(`attribute[${question}]`);
        if (!chosen) return [];
        if (!options.some((option) => option.id === chosen))
          throw new CallRefused(
            400,
            `attribute[${question}] must be one of ${options.map((one) => one.id).join(', ')}.`,
          );
        return [[question, chosen]];
      }),
    );
    const region = place.point ? regions.at(place.point) : undefined;
    const report: Report = {
      id,
      number: newCaseNumber(randomInt),
      category: code,
      place: { ...place, ...(region ? { region } : {}) },
      description: { text: text || '-' },
      photos: [],
      anonymous: true,
      urgent: false,
      ...(Object.keys(extras).length > 0 ? { extras } : {}),
      filedAt: at,
      ...groundOf(region, regions),
    };
    await committed({ op: `open311:${id}`, what: 'case_filed', ...addCase(store, report, `open311:${by}`) });
    // Whoever was quicker with the same report has given it its number.
    return (await loadCase(store, id))?.record ?? report;
  }

  async function committed(change: Parameters<typeof commitAsSystem>[1]): Promise<void> {
    for (let i = 0; i < TRIES; i += 1) {
      const done = await commitAsSystem(store, change, now());
      if (done.type === 'ok' || done.type === 'duplicate') return;
      if (done.type === 'limit') break;
    }
    throw new StoreAway('An Open311 call met other changes again and again.');
  }

  async function keptByNumber(written: string): Promise<KeptCase | undefined> {
    const number = readCaseNumber(written);
    const id = number && (await orStoreAway(store.redis.get(store.keys.caseNumber(number))));
    return id ? loadCase(store, id) : undefined;
  }

  async function byNumbers(numbers: readonly string[]): Promise<readonly HazardCase[]> {
    const kept = await Promise.all(numbers.slice(0, REQUESTS_MAX).map((number) => keptByNumber(number.trim())));
    return kept.flatMap((one) => one?.record ?? []);
  }

  /** The newest first, of the span that is asked for. */
  async function search(c: Context): Promise<readonly HazardCase[]> {
    const { from, to } = spanOf(c, now());
    const codes = c.req.query('service_code')?.split(',').filter(Boolean);
    const statuses = c.req.query('status')?.split(',').filter(Boolean);
    if (statuses?.some((status) => status !== 'open' && status !== 'closed'))
      throw new CallRefused(400, 'status must be open, closed or both with a comma.');
    const { size, skip } = pageOf(c);
    const found: HazardCase[] = [];
    let passed = 0;
    for (let offset = 0; found.length < size && offset < SCANNED_MAX; offset += READ_AT_ONCE) {
      const { redis, keys } = store;
      const range = [keys.casesFiled, String(to), String(from)] as const;
      const ids = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'REV', 'LIMIT', offset, READ_AT_ONCE));
      if (ids.length === 0) break;
      for (const { record } of await loadCases(store, ids)) {
        const status = isOpen(record) ? 'open' : 'closed';
        if ((codes && !codes.includes(record.category)) || (statuses && !statuses.includes(status))) continue;
        passed += 1;
        if (passed > skip && found.length < size) found.push(record);
      }
    }
    return found;
  }
}

/** Two programs may change the city at the same moment. */
const TRIES = 5;

/** Where this server stands, as the caller sees it. */
function baseOf(c: Context): string {
  const { origin } = new URL(c.req.url);
  return `${origin}${MOUNTED_AT}`;
}

/** The route of a resource with the name of a format behind it. */
function inFormats(resource: string): string {
  return `/:resource{${resource}\\.(?:xml|json)}`;
}

/** The name in `/requests/<name>.<format>`. */
function nameOf(c: Context): string {
  return (c.req.param('file') ?? '').replace(/\.\w+$/, '');
}

function isJson(c: Context): boolean {
  return new URL(c.req.url).pathname.endsWith('.json');
}

function answer(c: Context, root: string, node: Node, status: 200 | 400 | 403 | 404 | 500 | 503 = 200): Response {
  if (isJson(c)) return c.body(JSON.stringify(node), status, { 'content-type': 'application/json; charset=utf-8' });
  if (new URL(c.req.url).pathname.endsWith('.xml') || status !== 200) {
    return c.body(toXml(root, node), status, { 'content-type': 'text/xml; charset=utf-8' });
  }
  return answer(c, 'errors', [{ code: 404, description: 'The formats are xml and json.' }], 404);
}

function refusal(c: Context, status: 400 | 403 | 404 | 500 | 503, description: string): Response {
  return answer(c, 'errors', [{ code: status, description }], status);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 11);
}
