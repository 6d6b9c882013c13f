import type { InvariantCheck } from '../store/records/invariants.ts';
import { readAtomically, scanKeys } from '../store/records/invariants.ts';
import { RECIPIENT_OUTCOMES } from './sending/ledger.ts';

/** I5: the counts of every run match its ledger and never exceed its audience. */
export const broadcastsHold: InvariantCheck = async (store) => {
  const wrong: string[] = [];
  const end = ':run';
  for (const key of await scanKeys(store, store.keys.broadcastRun('*'))) {
    const id = key.slice(store.keys.broadcast('').length, -end.length);
    const [run, outcomes] = (await readAtomically(store, [
      ['hgetall', key],
      ['get', store.keys.broadcastOutcomes(id)],
    ])) as [Record<string, string>, string | null];
    const total = Number(run.total);
    const counted = Object.keys(RECIPIENT_OUTCOMES).map(
      (letter) => [letter, Number(run[`outcome:${letter}`] ?? 0)] as const,
    );
    const sum = counted.reduce((all, [, n]) => all + n, 0);
    if (sum !== Number(run.settled)) wrong.push(`${id}: ${sum} outcomes are counted, but ${run.settled} settled`);
    if (sum > total || Number(run.cursor) > total) wrong.push(`${id}: more outcomes than its ${total} recipients`);
    if (run.state === 'ended' && run.why === 'done' && sum !== total)
      wrong.push(`${id}: ended with ${sum} of ${total}`);
    if (outcomes === null) continue;
    for (const [letter, n] of counted) {
      const recorded = outcomes.split(letter).length - 1;
      if (recorded !== n)
        wrong.push(
          `${id}: ${n} counted as ${RECIPIENT_OUTCOMES[letter as keyof typeof RECIPIENT_OUTCOMES]}, but the ledger holds ${recorded}`,
        );
    }
  }
  return wrong;
};
