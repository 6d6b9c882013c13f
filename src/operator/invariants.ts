import { broadcastsHold } from '../broadcasts/broadcast-invariants.ts';
import { casesHold } from '../cases/case-invariants.ts';
import { outboxHolds } from '../delivery/outbox-invariants.ts';
import { personsHold } from '../people/person-invariants.ts';
import { auditChainHolds } from '../store/audit-chain.ts';
import { undamaged } from '../store/damage.ts';
import type { InvariantCheck } from '../store/invariants.ts';
import { auditHolds, nothingExpires } from '../store/invariants.ts';
import { wavesHold } from '../surveys/survey-invariants.ts';
import { tasksHold, volunteersHold } from '../volunteers/volunteer-invariants.ts';
import { OTHER_DAMAGE } from './damage.ts';

/** Every invariant of a city's data. They hold after any crash. */
export const INVARIANTS: readonly InvariantCheck[] = [
  personsHold,
  casesHold,
  broadcastsHold,
  tasksHold,
  volunteersHold,
  wavesHold,
  outboxHolds,
  ...OTHER_DAMAGE.map(undamaged),
  auditHolds,
  auditChainHolds,
  nothingExpires,
];
