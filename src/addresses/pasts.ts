import { moveResponses } from '../broadcasts/reader/move-responses.ts';
import { moveCases } from '../cases/follow/move-cases.ts';
import { moveObjections } from '../creation/notice/move-objections.ts';
import { moveVotes } from '../deliberation/ballot/move-votes.ts';
import type { MovePast } from '../people/link/move-past.ts';
import { moveHonourMarks } from '../review/honours/move-honour-marks.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { joinChanges } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { moveMember } from '../surveys/panel/move-member.ts';
import { moveVolunteer } from '../volunteers/volunteer/move-volunteer.ts';

/** Everything that features keep under a person's Urn. A feature that stores a new record by Urn adds its move here. */
const PASTS: readonly MovePast[] = [
  moveCases,
  moveVolunteer,
  moveMember,
  moveResponses,
  moveVotes,
  moveObjections,
  moveHonourMarks,
];

/** Computes the change that moves the whole past of a person to another Urn, for one commit. */
export async function movePast(store: Store, move: Parameters<MovePast>[1]): Promise<Change> {
  return joinChanges(await Promise.all(PASTS.map((past) => past(store, move))));
}
