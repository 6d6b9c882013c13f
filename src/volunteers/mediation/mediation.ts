import type { Urn } from '../../channels/channel.ts';
import type { VolunteerId } from '../volunteer/volunteer.ts';
import { shortId } from '../volunteer/volunteer.ts';

export type MediationId = `mediation_${string}`;

/** What neighbours fall out over: 噪音 漏水 停车 宠物 楼道 其他. */
export const DISPUTES = ['noise', 'leak', 'parking', 'pets', 'stairwell', 'other'] as const;
/** How it ended; nothing else is kept of it. */
export const ENDINGS = ['settled', 'partly', 'not_settled', 'passed_on'] as const;
export type Ending = (typeof ENDINGS)[number] | 'withdrawn' | 'nobody_came';

/** asked → taken → agreed (upon a time) → closed; a mediator may hand it back. */
export const MEDIATION_STATES = ['asked', 'taken', 'agreed', 'closed'] as const;

/** Somebody asks for a mediator (老娘舅). The other party is not named; what is told stays between the two. */
export type Mediation = {
  readonly id: MediationId;
  readonly state: (typeof MEDIATION_STATES)[number];
  readonly kind: (typeof DISPUTES)[number];
  readonly region: string;
  readonly asker: Urn;
  /** Sealed, for the mediator's eyes; gone once it is closed. */
  readonly told?: string;
  readonly mediator?: VolunteerId;
  /** When the two meet, as the mediator proposed it (ms), until it is agreed to. */
  readonly time?: number;
  readonly askedAt: number; // ms since the epoch
  readonly ending?: Ending;
};

export function newMediationId(): MediationId {
  return `mediation_${shortId()}`;
}

export type MediationStep =
  | { readonly type: 'done'; readonly mediation: Mediation }
  | { readonly type: 'refused'; readonly why: 'gone' | 'taken' | 'not_yours' | 'own' | 'other_time' };

const refused = (why: Extract<MediationStep, { type: 'refused' }>['why']): MediationStep => ({ type: 'refused', why });
const done = (mediation: Mediation): MediationStep => ({ type: 'done', mediation });

export function take(before: Mediation, who: VolunteerId, urn: Urn): MediationStep {
  if (before.asker === urn) return refused('own');
  if (before.state === 'closed') return refused('gone');
  return before.state === 'asked' ? done({ ...before, state: 'taken', mediator: who }) : refused('taken');
}

/** The mediator names a time; the other one has to agree to it. */
export function propose(before: Mediation, who: VolunteerId, time: number): MediationStep {
  if (before.mediator !== who || before.state === 'closed') return refused('not_yours');
  return done({ ...before, state: 'taken', time });
}

export function answerTime(before: Mediation, urn: Urn, yes: boolean): MediationStep {
  if (before.asker !== urn || before.state !== 'taken' || before.time === undefined) return refused('not_yours');
  const { time: _no, ...rest } = before;
  return done(yes ? { ...before, state: 'agreed' } : rest);
}

export function handBack(before: Mediation, who: VolunteerId | undefined): MediationStep {
  if (who === undefined || before.mediator !== who || before.state === 'closed') return refused('not_yours');
  const { mediator: _gone, time: _void, ...rest } = before;
  return done({ ...rest, state: 'asked' });
}

/** By the mediator with how it ended, or by whoever asked for it; the words go at once. */
export function close(before: Mediation, who: VolunteerId | undefined, urn: Urn, ending: Ending): MediationStep {
  if (before.state === 'closed') return refused('gone');
  const may = ending === 'withdrawn' ? before.asker === urn : before.mediator !== undefined && before.mediator === who;
  if (!may) return refused('not_yours');
  const { told: _gone, ...rest } = before;
  return done({ ...rest, state: 'closed', ending });
}

/** Nobody has come for so long that nobody will. */
export function lapse({ told: _gone, ...rest }: Mediation): Mediation {
  return { ...rest, state: 'closed', ending: 'nobody_came' };
}
