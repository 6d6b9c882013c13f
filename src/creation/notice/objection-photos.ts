import { shownFile } from '../../cases/photos/shown-media.ts';
import { PHOTOS_MS } from '../../cases/retention/retention-rules.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Media } from '../../engine/input.ts';
import type { Objection, Round } from '../rounds/round.ts';
import type { RoundStep } from '../rounds/round-step.ts';
import { refused } from '../rounds/round-step.ts';

/** Photos of one objection. */
export const OBJECTION_PHOTOS_MAX = 4;

/** All photos of a round's objections. Only those who decide see them; no notice shows them. */
export function photosOf({ objections }: Pick<Round, 'objections'>): readonly Media[] {
  return objections.flatMap(({ photos = [] }) => photos);
}

/** Removes the photos of one objection for good, such as those that show people. Its words stay and wait for their answer. */
export function hidePhotos(round: Round, objection: Objection | undefined, now: number): RoundStep {
  if (!objection?.photos || !round.objections.includes(objection)) return refused('gone');
  const objections = round.objections.map((one) => (one === objection ? withoutPhotos(one) : one));
  return {
    type: 'done',
    round: { ...round, objections, history: [...round.history, { event: 'photos_hidden', at: now }] },
  };
}

/** The photos as messages, each with the words of its objection. */
export function shownPhotos({ id, objections }: Pick<Round, 'id' | 'objections'>): readonly LocalizedMessage[] {
  return objections.flatMap(({ words, photos = [] }) =>
    photos.map((photo) => ({ key: 'flows/my-premises:photo', values: { words: { words } }, ...shownFile(id, photo) })),
  );
}

/** When the next photos are deleted, ms since the epoch; undefined if the round has none that end. */
export function photosEndAt(round: Pick<Round, 'objections' | 'state'>): number | undefined {
  const ends = round.objections.flatMap((one) => endOf(one, round) ?? []);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** Removes photos whose retention is over: 30 days after the answer, as for a case after its end. */
export function endPhotos(round: Round, now: number): Round {
  const isOver = (one: Objection) => (endOf(one, round) ?? Infinity) <= now;
  return { ...round, objections: round.objections.map((one) => (isOver(one) ? withoutPhotos(one) : one)) };
}

/** An objection without an answer waits as long as its notice; then its own time counts. */
function endOf({ photos, answer, at }: Objection, { state }: Pick<Round, 'state'>): number | undefined {
  if (!photos || (!answer && state === 'public_notice')) return undefined;
  return (answer?.at ?? at) + PHOTOS_MS;
}

function withoutPhotos({ photos: _photos, ...objection }: Objection): Objection {
  return objection;
}
