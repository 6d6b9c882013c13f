import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import type { Volunteer } from '../volunteer/volunteer.ts';
import type { ENDINGS, Mediation, MediationStep, MeetingPlace } from './mediation.ts';
import { answerProposedTime, closeMediation, handBackMediation, proposeTime, takeMediation } from './mediation.ts';

/** Lists the actions that a person may take on a mediation now. */
export function mediationActions(
  { asker, state, time, mediator }: Mediation,
  urn: Urn,
  me: Volunteer | undefined,
): readonly string[] {
  if (asker === urn)
    return [...(state === 'taken' && time !== undefined ? ['time_agreed', 'time_declined'] : []), 'withdrawn'];
  if (mediator !== undefined && mediator === me?.id) return ['time_proposed', 'closed', 'handed_back'];
  return state === 'asked' ? ['taken'] : [];
}

/** The person who acts, with the answers that some actions need. */
type MediationActor = {
  readonly me: Volunteer | undefined;
  readonly urn: Urn;
  readonly time: number; // ms since the epoch
  readonly place: MeetingPlace;
  readonly ending: (typeof ENDINGS)[number];
};

/** Carries out an action, or refuses it with the reason. */
export function actOnMediation(
  action: string,
  record: Mediation,
  { me, urn, time, place, ending }: MediationActor,
): MediationStep {
  if (action === 'time_agreed' || action === 'time_declined')
    return answerProposedTime(record, urn, action === 'time_agreed');
  if (action === 'withdrawn') return closeMediation(record, me?.id, urn, 'withdrawn');
  if (!me) return { type: 'refused', why: 'not_yours' };
  switch (action) {
    case 'taken':
      return takeMediation(record, me.id, urn);
    case 'time_proposed':
      return proposeTime(record, me.id, time, place);
    case 'handed_back':
      return handBackMediation(record, me.id);
    case 'closed':
      return closeMediation(record, me.id, urn, ending);
    default:
      return { type: 'refused', why: 'gone' };
  }
}

/** True for the asker and the mediator. */
export function isParty({ asker, mediator }: Mediation, urn: Urn, me: Volunteer | undefined): boolean {
  return asker === urn || (mediator !== undefined && mediator === me?.id);
}

/** True for a mediator of the same street. */
export function mayTake({ state, region }: Mediation, me: Volunteer | undefined, { regions }: City): boolean {
  if (state !== 'asked' || !me?.skills.includes('mediation')) return false;
  const street = regions.above(region, 'street') ?? region;
  return regions.chain(me.region).includes(street) || regions.chain(region).includes(me.region);
}
