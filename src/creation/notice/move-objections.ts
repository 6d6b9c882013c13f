import { respondentPseudonym } from '../../broadcasts/broadcast.ts';
import type { MovePast } from '../../people/link/move-past.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { keepRound, loadRounds } from '../rounds/round-store.ts';

/** Moves objections to public notices under the person's other mark, so that the person does not object twice. */
export const moveObjections: MovePast = async (store, { from, to, now }) => {
  const changes = (await loadRounds(store)).flatMap((kept) => {
    const [was, is = ''] = [from, to].map((urn) => respondentPseudonym(store, kept.record.id, urn));
    if (!kept.record.objections.some(({ mark }) => mark === was)) return [];
    const objections = kept.record.objections.map((one) => (one.mark === was ? { ...one, mark: is } : one));
    return [keepRound(store, { ...kept.record, objections }, now, kept)];
  });
  return joinChanges(changes);
};
