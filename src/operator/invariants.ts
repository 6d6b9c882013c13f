import { broadcastsHold } from '../broadcasts/broadcast-invariants.ts';
import { casesHold } from '../cases/case-invariants.ts';
import { drillsHold } from '../creation/drills/drill-invariants.ts';
import { documentsHold, rechecksHold, roundKind } from '../creation/round-invariants.ts';
import { topicKind } from '../deliberation/topic-invariants.ts';
import { outboxHolds } from '../delivery/outbox-invariants.ts';
import { drawKind, looksHold, shiftKind, visitKind } from '../inspections/inspection-invariants.ts';
import { personsHold } from '../people/person-invariants.ts';
import { alertKind } from '../review/alerts/alert-invariants.ts';
import { reportCountsHold } from '../review/few-reports/report-count-invariants.ts';
import { bulletinsHold, snapshotsHold } from '../review/frozen-invariants.ts';
import { basesHold, honourKind } from '../review/honours/honour-invariants.ts';
import { letterKind } from '../review/letters/letter-invariants.ts';
import { auditChainHolds } from '../store/records/audit-chain.ts';
import { undamaged } from '../store/records/damage.ts';
import type { InvariantCheck } from '../store/records/invariants.ts';
import { auditHolds, nothingExpires } from '../store/records/invariants.ts';
import { recordsHold } from '../store/records/record-lists.ts';
import { wavesHold } from '../surveys/survey-invariants.ts';
import { tasksHold, volunteersHold } from '../volunteers/volunteer-invariants.ts';
import { OTHER_DAMAGE } from './damage.ts';

/** Invariants of inspections, rounds, topics, scores and all that is made of them. */
export const REVIEW_INVARIANTS: readonly InvariantCheck[] = [
  recordsHold([drawKind, visitKind, shiftKind, roundKind, letterKind, honourKind, alertKind, topicKind]),
  looksHold,
  rechecksHold,
  documentsHold,
  drillsHold,
  reportCountsHold,
  basesHold,
  snapshotsHold,
  bulletinsHold,
];

/** Every invariant of a city's data. They hold after any crash. */
export const INVARIANTS: readonly InvariantCheck[] = [
  personsHold,
  casesHold,
  broadcastsHold,
  tasksHold,
  volunteersHold,
  wavesHold,
  ...REVIEW_INVARIANTS,
  outboxHolds,
  ...OTHER_DAMAGE.map(undamaged),
  auditHolds,
  auditChainHolds,
  nothingExpires,
];
