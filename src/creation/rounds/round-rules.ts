import { DAY_MS, delayedEnd, limitEnd } from '../../calendar.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Item, Standard, Veto } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import { levelOf, needsFullCheck } from '../points/level.ts';
import type { ScoredItem } from '../points/score.ts';
import { scoreOf } from '../points/score.ts';
import type { LegalBasis, Objection, Project, Round, RoundState } from './round.ts';
import { HOLDING, PROJECT_CONDITIONS } from './round.ts';

/** Most points that a claim leaves out as not applicable. */
export const NA_POINTS_MAX = 15;
/** Days for the projects of a round that was sent back, and for the cure of a suspension. */
export const CURE_DAYS = 30;
/** Length of a public notice and of the answer to an objection. */
export const NOTICE_LIMIT = '5wd';
/** Figures behind a claim are read anew this often until the claim is locked, ms. */
const EVIDENCE_MS = DAY_MS;
/** A level lapses after three years; its contact is told 90 days before. */
export const LEVEL_MS = 3 * 365 * DAY_MS;
export const LAPSE_TOLD_MS = 90 * DAY_MS;

/** Reasons why a step is refused; each has a sentence in locales. */
export type Refusal =
  | 'gone'
  | 'no_evidence'
  | 'open_items'
  | 'na_points'
  | 'same_person'
  | 'no_level'
  | 'open_objection'
  | 'was_checker'
  | 'no_basis'
  | 'open_projects'
  | 'half_project'
  | 'objected'
  | 'no_gaps';

/** The result of a step. */
export type RoundStep =
  | { readonly type: 'done'; readonly round: Round }
  | { readonly type: 'refused'; readonly why: Refusal };

const refused = (why: Refusal): RoundStep => ({ type: 'refused', why });

/** Moves a round on and notes it in its history. */
function moved(round: Round, event: string, state: RoundState, now: number, more: Partial<Round> = {}): RoundStep {
  const history = [...round.history, { event, at: now }];
  return { type: 'done', round: { ...round, ...more, state, since: now, history } };
}

/** True while the contact fills the claim. */
export function isClaiming({ state }: Pick<Round, 'state'>): boolean {
  return state === 'planned' || state === 'curing';
}

/** Items that the contact still has to claim, in their order. */
export function openItems({ claims }: Pick<Round, 'claims'>, { items }: Standard): readonly Item[] {
  return items.filter((item) => isChecked(item) && claims[item.no] === undefined);
}

/** Claims one item. A computed item is never claimed; not applicable are at most 15 points, each with a reason. */
export function claimItem(
  round: Round,
  standard: Standard,
  { no, mark, why }: { readonly no: number; readonly mark: Mark; readonly why?: Words | undefined },
): RoundStep {
  const item = standard.items.find((one) => one.no === no);
  if (!isClaiming(round) || !item || !isChecked(item)) return refused('gone');
  const { [no]: _before, ...reasons } = round.reasons;
  const claims = { ...round.claims, [no]: mark };
  if (naPoints(claims, standard) > NA_POINTS_MAX) return refused('na_points');
  return {
    type: 'done',
    round: { ...round, claims, reasons: mark === 'na' && why ? { ...reasons, [no]: why } : reasons },
  };
}

/** Points that a claim leaves out. */
export function naPoints(claims: Round['claims'], { items }: Standard): number {
  return items.reduce((sum, { no, max }) => sum + (claims[no] === 'na' ? max : 0), 0);
}

/** Locks the claim. Every item has a mark, and every project of the last time is done. */
export function lockClaim(round: Round, standard: Standard, now: number): RoundStep {
  if (!isClaiming(round)) return refused('gone');
  if (round.projects.some(({ doneAt }) => doneAt === undefined)) return refused('open_projects');
  if (openItems(round, standard).length > 0) return refused('open_items');
  if (round.evidenceAt === undefined) return refused('no_evidence');
  return moved(round, 'claimed', 'claimed', now, { checks: {}, drawn: [] });
}

/** Notes the drawn items; visits are on their way. */
export function startChecks(round: Round, drawn: readonly number[], now: number, more: Partial<Round>): RoundStep {
  if (round.state !== 'claimed') return refused('gone');
  return moved(round, 'drawn', 'checking', now, { ...more, drawn });
}

/** The points of a round by item, for its score. */
export function scoredItems({ claims, checks, evidence }: Round, { items }: Standard): readonly ScoredItem[] {
  return items.map((item): ScoredItem => {
    const { no, max } = item;
    if (!isChecked(item)) return { no, max, machine: evidence[no]?.result ?? { type: 'na' } };
    const check = checks[no];
    return { no, max, claim: claims[no] ?? 'none', ...(check === undefined ? {} : { check }) };
  });
}

/** What a round has to show besides its points. `heldDays`: days of the level below in an earlier round. */
export type Standing = { readonly heldDays: number; readonly unannounced: boolean };

/** Takes the marks of a visit; judges the round, or asks for a check of all items. */
export function takeChecks(
  round: Round,
  standard: Standard,
  found: { readonly visit: string; readonly marks: Round['checks']; readonly checkers: readonly string[] },
  standing: Standing,
  now: number,
): RoundStep & { readonly full?: readonly number[] } {
  if (round.state !== 'checking') return refused('gone');
  const taken: Round = {
    ...round,
    checks: { ...round.checks, ...found.marks },
    visits: [...round.visits, found.visit],
    checkers: [...new Set([...round.checkers, ...found.checkers])],
  };
  const score = scoreOf(scoredItems(taken, standard));
  const rest = standard.items.filter((item) => isChecked(item) && taken.checks[item.no] === undefined);
  // A failed ★ item leaves no level to extrapolate.
  const mayReach = rest.length > 0 && failedStars(taken, standard).length === 0;
  if (mayReach && needsFullCheck(score, standard.levels)) {
    const full = rest.map(({ no }) => no);
    return { type: 'done', full, round: { ...taken, full: true, drawn: [...taken.drawn, ...full] } };
  }
  return judge(taken, standard, standing, now);
}

function judge(round: Round, standard: Standard, standing: Standing, now: number): RoundStep {
  const score = scoreOf(scoredItems(round, standard));
  const level = levelOf(score.score, standard.levels, {
    ...standing,
    starsMet: failedStars(round, standard).length === 0,
    vetoed: round.veto !== undefined,
    feelingKnown: Object.values(round.evidence).every(({ result }) => result.type !== 'unknown'),
  });
  const { level: _before, ...rest } = round;
  return moved(rest, 'checked', 'judged', now, { score, ...(level ? { level } : {}) });
}

/** ★ items that are not met: computed ones by their own condition, the others by the checkers. */
export function failedStars({ claims, checks, evidence }: Round, { items }: Standard): readonly Item[] {
  return items.filter((item) => {
    if (!item.critical) return false;
    if (!isChecked(item)) {
      return evidence[item.no]?.starMet !== true;
    }
    const mark = checks[item.no] ?? claims[item.no];
    return mark !== 'full' && mark !== 'na';
  });
}

/** Items that were not met in full when the checkers looked, or that the claim itself leaves open. */
export function gapsOf(round: Round, standard: Standard): readonly Item[] {
  const failed = new Set(failedStars(round, standard).map(({ no }) => no));
  return standard.items.filter((item) => {
    if (failed.has(item.no)) return true;
    if (!isChecked(item)) return false;
    const mark = round.checks[item.no] ?? round.claims[item.no];
    return mark === 'half' || mark === 'none';
  });
}

/** Sends a round back: each gap becomes a project, due in 30 days. The claims of gaps are open again. */
export function sendBack(round: Round, standard: Standard, now: number): RoundStep {
  if (round.state !== 'judged') return refused('gone');
  const gaps = gapsOf(round, standard);
  // Below a level the computed items may be what is missing; then the round waits for better figures.
  if (gaps.length === 0 && round.level) return refused('no_gaps');
  const projects = gaps.map(({ no }): Project => ({ no, due: now + CURE_DAYS * DAY_MS }));
  const claims = Object.fromEntries(
    Object.entries(round.claims).filter(([no]) => !gaps.some((gap) => gap.no === Number(no))),
  );
  // A round that cures its gaps holds no level.
  const { level: _level, proposedBy: _by, ...rest } = round;
  return moved(rest, 'sent_back', 'curing', now, { projects, claims });
}

/** Ends a project. 三不放过: all three conditions, and the measure in words. */
export function endProject(
  round: Round,
  { no, done, measure }: { readonly no: number; readonly done: readonly string[]; readonly measure: Words },
  now: number,
): RoundStep {
  if (round.state !== 'curing' || !round.projects.some((one) => one.no === no)) return refused('gone');
  if (PROJECT_CONDITIONS.some((one) => !done.includes(one))) return refused('half_project');
  const projects = round.projects.map((one) => (one.no === no ? { ...one, done, measure, doneAt: now } : one));
  return {
    type: 'done',
    round: { ...round, projects, history: [...round.history, { event: 'project_done', at: now }] },
  };
}

/** Proposes a public notice of a reached level; a second person starts it. */
export function proposeNotice(round: Round, by: string, now: number): RoundStep {
  if (round.state !== 'judged') return refused('gone');
  if (!round.level || round.veto) return refused('no_level');
  if (round.proposedBy === undefined) return moved(round, 'proposed', 'judged', now, { proposedBy: by });
  if (round.proposedBy === by) return refused('same_person');
  return moved(round, 'notice_begun', 'public_notice', now, {
    secondedBy: by,
    noticeUntil: limitEnd(now, NOTICE_LIMIT),
    objections: [],
  });
}

/** A resident objects; the clock of the notice stands until the answer. One open objection per person. */
export function objectTo(round: Round, objection: Objection): RoundStep {
  if (round.state !== 'public_notice') return refused('gone');
  if (round.objections.some(({ mark }) => mark === objection.mark)) return refused('objected');
  const history = [...round.history, { event: 'objected', at: objection.at }];
  return { type: 'done', round: { ...round, objections: [...round.objections, objection], history } };
}

/** The first objection without an answer. */
export function openObjection({ objections }: Pick<Round, 'objections'>): Objection | undefined {
  return objections.find(({ answer }) => answer === undefined);
}

/** When leads are told that the first open objection has no answer, ms since the epoch; undefined once they were. */
function answerDue({ objections }: Pick<Round, 'objections'>): number | undefined {
  const open = openObjection({ objections });
  return open && !open.late ? limitEnd(open.at, NOTICE_LIMIT) : undefined;
}

/** Notes that the first open objection has no answer in its time; the notice goes on standing still. */
export function noteLateAnswer(round: Round, now: number): RoundStep {
  const open = openObjection(round);
  const due = answerDue(round);
  if (round.state !== 'public_notice' || !open || due === undefined || now < due) return refused('gone');
  const objections = round.objections.map((one) => (one === open ? { ...one, late: true as const } : one));
  return { type: 'done', round: { ...round, objections } };
}

/**
 * Answers the first open objection. The checkers of the round may not. An upheld one leads back to a check of all items;
 * otherwise the notice lasts as much longer as its clock stood.
 */
export function answerObjection(
  round: Round,
  answer: { readonly upheld: boolean; readonly words: Words; readonly by: string },
  now: number,
): RoundStep {
  const open = openObjection(round);
  if (round.state !== 'public_notice' || !open) return refused('gone');
  if (round.checkers.includes(answer.by)) return refused('was_checker');
  const objections = round.objections.map((one) => (one === open ? { ...one, answer: { ...answer, at: now } } : one));
  if (answer.upheld) return checkAnew({ ...round, objections }, now);
  // Objections that overlap pause the clock once: from the end of the last pause.
  const paused = Math.max(open.at, ...round.objections.flatMap(({ answer: given }) => given?.at ?? []));
  const noticeUntil = delayedEnd(round.noticeUntil ?? now, { from: Math.min(paused, now), until: now }, NOTICE_LIMIT);
  const history = [...round.history, { event: 'answered', at: now }];
  return { type: 'done', round: { ...round, objections, noticeUntil, history } };
}

/** Starts a check of all items by others after an upheld objection of the premises to a visit: its marks do not count. */
export function annulChecks(round: Round, visit: string, now: number): RoundStep {
  if (round.state !== 'judged' && round.state !== 'public_notice') return refused('gone');
  return checkAnew({ ...round, visits: round.visits.filter((one) => one !== visit) }, now);
}

function checkAnew(round: Round, now: number): RoundStep {
  const { proposedBy: _by, noticeUntil: _until, level: _level, ...rest } = round;
  return moved(rest, 'upheld', 'claimed', now, { full: true, checks: {}, drawn: [] });
}

/** Ends a notice without an open objection: the level is met. It is no title. */
export function endNotice(round: Round, now: number): RoundStep {
  if (round.state !== 'public_notice' || now < (round.noticeUntil ?? 0)) return refused('gone');
  if (openObjection(round)) return refused('open_objection');
  // The marks only told objectors apart while the notice lasted.
  const objections = round.objections.map((one) => ({ ...one, mark: '' }));
  return moved(round, 'met', 'met', now, { objections, metAt: now, until: now + LEVEL_MS });
}

/** Names a met level: only under a basis that is entered and in force, and with the document of the naming. */
export function nameLevel(round: Round, basis: LegalBasis | undefined, document: string, now: number): RoundStep {
  if (round.state !== 'met') return refused('gone');
  if (!basis || basis.until < now) return refused('no_basis');
  return moved(round, 'named', 'named', now, { naming: { document, body: basis.body, at: now } });
}

/** Takes a drawn visit to premises that hold a level: a failed ★ item suspends it, anything else passes. */
export function takeRecheck(
  round: Round,
  standard: Standard,
  { visit, marks }: { readonly visit: string; readonly marks: Readonly<Record<number, Mark>> },
  now: number,
): RoundStep {
  if (!HOLDING.includes(round.state)) return refused('gone');
  const read: Round = { ...round, visits: [...round.visits, visit] };
  const isOpen = ({ no, critical }: Item) => critical && (marks[no] === 'none' || marks[no] === 'half');
  const items = standard.items.filter(isOpen).map(({ no }) => no);
  if (items.length > 0) return suspend({ ...read, failed: { visit, items } }, now);
  const history = [...round.history, { event: 'recheck_passed', at: now }];
  return { type: 'done', round: { ...read, visitPassedAt: now, history } };
}

/** Suspends a level in public. */
export function suspend(round: Round, now: number): RoundStep {
  if (!HOLDING.includes(round.state)) return refused('gone');
  return moved(round, 'suspended', 'suspended', now, { cureBy: now + CURE_DAYS * DAY_MS });
}

/** Notes once that the contact reports the cure; the lead looks and lifts the suspension. */
export function tellCure(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended' || round.cureToldAt !== undefined) return refused('gone');
  const history = [...round.history, { event: 'cure_told', at: now }];
  return { type: 'done', round: { ...round, cureToldAt: now, history } };
}

/** Ends a suspension: the level stands again, named if it was. */
export function liftSuspension(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended') return refused('gone');
  const { cureBy: _by, failed: _failed, cureToldAt: _told, ...rest } = round;
  return moved(rest, 'cured', round.naming ? 'named' : 'met', now);
}

/** Withdraws a level, or ends a round, for a veto. Its reason is public. */
export function vetoRound(round: Round, veto: Veto, words: Words, now: number): RoundStep {
  if (round.state === 'withdrawn' || round.state === 'lapsed') return refused('gone');
  return moved(round, 'withdrawn', 'withdrawn', now, { veto: { veto, words, at: now } });
}

/** Withdraws a level whose suspension was not cured in time. */
export function endSuspension(round: Round, now: number): RoundStep {
  if (round.state !== 'suspended' || now < (round.cureBy ?? 0)) return refused('gone');
  return moved(round, 'withdrawn', 'withdrawn', now);
}

/** Ends a level after three years. Nothing renews it silently. */
export function lapse(round: Round, now: number): RoundStep {
  if (![...HOLDING, 'suspended'].includes(round.state) || now < (round.until ?? 0)) return refused('gone');
  return moved(round, 'lapsed', 'lapsed', now);
}

/** The time of the next step by the clock, ms since the epoch; undefined if a person moves the round. */
export function nextStepAt({
  state,
  since,
  evidenceAt,
  noticeUntil,
  until = 0,
  toldOfLapse,
  cureBy,
  objections,
}: Round): number | undefined {
  switch (state) {
    case 'planned':
    case 'curing':
      return evidenceAt === undefined ? since : evidenceAt + EVIDENCE_MS;
    case 'claimed':
    case 'checking':
      return since;
    case 'public_notice':
      return openObjection({ objections }) ? answerDue({ objections }) : noticeUntil;
    case 'met':
    case 'named':
      return toldOfLapse ? until : until - LAPSE_TOLD_MS;
    case 'suspended':
      return cureBy;
    default:
      return undefined;
  }
}
