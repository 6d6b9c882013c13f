import type { Urn } from '../../channels/channel.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { shortId } from '../volunteer/volunteer.ts';

export type MediationId = `mediation_${string}`;

/** Kinds of disputes: 噪音 漏水 停车 宠物 楼道 其他. */
export const DISPUTES = ['noise', 'leak', 'parking', 'pets', 'stairwell', 'other'] as const;
/** Results that a mediator can record. After closing, only the result is kept. */
export const ENDINGS = ['settled', 'partly', 'not_settled', 'passed_on'] as const;
export type Ending = (typeof ENDINGS)[number] | 'withdrawn' | 'nobody_came';

/** Where neighbours meet with the mediator: 社区调解室 居委会 党群服务中心 小区凉亭. */
export const MEETING_PLACES = ['room', 'committee', 'centre', 'pavilion'] as const;
export type MeetingPlace = (typeof MEETING_PLACES)[number];

/** asked → taken → agreed (on a time) → closed. Handing back leads from taken or agreed to asked. */
export const MEDIATION_STATES = ['asked', 'taken', 'agreed', 'closed'] as const;

/** A request for a mediator (老娘舅). The other party is not named. */
export type Mediation = {
  readonly id: MediationId;
  readonly state: (typeof MEDIATION_STATES)[number];
  readonly kind: (typeof DISPUTES)[number];
  readonly region: string;
  readonly asker: Urn;
  /** The description, sealed; only asker and mediator read it. Deleted on closing. */
  readonly told?: string;
  readonly mediator?: VolunteerId;
  /** The meeting that the mediator proposed; agreed once the state is `agreed`. */
  readonly time?: number; // ms since the epoch
  readonly place?: MeetingPlace;
  readonly askedAt: number; // ms since the epoch
  readonly ending?: Ending;
};

/** Makes a random mediation id. */
export function newMediationId(): MediationId {
  return `mediation_${shortId()}`;
}

/** The result of a transition. */
export type MediationStep =
  | { readonly type: 'done'; readonly mediation: Mediation }
  | { readonly type: 'refused'; readonly why: 'gone' | 'taken' | 'not_yours' | 'own' | 'other_time' };

const refused = (why: Extract<MediationStep, { type: 'refused' }>['why']): MediationStep => ({ type: 'refused', why });
const done = (mediation: Mediation): MediationStep => ({ type: 'done', mediation });

/** A mediator takes a request, unless it is their own. */
export function takeMediation(before: Mediation, who: VolunteerId, urn: Urn): MediationStep {
  if (before.asker === urn) return refused('own');
  if (before.state === 'closed') return refused('gone');
  return before.state === 'asked' ? done({ ...before, state: 'taken', mediator: who }) : refused('taken');
}

/** The mediator proposes a time and a place, which voids an earlier agreement. */
export function proposeTime(before: Mediation, who: VolunteerId, time: number, place: MeetingPlace): MediationStep {
  if (before.mediator !== who || before.state === 'closed') return refused('not_yours');
  return done({ ...before, state: 'taken', time, place });
}

/** The asker accepts or declines the proposed time. */
export function answerProposedTime(before: Mediation, urn: Urn, yes: boolean): MediationStep {
  if (before.asker !== urn || before.state !== 'taken' || before.time === undefined) return refused('not_yours');
  const { time: _no, place: _nor, ...rest } = before;
  return done(yes ? { ...before, state: 'agreed' } : rest);
}

/** The mediator hands the request back, so that another can take it. */
export function handBackMediation(before: Mediation, who: VolunteerId | undefined): MediationStep {
  if (who === undefined || before.mediator !== who || before.state === 'closed') return refused('not_yours');
  const { mediator: _gone, time: _void, place: _too, ...rest } = before;
  return done({ ...rest, state: 'asked' });
}

/** The mediator closes it with a result, or the asker withdraws it. Deletes the description. */
export function closeMediation(
  before: Mediation,
  who: VolunteerId | undefined,
  urn: Urn,
  ending: Ending,
): MediationStep {
  if (before.state === 'closed') return refused('gone');
  const may = ending === 'withdrawn' ? before.asker === urn : before.mediator !== undefined && before.mediator === who;
  if (!may) return refused('not_yours');
  const { told: _gone, ...rest } = before;
  return done({ ...rest, state: 'closed', ending });
}

/** Closes a request that no mediator took in time. Deletes the description. */
export function expireMediation({ told: _gone, ...rest }: Mediation): Mediation {
  return { ...rest, state: 'closed', ending: 'nobody_came' };
}
