import type { InvariantCheck } from '../store/invariants.ts';
import { atOnce, keysLike } from '../store/invariants.ts';
import { OUTCOMES } from './sending/ledger.ts';

/** I5: of every sending, those who are counted are those whose outcome stands in the ledger, and none more than the audience. */
export const broadcastsHold: InvariantCheck = async (store) => {
  const wrong: string[] = [];
  const end = ':run';
  for (const key of await keysLike(store, store.keys.broadcastRun('*'))) {
    const id = key.slice(store.keys.broadcast('').length, -end.length);
    const [run, outcomes] = (await atOnce(store, [
      ['hgetall', key],
      ['get', store.keys.broadcastOutcomes(id)],
    ])) as [Record<string, string>, string | null];
    const total = Number(run.total);
    const counted = Object.keys(OUTCOMES).map((letter) => [letter, Number(run[`outcome:${letter}`] ?? 0)] as const);
    const sum = counted.reduce((all, [, n]) => all + n, 0);
    if (sum !== Number(run.settled)) wrong.push(`${id}: ${sum} outcomes are counted, but ${run.settled} settled`);
    if (sum > total || Number(run.cursor) > total) wrong.push(`${id}: more outcomes than its ${total} recipients`);
    if (run.state === 'ended' && run.why === 'done' && sum !== total)
      wrong.push(`${id}: ended with ${sum} of ${total}`);
    if (outcomes === null) continue;
    for (const [letter, n] of counted) {
      const stand = outcomes.split(letter).length - 1;
      if (stand !== n)
        wrong.push(
          `${id}: ${n} counted as ${OUTCOMES[letter as keyof typeof OUTCOMES]}, but ${stand} stand in the ledger`,
        );
    }
  }
  return wrong;
};
