import type { Premises } from '../../city/premises.ts';
import { isClaiming, openItems } from '../claims/claim-rules.ts';
import { openObjection } from '../notice/notice-rules.ts';
import { photosOf } from '../notice/objection-photos.ts';
import { HOLDING } from '../rounds/round.ts';
import type { PremisesFacts } from './load-premises.ts';
import { currentRound } from './load-premises.ts';
import { isCityOffice, isContact, isLead } from './rights.ts';

/** Actions of the talk; each has a button in locales. */
export const PREMISES_ACTIONS = [
  'claim',
  'claimed',
  'changed',
  'project_done',
  'cure_told',
  'planned',
  'sent_back',
  'proposed',
  'answered',
  'photos_shown',
  'photos_hidden',
  'named',
  'suspended',
  'cured',
  'vetoed',
  'example',
  'paired',
  'evidence',
  'standard',
] as const;
export type PremisesAction = (typeof PREMISES_ACTIONS)[number];

/** Lists what a person may do with the chosen premises now. */
export function actionsFor(facts: PremisesFacts, now: number): readonly PremisesAction[] {
  const { premises, grants, city, standard } = facts;
  if (!premises || !standard) return [];
  const lead = isLead(grants, premises, city);
  return [
    ...(isContact(grants, premises) ? ofContact(facts) : []),
    ...(lead ? ofLead(facts, premises, now) : []),
    ...(currentRound(facts)?.record.evidenceAt === undefined ? [] : (['evidence'] as const)),
    'standard',
  ];
}

function ofContact(facts: PremisesFacts): readonly PremisesAction[] {
  const round = currentRound(facts)?.record;
  const { standard } = facts;
  if (round?.state === 'suspended' && round.cureToldAt === undefined) return ['cure_told'];
  if (!round || !standard || !isClaiming(round)) return [];
  const open = openItems(round, standard).length;
  return [
    ...(round.projects.some(({ doneAt }) => doneAt === undefined) ? (['project_done'] as const) : []),
    ...(open > 0 ? (['claim'] as const) : (['claimed'] as const)),
    ...(Object.keys(round.claims).length > 0 ? (['changed'] as const) : []),
  ];
}

function ofLead(facts: PremisesFacts, { series }: Premises, now: number): readonly PremisesAction[] {
  const round = currentRound(facts)?.record;
  if (!round) return ['planned'];
  const { state, level, proposedBy } = round;
  const office = isCityOffice(facts.grants);
  const isHolding = HOLDING.includes(state);
  const mayName = state === 'met' && office && facts.basis !== undefined && facts.basis.until > now;
  const maySecond = state === 'judged' && level !== undefined && proposedBy !== facts.me;
  const isWeak = ['planned', 'curing'].includes(state) && facts.helpers.some((one) => one.series === series);
  return [
    ...(maySecond ? (['proposed'] as const) : []),
    ...(state === 'judged' && proposedBy === undefined ? (['sent_back'] as const) : []),
    ...(openObjection(round) && state === 'public_notice' && !round.checkers.includes(facts.me)
      ? (['answered'] as const)
      : []),
    ...(photosOf(round).length > 0 ? (['photos_shown', 'photos_hidden'] as const) : []),
    ...(mayName ? (['named'] as const) : []),
    ...(isHolding ? (['planned', 'suspended', 'example'] as const) : []),
    ...(state === 'suspended' ? (['cured'] as const) : []),
    ...(isWeak ? (['paired'] as const) : []),
    ...(office ? (['vetoed'] as const) : []),
  ];
}
