import type { MovePast } from '../../people/link/move-past.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { objectorMark, proposerMark } from './honour.ts';
import { keepHonour, loadHonours } from './honour-store.ts';

/** Moves objections to honours, and proposals that wait, under the person's other mark: neither is made twice. */
export const moveHonourMarks: MovePast = async (store, { from, to }) => {
  const proposer = proposerMark(store, from);
  const changes = (await loadHonours(store, 0)).flatMap((kept) => {
    const { record } = kept;
    const mark = objectorMark(store, record.id, from);
    const isProposer = record.proposer === proposer;
    if (!isProposer && !record.objections.some((one) => one.mark === mark)) return [];
    const moved = objectorMark(store, record.id, to);
    const objections = record.objections.map((one) => (one.mark === mark ? { ...one, mark: moved } : one));
    const proposed = isProposer ? { proposer: proposerMark(store, to) } : {};
    return [keepHonour(store, { ...record, ...proposed, objections }, kept)];
  });
  return joinChanges(changes);
};
