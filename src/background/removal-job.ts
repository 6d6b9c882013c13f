import type { Urn } from '../channels/channel.ts';
import type { Log } from '../log.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Change } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { eachOrLog } from './each-or-log.ts';
import type { Job } from './job.ts';

type Removal = Pick<Job, 'name' | 'every'> & {
  /** Forgotten people per run. */
  readonly batch: number;
  /** zset of forgotten people whom this feature still holds. */
  readonly queue: string;
  /** First part of the operation id. */
  readonly op: string;
  /** The audit entry. */
  readonly audit: string;
  /** Computes the change that removes everything this feature holds of a person. */
  readonly remove: (urn: Urn, now: number) => Promise<Change>;
};

/** Makes the job that removes forgotten people from one feature's data. */
export function removalJob(store: Store, log: Log, { name, every, batch, queue, op, audit, remove }: Removal): Job {
  return {
    name,
    every,
    runsIn: 'one_process',
    run: async (now) => {
      const forgotten = await orStoreAway(store.redis.zrange(queue, 0, String(batch - 1)));
      const work = async (urn: Urn) => {
        const { checks, writes } = await remove(urn, now);
        const change = { what: audit, checks, writes: [...writes, ['ZREM', queue, urn] as const] };
        // The operation id holds a pseudonym: seen operations outlive a forgotten person.
        await commitAsSystem(store, { op: `${op}:${store.pseudonym(urn)}:${now}`, ...change }, now);
      };
      // The urns were written by forgetting.
      return { removed: await eachOrLog(forgotten as Urn[], { log, what: name, work }) };
    },
  };
}
