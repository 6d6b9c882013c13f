import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { removeMember } from './remove-member.ts';

const EVERY_MS = 500;
const BATCH = 20;

/** Removes forgotten people from the panel, together with their ballots in open waves. */
export function removeMembersJob(store: Store, log: Log): Job {
  return {
    name: 'remove-panel-members',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const leaving = await orStoreAway(store.redis.zrange(store.keys.surveysLeaving, 0, String(BATCH - 1)));
      const work = async (urn: Urn) => {
        const writes = [...(await removeMember(store, urn)), ['ZREM', store.keys.surveysLeaving, urn] as const];
        // The operation id holds a pseudonym: seen operations outlive a forgotten person.
        const op = `survey-leave:${store.pseudonym(urn)}:${now}`;
        await commitAsSystem(store, { op, what: 'panel_left', checks: [], writes }, now);
      };
      // The urns were written by forgetting.
      return { removed: await eachOrLog(leaving as Urn[], { log, what: 'removing a panel member', work }) };
    },
  };
}
