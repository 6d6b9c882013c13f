import { eachOrLog } from '../background/each-or-log.ts';
import type { Job } from '../background/job.ts';
import type { Urn } from '../channels/channel.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

const EVERY_MS = 5000;
const BATCH = 50;

/** The job that ends expired sessions. Every process may run it: the commit sends each notice once. */
export function talkExpiryJob(store: Store, log: Log, expire: (urn: Urn) => Promise<void>): Job {
  return {
    name: 'talk-expiry',
    every: EVERY_MS,
    runsIn: 'every_process',
    run: async (now) => {
      const { redis, keys } = store;
      const due = await orStoreAway(redis.zrangebyscore(keys.talksExpiring, '-inf', `(${now}`, 'LIMIT', 0, BATCH));
      // The urns were written by commits.
      const ended = await eachOrLog(due as Urn[], { log, what: 'ending a talk', work: expire });
      return { ended };
    },
  };
}
