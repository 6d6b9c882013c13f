import type { Sweep } from '../../background/sweep.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Write } from '../../store/commit.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Letter } from './letter.ts';
import { agreedMonth, loadLetter } from './letter-store.ts';

/** A listing bars honours for a year, and the ladder looks back at earlier letters. */
const KEPT_MS = 2 * 365 * DAY_MS;

/** Deletes letters two years after they closed, and drafts of that age that no one agreed to. */
export const sweepLetters: Sweep = async (store, now, stopping) => {
  const old = now - KEPT_MS;
  for (const id of await orStoreAway(store.redis.zrange(store.keys.letters, '-inf', String(old), 'BYSCORE'))) {
    if (stopping()) return;
    const kept = await loadLetter(store, id);
    if (!kept || !isOver(kept.record, old)) continue;
    const writes = removeLetter(store, kept.record);
    const checks = [{ key: store.keys.letter(id), field: 'version', is: String(kept.version) }];
    await commitAsSystem(store, { op: `retain:${id}`, what: 'letter_deleted', checks, writes }, now);
  }
};

function isOver({ state, closedAt, steps = [] }: Letter, old: number): boolean {
  if (state === 'drafted') return true;
  const isClimbing = steps.some(({ ending }) => ending === undefined);
  return closedAt !== undefined && closedAt <= old && !isClimbing;
}

function removeLetter({ keys }: Store, letter: Letter): readonly Write[] {
  const { id, to, matter, state } = letter;
  return [
    ['DEL', keys.letter(id)],
    ['ZREM', keys.letters, id],
    ['ZREM', keys.lettersAgreed(to, agreedMonth(letter)), id],
    ...(state === 'drafted' ? [['DEL', keys.letterOpen(to, matter)] as const] : []),
  ];
}
