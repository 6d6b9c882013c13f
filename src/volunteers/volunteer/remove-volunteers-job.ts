import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { removeVolunteerEverywhere } from './remove-volunteer.ts';

const EVERY_MS = 300;
const BATCH = 50;

/** Hands back the tasks of forgotten volunteers and removes them from every list. */
export function removeVolunteersJob(store: Store, log: Log): Job {
  return {
    name: 'remove-volunteers',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const leaving = await orStoreAway(store.redis.zrange(store.keys.volunteersLeaving, 0, String(BATCH - 1)));
      const work = async (urn: Urn) => {
        const { checks, writes } = await removeVolunteerEverywhere(store, urn, now);
        const done = ['ZREM', store.keys.volunteersLeaving, urn] as const;
        // The operation id holds a pseudonym: seen operations outlive a forgotten person.
        const op = `leave:${store.pseudonym(urn)}:${now}`;
        await commitAsSystem(store, { op, what: 'volunteer_gone', checks, writes: [...writes, done] }, now);
      };
      // The urns were written by forgetting.
      return { removed: await eachOrLog(leaving as Urn[], { log, what: 'removing a volunteer', work }) };
    },
  };
}
