import type { Context } from 'hono';
import { Hono } from 'hono';
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
import type { Span } from './read-call.ts';
import { descriptionOf, REQUESTS_MAX, readCall, readTime, spanOf } from './read-call.ts';
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

/** Changed cases that one call reads at most. */
const CASES_READ_MAX = 300;

/** Routes that list and take updates of service requests (servicerequestupdates, as FixMyStreet exchanges them). */
export function updateRoutes({ store, wording, now, photos, spendOf, keyOf }: UpdateSettings): Hono {
  const app = new Hono();

  app.get(inFormats('servicerequestupdates'), async (c) => {
    const say = wording.in(wording.languageFor(c.req.query('locale')));
    return respond(
      c,
      'service_request_updates',
      await loadUpdates({ store, say, spend: await spendOf(c) }, spanOf(c, now())),
    );
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
    let after: HazardCase | undefined;
    (await loadEvents(store, record.id)).forEach((event, i) => {
      after = after ? applyEvent(after, event) : replay([event]);
      if (!isPublicEvent(event) || event.at < from || event.at > to) return;
      updates.push({ at: event.at, node: updateOf(after, event, i + 1, { say }) });
    });
  }
  const inOrder = updates.toSorted((a, b) => a.at - b.at).slice(0, REQUESTS_MAX);
  return inOrder.map(({ node }) => node);
}
