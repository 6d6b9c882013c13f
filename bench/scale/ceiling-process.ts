import { commit } from '../../src/store/commit.ts';
import { connect } from '../../src/store/connect.ts';
import { openStore } from '../../src/store/store.ts';
import { takeOrder } from '../broadcast/take-order.ts';
import { OUTER_KEY } from '../open-city.ts';

export type CeilingOrder = { readonly redisUrl: string; readonly commits: number };
export type Ceiling = { readonly perSecond: number };

const IN_FLIGHT = 64;
const PACE = { perSecond: 1e6, burst: 1e6, bulkPerSecond: 1e6, chatPerSecond: 1e6, chatBurst: 1e6 };
/** As long as the record of an ordinary turn, characters. */
const TALKS = 'x'.repeat(400);

takeOrder<CeilingOrder, Ceiling>(run);

/** Commits one record for each of many people, without messages and with nothing else to do. */
async function run({ redisUrl, commits }: CeilingOrder): Promise<Ceiling> {
  const redis = connect(redisUrl);
  const store = await openStore(redis, 'ceiling', PACE, Date.now(), { outerKey: OUTER_KEY });
  let next = 0;
  const worker = async () => {
    while (next < commits) {
      next += 1;
      const person = `telegram:${next}` as const;
      const change = { op: `op:${next}`, person, version: 0, fields: { talks: TALKS } };
      const done = await commit(store, { ...change, checks: [], writes: [], messages: [], audit: [] }, Date.now());
      if (done.type !== 'ok') throw new Error(`A commit met a ${done.type}.`);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const seconds = (performance.now() - began) / 1000;
  redis.disconnect();
  return { perSecond: commits / seconds };
}
