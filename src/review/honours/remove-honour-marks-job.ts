import type { Job } from '../../background/job.ts';
import { removalJob } from '../../background/removal-job.ts';
import type { Log } from '../../log.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { objectorMark, proposerMark } from './honour.ts';
import { keepHonour, loadHonours } from './honour-store.ts';

/** Removes the marks of forgotten people from objections to honours and from proposals that wait. The words stay. */
export function removeHonourMarksJob(store: Store, log: Log): Job {
  return removalJob(store, log, {
    name: 'remove-honour-marks',
    every: 500,
    batch: 20,
    queue: store.keys.honoursLeaving,
    op: 'honour-leave',
    audit: 'honours_left',
    remove: async (urn) => {
      const changes = (await loadHonours(store, 0)).flatMap((kept) => {
        const mark = objectorMark(store, kept.record.id, urn);
        const { proposer, ...rest } = kept.record;
        const isProposer = proposer === proposerMark(store, urn);
        if (!isProposer && !rest.objections.some((one) => one.mark === mark)) return [];
        const objections = rest.objections.map((one) => (one.mark === mark ? { ...one, mark: '' } : one));
        return [keepHonour(store, { ...(isProposer ? rest : kept.record), objections }, kept)];
      });
      return joinChanges(changes);
    },
  });
}
