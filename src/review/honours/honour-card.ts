import type { CaseNumber } from '../../cases/case-number.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import type { City } from '../../city/city.ts';
import type { Value, Values } from '../../delivery/outcome.ts';
import type { Evidence, EvidenceRow } from './evidence.ts';
import { BAR, doorOf, failedScreens, solvedChange, solvedShare } from './evidence.ts';
import type { Honour } from './honour.ts';
import { openObjection } from './honour.ts';
import type { HonourAction, HonourPart } from './honour-access.ts';
import { nameOfHonoured, partsOfSubject } from './subject.ts';

/** Case numbers that a message names; the rest is counted. */
const NAMED_MAX = 24;

/** Per cent with one decimal, rounded down: a printed bound never reaches the bar before the bound does. */
export function percentDown(share: number): number {
  return Math.floor(share * 1000 + 1e-9) / 10;
}

/** Values for any message about an honour. */
export function honourValues(honour: Honour, city: City): Values {
  const { state, reason, noticeUntil, objections, evidence, decided, takenBack, basis } = honour;
  const none: Value = { key: 'flows/honours:no_words' };
  return {
    name: nameOfHonoured(honour, city),
    state: { key: `flows/honours:state.${state}` },
    reason,
    until: noticeUntil === undefined ? none : { at: noticeUntil },
    objections: objections.length,
    objection: openObjection(honour)?.words ?? none,
    words: takenBack?.words ?? decided?.words ?? none,
    document: basis?.document ?? none,
    body: basis?.body ?? none,
    ...(evidence ? evidenceValues(evidence) : {}),
  };
}

function evidenceValues(evidence: Evidence): Values {
  const { newer, older } = evidence;
  const failed = failedScreens(evidence).map((screen): Value => ({ key: `flows/honours:screen.${screen}` }));
  const closedDoor: readonly Value[] = doorOf(evidence) ? [] : [{ key: 'flows/honours:screen.share' }];
  return {
    closed: newer.closed.length,
    solved: newer.solved.length,
    lo: percentDown(solvedShare(newer)?.lo ?? 0),
    bar: BAR * 100,
    closed_before: older.closed.length,
    solved_before: older.solved.length,
    up: percentDown(solvedChange(evidence)?.lo ?? 0),
    failed: { joined: [...closedDoor, ...failed] },
  };
}

/** The card in chat. Deciders read each objection; residents read their number. */
export function honourCard(honour: Honour, parts: readonly HonourPart[], city: City): Value {
  const values = honourValues(honour, city);
  const { state, evidence, objections } = honour;
  const line = (
    name:
      | 'head'
      | 'evidence'
      | 'evidence_team'
      | 'progress'
      | 'failed'
      | 'notice'
      | 'named'
      | 'no_title'
      | 'objections'
      | 'ended',
  ): Value => ({
    key: `flows/honours:card.${name}`,
    values,
  });
  const isTeam = partsOfSubject(honour.subject)[0] === 'team';
  const isNotPassed = evidence !== undefined && state === 'not_passed';
  return {
    list: [
      line('head'),
      ...(evidence ? [line(isTeam ? 'evidence_team' : 'evidence')] : []),
      ...(evidence && doorOf(evidence) === 'progress' ? [line('progress')] : []),
      ...(isNotPassed ? [line('failed')] : []),
      ...(state === 'public_notice' ? [line('notice')] : []),
      ...(state === 'thanked' ? [line(honour.basis ? 'named' : 'no_title')] : []),
      ...(objections.length > 0 ? [line('objections')] : []),
      ...(parts.includes('decide') ? objections.map(objectionLine) : []),
      ...(honour.takenBack || honour.decided?.words ? [line('ended')] : []),
    ],
  };
}

function objectionLine({ words, answer }: Honour['objections'][number]): Value {
  return answer
    ? { key: `flows/honours:card.${answer.upheld ? 'upheld' : 'answered'}`, values: { words, answer: answer.words } }
    : { key: 'flows/honours:card.open', values: { words } };
}

/** The frozen case numbers of the last quarter: confirmed ones, and those that are closed and not confirmed. */
export function rowsValues({ newer }: Evidence): Values {
  const rest = newer.closed.filter((number) => !newer.solved.includes(number));
  return { confirmed: numbersOf(newer.solved), rest: numbersOf(rest) };
}

function numbersOf(numbers: Evidence['newer']['closed']): Value {
  const more = numbers.length - NAMED_MAX;
  if (numbers.length === 0) return { key: 'flows/honours:no_words' };
  return {
    joined: [
      ...numbers.slice(0, NAMED_MAX).map(rowName),
      ...(more > 0 ? [{ key: 'flows/honours:more_rows', values: { more } } as const] : []),
    ],
  };
}

/** A task has no number that people type. */
function rowName(row: EvidenceRow): string {
  return row.startsWith('task_') ? row : showCaseNumber(row as CaseNumber); // the other kind of row
}

/** A button under a message about an honour. */
export function honourButton({ id }: Pick<Honour, 'id'>, action: HonourAction | 'look') {
  const argument = action === 'look' ? id : `${id}.${action}`;
  return { label: `flows/honours:buttons.${action}`, flow: 'honours', argument } as const;
}
