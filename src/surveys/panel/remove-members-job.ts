import type { Job } from '../../background/job.ts';
import { removalJob } from '../../background/removal-job.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { removeMember } from './remove-member.ts';

/** Removes forgotten people from the panel, together with their ballots in open waves. */
export function removeMembersJob(store: Store, log: Log): Job {
  return removalJob(store, log, {
    name: 'remove-panel-members',
    every: 500,
    batch: 20,
    queue: store.keys.surveysLeaving,
    op: 'survey-leave',
    audit: 'panel_left',
    remove: async (urn) => ({ checks: [], writes: await removeMember(store, urn) }),
  });
}
