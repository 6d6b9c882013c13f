import { respondentPseudonym } from '../../broadcasts/broadcast.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Store } from '../../store/store.ts';
import type { Evidence } from './evidence.ts';
import type { HonourSubject } from './subject.ts';

export type HonourId = `honour_${string}`;
/** Id of an approval under which honours may be named. */
export type BasisId = `basis_${string}`;

/**
 * A resident's proposal begins as proposed → nominated | returned. Staff of the ground nominate at once.
 * nominated → not_passed | public_notice → deciding → thanked → taken_back. An upheld objection or a no of a decider declines it.
 */
export const HONOUR_STATES = [
  'proposed',
  'returned',
  'nominated',
  'not_passed',
  'public_notice',
  'deciding',
  'thanked',
  'declined',
  'taken_back',
] as const;
export type HonourState = (typeof HONOUR_STATES)[number];

/** Working days of the public notice (公示), and of the answer to an objection. */
export const NOTICE_LASTS = '5wd';
export const ANSWER_WITHIN = '5wd';

/** An objection of a resident. `mark` is derived for this honour alone; it is emptied when the honour is decided. */
export type HonourObjection = {
  readonly mark: string;
  readonly words: string;
  readonly at: number; // ms since the epoch, as all times here
  readonly due: number;
  readonly answer?: { readonly upheld: boolean; readonly words: string; readonly by: string; readonly at: number };
};

/** A thanks (表扬) to a desk, grid, unit, premises or team; never to a person. `by` and the like are pseudonyms of organisers. */
export type Honour = {
  readonly id: HonourId;
  readonly state: HonourState;
  readonly subject: HonourSubject;
  /** The name of a team when it was nominated. */
  readonly team?: string;
  /** The region whose residents and staff see the honour. */
  readonly region: string;
  readonly reason: string;
  /** The organiser who nominated it; '' for a resident's proposal. */
  readonly by: string;
  /** Mark of the resident who proposed it, only while it waits: a person has one waiting proposal at most. */
  readonly proposer?: string;
  readonly nominatedAt: number;
  /** Frozen when the machine screens: row ids and figures never change after it. */
  readonly evidence?: Evidence;
  readonly noticeUntil?: number;
  readonly objections: readonly HonourObjection[];
  /** The yes of the first decider. */
  readonly agreed?: { readonly by: string; readonly at: number };
  readonly decided?: { readonly by: string; readonly at: number; readonly words?: string };
  /** The approval under which it is named. Without one it is a thanks and no title. */
  readonly basis?: { readonly id: BasisId; readonly document: string; readonly body: string };
  readonly takenBack?: { readonly by: string; readonly at: number; readonly words: string };
};

/** The mark of a resident among the objections to one honour. */
export function objectorMark(store: Store, id: string, resident: Urn): string {
  return respondentPseudonym(store, id, resident);
}

/** The mark of a resident among those who propose honours. */
export function proposerMark(store: Store, resident: Urn): string {
  return respondentPseudonym(store, 'honour-proposals', resident);
}

/** True until the honour is decided; a subject has one such honour at most. */
export function isOpenHonour({ state }: Pick<Honour, 'state'>): boolean {
  return state === 'proposed' || state === 'nominated' || state === 'public_notice' || state === 'deciding';
}

/** The first objection without an answer. */
export function openObjection({ objections }: Pick<Honour, 'objections'>): HonourObjection | undefined {
  return objections.find(({ answer }) => answer === undefined);
}

/** Deadlines of the answers that are missing, ms since the epoch. */
export function openDues({ objections }: Pick<Honour, 'objections'>): readonly number[] {
  return objections.filter(({ answer }) => answer === undefined).map(({ due }) => due);
}
