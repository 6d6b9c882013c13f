import type { Premises } from '../../city/premises.ts';
import type { Series } from '../../city/series.ts';
import type { Media } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { LevelId, Veto } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { MachineResult, RoundScore } from '../points/score.ts';

export type RoundId = `round_${string}`;

/**
 * States of a round: planned for a quarter; claimed by its contact; checked by drawn checkers; judged; gaps being cured; public
 * notice (公示); met (自查达标); named under an approval number; suspended; withdrawn; lapsed.
 */
export const ROUND_STATES = [
  'planned',
  'claimed',
  'checking',
  'judged',
  'curing',
  'public_notice',
  'met',
  'named',
  'suspended',
  'withdrawn',
  'lapsed',
] as const;
export type RoundState = (typeof ROUND_STATES)[number];

/** States in which the premises hold a level. */
export const HOLDING: readonly RoundState[] = ['met', 'named'];
/** States in which nothing happens any more. */
export const ENDED: readonly RoundState[] = ['withdrawn', 'lapsed'];

/** Rows of the system behind a computed item, frozen with their figure. */
export type FrozenEvidence = {
  readonly result: MachineResult;
  /** Successes and rows, or a count as `y` of the `n` that earns all points. */
  readonly y: number;
  readonly n: number;
  /** The city's share, towards which a share was shrunken. */
  readonly city?: number;
  /** Ids of the rows: case numbers, task ids, runs of announcements, a wave. Never a person. */
  readonly rows: readonly string[];
  /** Minutes of drills by row; null where none were noted. */
  readonly minutes?: readonly (number | null)[];
  /** For a ★ item: met, beyond its points. */
  readonly starMet?: boolean;
};

/** 三不放过: a project ends when the cause is found, the measure is in place, and the people on the spot know. */
export const PROJECT_CONDITIONS = ['cause_found', 'measure_in_place', 'people_taught'] as const;

/** A gap that was sent back: one item, its measure, and the day by which it is cured. */
export type Project = {
  readonly no: number;
  readonly due: number; // ms since the epoch
  readonly measure?: Words;
  readonly done?: readonly string[];
  readonly doneAt?: number; // ms since the epoch
};

/** An objection of a resident. It holds no person: `mark` is derived for this round alone. */
export type Objection = {
  readonly mark: string;
  readonly words: Words;
  readonly photos?: readonly Media[];
  readonly at: number; // ms since the epoch
  /** Its answer is late, and the leads were told. */
  readonly late?: true;
  readonly answer?: {
    readonly upheld: boolean;
    readonly words: Words;
    readonly by: string;
    readonly at: number; // ms since the epoch
  };
};

/** One thing that happened in a round. */
export type RoundEvent = { readonly event: string; readonly at: number };

/** A round (一轮创建) of premises, as stored. Pseudonyms stand only where a later rule needs to tell persons apart. */
export type Round = {
  readonly id: RoundId;
  readonly premises: string;
  readonly series: Series;
  readonly region: string;
  /** Version of the standard. */
  readonly standard: number;
  readonly state: RoundState;
  readonly since: number; // ms since the epoch
  /** The last moment of the planned quarter, ms since the epoch. */
  readonly due: number;
  readonly claims: Readonly<Record<number, Mark>>;
  /** Why an item is not applicable. */
  readonly reasons: Readonly<Record<number, Words>>;
  /** By item number; refreshed until the claim and frozen by it. */
  readonly evidence: Readonly<Record<number, FrozenEvidence>>;
  readonly evidenceAt?: number; // ms since the epoch
  /** SHA-256 of the server's half of the seed, fixed before the claim closes. The claims are the other half. */
  readonly halfHash: string;
  readonly frameHash?: string;
  readonly seed?: string;
  /** Items that checkers see; all of them after a ratio below the trusted one. */
  readonly drawn: readonly number[];
  readonly full?: true;
  /** Checks by item number. */
  readonly checks: Readonly<Record<number, Mark>>;
  /** Visits that have been read. */
  readonly visits: readonly string[];
  /** Pseudonyms of the people who checked; none of them answers an objection. */
  readonly checkers: readonly string[];
  readonly score?: RoundScore;
  readonly level?: LevelId;
  readonly projects: readonly Project[];
  /** Pseudonym of the person who proposed the public notice; another one seconds it. */
  readonly proposedBy?: string;
  /** Pseudonym of the person who began it. */
  readonly secondedBy?: string;
  readonly noticeUntil?: number; // ms since the epoch
  /** The residents of the street got a card of the notice. */
  readonly announcedAt?: number; // ms since the epoch
  readonly objections: readonly Objection[];
  readonly metAt?: number; // ms since the epoch
  readonly until?: number; // ms since the epoch: the level lapses
  readonly toldOfLapse?: true;
  /** A drawn visit after `metAt` was passed. */
  readonly visitPassedAt?: number;
  /** The document under which the level is named, and the body that issued it. */
  readonly naming?: { readonly document: string; readonly body: string; readonly at: number };
  readonly cureBy?: number; // ms since the epoch: end of a suspension
  /** The drawn visit that suspended the level, and the ★ items that it found open. */
  readonly failed?: { readonly visit: string; readonly items: readonly number[] };
  /** The contact reported that the items are cured. */
  readonly cureToldAt?: number; // ms since the epoch
  readonly veto?: { readonly veto: Veto; readonly words: Words; readonly at: number };
  /** Why these premises are an example (典型) for others. */
  readonly example?: Words;
  readonly history: readonly RoundEvent[];
};

/** What a round is planned with. */
export type RoundPlan = Pick<Round, 'id' | 'standard' | 'due' | 'halfHash'> & {
  readonly premises: Pick<Premises, 'id' | 'series' | 'region'>;
  readonly now: number; // ms since the epoch
};

/** A planned round: nothing is claimed, checked or objected to. */
export function plannedRound({ premises, now, ...plan }: RoundPlan): Round {
  const { id, series, region } = premises;
  return {
    ...plan,
    premises: id,
    series,
    region,
    state: 'planned',
    since: now,
    claims: {},
    reasons: {},
    evidence: {},
    drawn: [],
    checks: {},
    visits: [],
    checkers: [],
    projects: [],
    objections: [],
    history: [{ event: 'planned', at: now }],
  };
}

/** Makes a random round id. */
export function newRoundId(): RoundId {
  return `round_${shortId()}`;
}

/** The approval under which a series may name levels (创建示范 or 业务等级评定), entered by the office. */
export type LegalBasis = {
  readonly kind: 'campaign' | 'grading';
  readonly document: string;
  readonly body: string;
  readonly until: number; // ms since the epoch
};
