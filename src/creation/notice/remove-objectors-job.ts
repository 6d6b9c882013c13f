import type { Job } from '../../background/job.ts';
import { removalJob } from '../../background/removal-job.ts';
import { respondentPseudonym } from '../../broadcasts/broadcast.ts';
import type { Log } from '../../log.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { keepRound, loadRounds } from '../rounds/round-store.ts';

/** Removes the marks of forgotten people from objections. Words and photos stay with the notice, as those of a case in work do. */
export function removeObjectorsJob(store: Store, log: Log): Job {
  return removalJob(store, log, {
    name: 'remove-objectors',
    every: 500,
    batch: 20,
    queue: store.keys.roundsLeaving,
    op: 'round-leave',
    audit: 'objectors_left',
    remove: async (urn, now) => {
      const changes = (await loadRounds(store)).flatMap((kept) => {
        const mark = respondentPseudonym(store, kept.record.id, urn);
        if (!kept.record.objections.some((one) => one.mark === mark)) return [];
        const objections = kept.record.objections.map((one) => (one.mark === mark ? { ...one, mark: '' } : one));
        return [keepRound(store, { ...kept.record, objections }, now, kept)];
      });
      return joinChanges(changes);
    },
  });
}
