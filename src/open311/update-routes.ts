import type { Context } from 'hono';
import { Hono } from 'hono';
import type { CaseEvent } from '../cases/case-event.ts';
import { isPublicEvent } from '../cases/case-event.ts';
import { changeCase, loadCases, loadEvents } from '../cases/case-store.ts';
import type { HazardCase } from '../cases/hazard-case.ts';
import { PHOTOS_MAX } from '../cases/hazard-case.ts';
import { attempt } from '../cases/lifecycle.ts';
import { applyEvent, replay } from '../cases/replay.ts';
import type { Say, Wording } from '../i18n.ts';
import { commitOrThrow } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { CallRefused } from './call-refused.ts';
import { digestOf } from './digest.ts';
import { findByNumber } from './find-requests.ts';
import type { KeyCheck } from './key-check.ts';
import type { Spend } from './read-budget.ts';
import type { Page, Span } from './read-call.ts';
import { descriptionOf, pageOf, readCall, readTime, spanOf } from './read-call.ts';
import { inFormats, respond } from './respond.ts';
import { updateOf } from './service-request.ts';
import { keepPhotos, sameOf, takePhotos } from './take-photos.ts';
import type { ResponseNode } from './xml.ts';

type UpdateSettings = {
  readonly store: Store;
  readonly wording: Wording;
  readonly now: () => number;
  /** Folder of the stored photos. */
  readonly photos: string;
  /** The caller's budget of reads; without bounds for a caller with an API key. */
  readonly keyOf: KeyCheck;
  readonly spendOf: (c: Context) => Promise<Spend>;
};

/** Changed cases whose logs are read in one round trip. */
const READ_AT_ONCE = 50;

/** Routes that list and take updates of service requests (servicerequestupdates, as FixMyStreet exchanges them). */
export function updateRoutes({ store, wording, now, photos, spendOf, keyOf }: UpdateSettings): Hono {
  const app = new Hono();

  app.get(inFormats('servicerequestupdates'), async (c) => {
    const say = wording.in(wording.languageFor(c.req.query('locale')));
    const loading = { store, say, spend: await spendOf(c) };
    return respond(c, 'service_request_updates', await loadUpdates(loading, spanOf(c, now()), pageOf(c)));
  });

  app.post(inFormats('servicerequestupdates'), async (c) => {
    const { fields, files, key } = await readCall(c, store, keyOf);
    const [number = '', update = ''] = [fields.get('service_request_id') ?? '', fields.get('update_id') ?? ''];
    readTime('updated_datetime', fields.get('updated_datetime'));
    const kept = await findByNumber(store, number);
    if (!kept) throw new CallRefused(404, `There is no request ${number}.`);
    const text = descriptionOf(fields);
    if (text === '') throw new CallRefused(400, 'description is required.');
    const { id, events, photos: before } = kept.record;
    const others = before.filter(({ same }) => !files.some((file) => sameOf(file) === same));
    const sent = await takePhotos(files, id, PHOTOS_MAX - others.length);
    const added = sent.map(({ media }) => media).filter(({ same }) => !before.some((photo) => photo.same === same));
    const payload = { words: { text }, ...(added.length > 0 ? { photos: added } : {}) };
    const tried = attempt(kept.record, 'added', { as: 'program', by: key.id }, payload, now());
    if (tried.type === 'refused') throw new CallRefused(400, `The request ${number} is closed.`);
    const op = `open311:${key.id}:${id}:${update || digestOf([text, ...files.map(sameOf)].join('\n'))}`;
    await commitOrThrow(store, { op, what: 'case_added', ...changeCase(store, kept, tried.event) }, now());
    await keepPhotos(photos, sent);
    return respond(c, 'service_request_updates', [{ update_id: update || `${number}-${events + 1}` }]);
  });

  return app;
}

type Loading = { readonly store: Store; readonly say: Say; readonly spend: Spend };

/**
 * Loads the public events of the span, oldest first. All cases that changed since its start are read:
 * an early event may belong to a case that changed last, and a program goes on at the last time it was told.
 */
async function loadUpdates(
  { store, say, spend }: Loading,
  { from, to }: Span,
  { size, skip }: Page,
): Promise<readonly ResponseNode[]> {
  const { redis, keys } = store;
  // At once, because a case that changes meanwhile moves to the end of the list.
  const changed = await orStoreAway(redis.zrange(keys.casesChanged, String(from), '+inf', 'BYSCORE'));
  let updates: readonly Update[] = [];
  for (let i = 0; i < changed.length; i += READ_AT_ONCE) {
    const part = changed.slice(i, i + READ_AT_ONCE);
    // Each case is read with its log.
    spend(2 * part.length);
    const looked = (await loadCases(store, part)).filter(({ record }) => record.looked);
    const logs = await Promise.all(looked.map(({ record }) => loadEvents(store, record.id)));
    const found = logs.flatMap((log) => updatesOf(log, { from, to }));
    updates = [...updates, ...found].toSorted((a, b) => a.event.at - b.event.at).slice(0, skip + size);
  }
  return updates.slice(skip).map(({ after, event, number }) => updateOf(after, event, number, { say }));
}

/** A public event, its number in the log, and the case after it. */
type Update = { readonly after: HazardCase; readonly event: CaseEvent; readonly number: number };

function updatesOf(log: readonly CaseEvent[], { from, to }: Span): readonly Update[] {
  const updates: Update[] = [];
  let after: HazardCase | undefined;
  for (const [i, event] of log.entries()) {
    after = after ? applyEvent(after, event) : replay([event]);
    if (isPublicEvent(event) && event.at >= from && event.at <= to) updates.push({ after, event, number: i + 1 });
  }
  return updates;
}
