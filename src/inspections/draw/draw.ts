import type { Series } from '../../city/series.ts';
import { seriesLedBy } from '../../city/series.ts';
import type { Names } from '../../engine/step.ts';
import type { Grant, Role } from '../../people/role.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { shortId } from '../../volunteers/volunteer/volunteer.ts';
import type { VisitId } from '../visits/visit.ts';

export type DrawId = `draw_${string}`;

/**
 * draft: planned from the calendar, not yet wanted by a person. committed: frame and office's half are fixed by their
 * hashes. drawn: the list is fixed by its hash and stays sealed. done: frame, halves and list are public.
 */
export const DRAW_STATES = ['draft', 'committed', 'drawn', 'done', 'called_off'] as const;

/** A draw (抽签) of inspections in a region. Days in China time, 2026-09-17. */
export type InspectionDraw = {
  readonly id: DrawId;
  readonly state: (typeof DRAW_STATES)[number];
  readonly series: readonly Series[];
  readonly region: string;
  /** Premises drawn from each stratum of series and street; 0: only the designated ones are visited. */
  readonly each: number;
  /** Designated premises (指定), which take part in no lot. */
  readonly named: readonly string[];
  readonly from: string;
  readonly until: string;
  /** Pseudonym of the organiser; '' for a draft from the calendar. */
  readonly by: string;
  /** The lead department of the series ordered it; the region's organisers follow it too. */
  readonly byLead?: true;
  readonly madeAt: number; // ms since the epoch
  /** The step of a check before a holiday that this draw serves. */
  readonly before?: { readonly holiday: Names; readonly day: string; readonly step: 'lists' | 'revisit' };
  /** What designated its premises: an alert (苗头) or a letter (提醒函). */
  readonly because?: 'alert' | 'letter' | 'few_reports';
  /** The report after the holiday was given. */
  readonly reported?: true;
  readonly frameHash?: string;
  /** Versions of the standards whose items are in the frame. */
  readonly standards?: Readonly<Partial<Record<Series, number>>>;
  /** SHA-256 of the office's half, then of the auditor's, in the order in which they were fixed. */
  readonly halfHashes?: readonly string[];
  readonly listHash?: string;
  readonly drawnAt?: number;
  /** Number of drawn visits; repeats do not count. */
  readonly visits?: number;
  /** Visits that other checkers repeat. */
  readonly repeats?: readonly VisitId[];
  /** Published at the end. */
  readonly halves?: readonly [office: string, auditor: string];
  readonly seed?: string;
  readonly doneAt?: number;
};

/** Roles that may draw inspections in their region. The lead department of a series may draw its series anywhere. */
export const MAY_DRAW: readonly Role[] = ['lead', 'office'];

/** The grants with which a person draws inspections. */
export function drawGrants(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_DRAW.includes(role));
}

/** True if a grant opens the talk and the page of draws. */
export function mayPlanDraws(grant: Grant): boolean {
  return MAY_DRAW.includes(grant.role) || seriesLedBy([grant]).length > 0;
}

/** True if these grants may draw all of these series without a right in the region. */
export function leadsAll(series: readonly Series[], grants: readonly Grant[]): boolean {
  const led = seriesLedBy(grants);
  return series.length > 0 && series.every((one) => led.includes(one));
}

/** True if these grants may see and move a draw: in its region, or of the lead department that ordered it. */
export function maySteer(draw: InspectionDraw, grants: readonly Grant[], regions: RegionTree): boolean {
  return mayMove(draw, grants, regions) || (draw.byLead === true && leadsAll(draw.series, grants));
}

/** True if these grants decide on inspections in a region. */
export function mayMove({ region }: Pick<InspectionDraw, 'region'>, grants: readonly Grant[], regions: RegionTree) {
  return drawGrants(grants).some(({ scope }) => scope === '*' || regions.chain(region).includes(scope));
}

/** Bounds of the number of premises of each stratum. */
export const EACH = { min: 1, max: 20, usual: 1 };
/** Days that a draw gives its checkers which a bulletin, an alert or a letter proposes. */
export const PROPOSED_DAYS = '10wd';
/** Share of the visits without a finding that other checkers repeat. */
export const REPEATED_SHARE = 0.1;
/** Days that a repeated visit may take. */
export const REPEAT_DAYS = '3wd';

export function newDrawId(): DrawId {
  return `draw_${shortId()}`;
}

/** The code of a checker in one draw. It names no person, and it fixes the person: another one has another code. */
export function checkerCode(of: string, pseudonym: string): string {
  return hashOf(`${of} ${pseudonym}`).slice(0, 10);
}
