import type { Context } from 'hono';
import { Hono } from 'hono';
import { isPublicEvent } from '../cases/case-event.ts';
import { changeCase, loadCases, loadEvents } from '../cases/case-store.ts';
import type { CaseState } from '../cases/hazard-case.ts';
import { attempt } from '../cases/lifecycle.ts';
import type { Say, Wording } from '../i18n.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { commitCall, digestOf } from './commit-call.ts';
import { findByNumber } from './find-requests.ts';
import type { KeyCheck } from './key-check.ts';
import type { Spend } from './read-budget.ts';
import type { Span } from './read-call.ts';
import { CallRefused, checkJurisdiction, descriptionOf, REQUESTS_MAX, readForm, spanOf } from './read-call.ts';
import { inFormats, respond } from './respond.ts';
import { updateOf } from './service-request.ts';
import type { ResponseNode } from './xml.ts';

type UpdateSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly now: () => number;
  /** The caller's budget of reads; without bounds for a caller with an API key. */
  readonly keyOf: KeyCheck;
  readonly spendOf: (c: Context) => Promise<Spend>;
};

/** Changed cases that one call reads at most. */
const CASES_READ_MAX = 300;

/** Routes that list and take updates of service requests (servicerequestupdates, as FixMyStreet exchanges them). */
export function updateRoutes({ store, wording, now, spendOf, keyOf }: UpdateSettings): Hono {
  const app = new Hono();

  app.get(inFormats('servicerequestupdates'), async (c) => {
    checkJurisdiction(c, store);
    const say = wording.in(wording.languageFor(c.req.query('locale')));
    return respond(
      c,
      'service_request_updates',
      await loadUpdates({ store, say, spend: await spendOf(c) }, spanOf(c, now())),
    );
  });

  app.post(inFormats('servicerequestupdates'), async (c) => {
    const { form, key } = await readForm(c, store, keyOf);
    const [number = '', update = ''] = [form.get('service_request_id') ?? '', form.get('update_id') ?? ''];
    const kept = await findByNumber(store, number);
    if (!kept) throw new CallRefused(404, `There is no request ${number}.`);
    const text = descriptionOf(form);
    if (text === '') throw new CallRefused(400, 'description is required.');
    const tried = attempt(kept.record, 'added', { as: 'program', by: key.id }, { words: { text } }, now());
    if (tried.type === 'refused') throw new CallRefused(400, `The request ${number} is closed.`);
    const op = `open311:${key.id}:${kept.record.id}:${update || digestOf(text)}`;
    await commitCall(store, { op, what: 'case_added', ...changeCase(store, kept, tried.event) }, now);
    return respond(c, 'service_request_updates', [{ update_id: update || `${number}-${kept.record.events + 1}` }]);
  });

  return app;
}

type Loading = { readonly store: Store; readonly say: Say; readonly spend: Spend };

/** Loads the public events of the span, oldest first. */
async function loadUpdates({ store, say, spend }: Loading, { from, to }: Span): Promise<readonly ResponseNode[]> {
  const { redis, keys } = store;
  const range = [keys.casesChanged, String(from), '+inf'] as const;
  const changed = await orStoreAway(redis.zrange(...range, 'BYSCORE', 'LIMIT', 0, CASES_READ_MAX));
  const updates: { readonly at: number; readonly node: ResponseNode }[] = [];
  // Each case is read with its log.
  spend(2 * changed.length);
  for (const { record } of await loadCases(store, changed)) {
    if (!record.looked) continue;
    let state: CaseState = 'submitted';
    (await loadEvents(store, record.id)).forEach((event, i) => {
      state = event.to ?? state;
      if (!isPublicEvent(event) || event.at < from || event.at > to) return;
      updates.push({ at: event.at, node: updateOf(record.number, event, state, i + 1, { say }) });
    });
  }
  const inOrder = updates.toSorted((a, b) => a.at - b.at).slice(0, REQUESTS_MAX);
  return inOrder.map(({ node }) => node);
}
