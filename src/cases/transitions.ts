import { DAY_MS } from '../calendar.ts';
import type { ActingRole, EventType } from './case-event.ts';
import type { CaseRefusal, GuardContext } from './guards.ts';
import {
  guardAcceptance,
  guardAge,
  guardAnswer,
  guardAppeal,
  guardClosing,
  guardClosingConditions,
  guardContainment,
  guardDelisting,
  guardDispatch,
  guardExtension,
  guardExtensionRefusal,
  guardExtensionRequest,
  guardHandled,
  guardHandOver,
  guardIndependence,
  guardIntake,
  guardLeadUnit,
  guardListing,
  guardNotListed,
  guardQuestion,
  guardRedispatch,
  guardRejection,
  guardReturn,
  guardShelving,
} from './guards.ts';
import type { CaseState } from './hazard-case.ts';
import { BEFORE_DISPATCH } from './hazard-case.ts';

/** Payload that a transition requires. */
export type Need = 'words' | 'photos' | 'words_or_photos' | 'reason' | 'unit' | 'target' | 'until';

/** One row of the state machine. */
export type Transition = {
  readonly event: EventType;
  readonly from: readonly CaseState[];
  /** `same` keeps the state; `before` restores the state before a merge. */
  readonly to: CaseState | 'same' | 'before';
  readonly roles: readonly ActingRole[];
  readonly needs?: readonly Need[];
  readonly guard?: (context: GuardContext) => CaseRefusal | undefined;
};

const UNDO_MS = DAY_MS;
const REOPEN_MS = 30 * DAY_MS;
const AT_WORK: readonly CaseState[] = ['dispatched', 'in_progress'];
const ALL_OPEN: readonly CaseState[] = [...BEFORE_DISPATCH, ...AT_WORK, 'checking', 'confirming', 'shelved'];

/** The state machine of a case: event, source states, target state, roles, required payload and guard. */
export const TRANSITIONS: readonly Transition[] = [
  // Intake: a dispatcher orders a look, accepts, or rejects with a reason.
  {
    event: 'look_ordered',
    from: ['submitted'],
    to: 'verifying',
    roles: ['dispatcher', 'lead'],
    guard: guardIntake,
  },
  { event: 'looked', from: ['verifying'], to: 'same', roles: ['grid_worker', 'volunteer'], needs: ['photos'] },
  {
    event: 'accepted',
    from: ['submitted', 'verifying'],
    to: 'filed',
    roles: ['dispatcher', 'lead'],
    guard: guardAcceptance,
  },
  {
    event: 'rejected',
    from: ['submitted', 'verifying'],
    to: 'rejected',
    roles: ['dispatcher', 'lead'],
    needs: ['reason', 'words'],
    guard: guardRejection,
  },
  // One tap of the reporter brings a refusal before the lead, once.
  { event: 'appealed', from: ['rejected'], to: 'submitted', roles: ['reporter', 'follower'], guard: guardAppeal },
  // Staff may ask the reporter; until the answer the clock of the intake stands still.
  {
    event: 'asked',
    from: BEFORE_DISPATCH,
    to: 'same',
    roles: ['dispatcher', 'lead'],
    needs: ['words'],
    guard: guardQuestion,
  },
  { event: 'asked', from: AT_WORK, to: 'same', roles: ['unit_staff'], needs: ['words'], guard: guardQuestion },
  {
    event: 'answered',
    from: ALL_OPEN,
    to: 'same',
    roles: ['reporter', 'follower'],
    needs: ['words_or_photos'],
    guard: guardAnswer,
  },
  // A note between desk, unit and lead; no resident reads it.
  { event: 'noted', from: ALL_OPEN, to: 'same', roles: ['dispatcher', 'unit_staff', 'lead'], needs: ['words'] },
  {
    event: 'merged',
    from: [...BEFORE_DISPATCH, ...AT_WORK],
    to: 'merged',
    roles: ['dispatcher'],
    needs: ['target'],
    guard: guardNotListed,
  },
  { event: 'unmerged', from: ['merged'], to: 'before', roles: ['dispatcher'], guard: guardAge(UNDO_MS) },
  { event: 'reclassified', from: BEFORE_DISPATCH, to: 'same', roles: ['dispatcher'] },
  { event: 'located', from: BEFORE_DISPATCH, to: 'same', roles: ['dispatcher', 'office'] },
  // Work: one unit leads. It may return the case; after the second return the lead decides for good.
  {
    event: 'dispatched',
    from: ['filed'],
    to: 'dispatched',
    roles: ['dispatcher', 'lead', 'house'],
    needs: ['unit'],
    guard: guardDispatch,
  },
  // Redispatch is one step: a case at work always has a lead unit.
  {
    event: 'dispatched',
    from: AT_WORK,
    to: 'dispatched',
    roles: ['dispatcher', 'lead'],
    needs: ['unit'],
    guard: guardRedispatch,
  },
  { event: 'signed', from: ['dispatched'], to: 'in_progress', roles: ['unit_staff'], guard: guardLeadUnit },
  {
    event: 'returned',
    from: AT_WORK,
    to: 'filed',
    roles: ['unit_staff'],
    needs: ['reason', 'unit'],
    guard: guardReturn,
  },
  {
    event: 'contained',
    from: ['in_progress'],
    to: 'same',
    roles: ['unit_staff'],
    needs: ['photos'],
    guard: guardContainment,
  },
  {
    event: 'extension_asked',
    from: ['in_progress'],
    to: 'same',
    roles: ['unit_staff'],
    needs: ['until', 'words'],
    guard: guardExtensionRequest,
  },
  {
    event: 'extension_refused',
    from: ['in_progress'],
    to: 'same',
    roles: ['dispatcher', 'lead'],
    guard: guardExtensionRefusal,
  },
  {
    event: 'extended',
    from: ['in_progress'],
    to: 'same',
    roles: ['dispatcher', 'lead'],
    needs: ['until'],
    guard: guardExtension,
  },
  {
    event: 'handled',
    from: ['in_progress'],
    to: 'checking',
    roles: ['unit_staff'],
    needs: ['photos', 'words'],
    guard: guardHandled,
  },
  // Neither the person nor the unit that did the work checks it.
  {
    event: 'check_passed',
    from: ['checking'],
    to: 'confirming',
    roles: ['grid_worker', 'volunteer'],
    needs: ['photos'],
    guard: guardIndependence,
  },
  {
    event: 'check_failed',
    from: ['checking'],
    to: 'in_progress',
    roles: ['grid_worker', 'volunteer'],
    needs: ['words_or_photos'],
    guard: guardIndependence,
  },
  // A colleague takes over what another organiser has in hand, or a lead or the office gives it to a colleague.
  {
    event: 'handed_over',
    from: ALL_OPEN,
    to: 'same',
    roles: ['dispatcher', 'unit_staff', 'lead', 'office'],
    guard: guardHandOver,
  },
  // Reporter and followers rate the result. Without a rating the case closes as unrated.
  { event: 'rated', from: ['confirming'], to: 'same', roles: ['reporter', 'follower'] },
  { event: 'left_unrated', from: ['confirming'], to: 'closed', roles: ['house'], guard: guardClosing },
  {
    event: 'three_filled',
    from: ['checking', 'confirming'],
    to: 'same',
    roles: ['lead'],
    guard: guardClosingConditions,
  },
  {
    event: 'reopened',
    from: ['closed'],
    to: 'in_progress',
    roles: ['reporter', 'follower', 'grid_worker', 'lead', 'office'],
    guard: guardAge(REOPEN_MS),
  },
  // Work that is impossible now is shelved until a date; age alone never closes a case.
  {
    event: 'shelved',
    from: ['filed', 'in_progress'],
    to: 'shelved',
    roles: ['lead'],
    needs: ['reason', 'words', 'until'],
    guard: guardShelving,
  },
  { event: 'resumed', from: ['shelved'], to: 'filed', roles: ['lead', 'house'] },
  {
    event: 'given_up',
    from: ['in_progress', 'shelved'],
    to: 'closed_unsolved',
    roles: ['lead'],
    needs: ['reason', 'words'],
    guard: guardNotListed,
  },
  { event: 'overturned', from: ['closed_unsolved'], to: 'filed', roles: ['office'], needs: ['words'] },
  // A rejection that turns out to be wrong needs one tap. Without place or category it starts at the desk.
  { event: 'overturned', from: ['rejected'], to: 'filed', roles: ['lead', 'office'] },
  { event: 'withdrawn', from: BEFORE_DISPATCH, to: 'withdrawn', roles: ['reporter'], guard: guardNotListed },
  // Supervision applies in every open state.
  { event: 'supervised', from: ALL_OPEN, to: 'same', roles: ['lead', 'office'], guard: guardNotListed },
  { event: 'listed', from: ALL_OPEN, to: 'same', roles: ['office'], guard: guardListing },
  { event: 'delisted', from: [...ALL_OPEN, 'closed'], to: 'same', roles: ['office'], guard: guardDelisting },
  {
    event: 'added',
    from: ALL_OPEN,
    to: 'same',
    roles: ['reporter', 'follower', 'grid_worker', 'program'],
    needs: ['words_or_photos'],
  },
  { event: 'reminded', from: ALL_OPEN, to: 'same', roles: ['house'] },
  { event: 'recurred', from: ALL_OPEN, to: 'same', roles: ['house'] },
];
