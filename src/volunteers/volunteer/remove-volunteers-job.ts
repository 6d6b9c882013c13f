import type { Job } from '../../background/job.ts';
import { removalJob } from '../../background/removal-job.ts';
import type { Log } from '../../log.ts';
import type { Store } from '../../store/store.ts';
import { removeVolunteerEverywhere } from './remove-volunteer.ts';

/** Hands back the tasks of forgotten volunteers and removes them from every list. */
export function removeVolunteersJob(store: Store, log: Log): Job {
  return removalJob(store, log, {
    name: 'remove-volunteers',
    every: 300,
    batch: 50,
    queue: store.keys.volunteersLeaving,
    op: 'leave',
    audit: 'volunteer_gone',
    remove: (urn, now) => removeVolunteerEverywhere(store, urn, now),
  });
}
