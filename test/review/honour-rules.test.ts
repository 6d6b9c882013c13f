import { expect, test } from 'vitest';
import { dayOf, momentOf } from '../../src/calendar.ts';
import type { CaseNumber } from '../../src/cases/case-number.ts';
import type { Evidence, Screen } from '../../src/review/honours/evidence.ts';
import { doorOf, isEnough, SCREENS, solvedChange, solvedShare } from '../../src/review/honours/evidence.ts';
import type { Honour } from '../../src/review/honours/honour.ts';
import type { HonourChange } from '../../src/review/honours/honour-rules.ts';
import {
  agreeHonour,
  answerHonour,
  attachEvidence,
  declineHonour,
  endNotice,
  objectToHonour,
  takeHonourBack,
} from '../../src/review/honours/honour-rules.ts';
import {
  listingEnds,
  screenFunnel,
  screenLetter,
  screenListing,
  screenReports,
} from '../../src/review/honours/screens.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import type { RegionMonth } from '../../src/review/score/month-score.ts';

const rows = (y: number, n: number) => {
  const closed = Array.from({ length: n }, (_, i) => `K${i}` as CaseNumber);
  return { closed, solved: closed.slice(0, y) };
};
const PASSED = Object.fromEntries(SCREENS.map((screen) => [screen, 'passed'])) as Evidence['screens'];
const evidence = (y: number, n: number, screens: Partial<Evidence['screens']> = {}, older = rows(0, 0)): Evidence => ({
  at: THURSDAY,
  newer: rows(y, n),
  older,
  screens: { ...PASSED, ...screens },
});
const THURSDAY = momentOf('2026-09-24T10:00');
const NOMINATED: Honour = {
  id: 'honour_abcd1234',
  state: 'nominated',
  subject: 'unit.water',
  region: '990100000000',
  reason: '返修又快又好',
  by: 'nominator',
  nominatedAt: THURSDAY,
  objections: [],
};

test.each([
  [19, 20, 0.7639, undefined],
  [57, 60, 0.863, 'bar'],
  [22, 22, 0.8513, 'bar'],
  [21, 21, 0.8454, undefined],
  [9, 9, 0.7009, undefined],
])('%i of %i confirmed cases: lower bound %f, door %s', (y, n, lo, door) => {
  expect(solvedShare(rows(y, n))?.lo).toBeCloseTo(lo, 4);
  expect(doorOf(evidence(y, n))).toBe(door);
});

test('a change whose lower bound is above 0 opens the second door, a change that chance explains does not', () => {
  const better = evidence(45, 60, {}, rows(30, 60));
  expect(solvedChange(better)?.lo).toBeGreaterThan(0);
  expect(doorOf(better)).toBe('progress');
  const alike = evidence(34, 60, {}, rows(30, 60));
  expect(solvedChange(alike)?.lo).toBeLessThan(0);
  expect(doorOf(alike)).toBeUndefined();
  expect(doorOf(evidence(0, 0, {}, rows(0, 9)))).toBeUndefined();
});

test.each(SCREENS)('a failed screen bars the best figure: %s', (screen: Screen) => {
  expect(isEnough(evidence(60, 60))).toBe(true);
  expect(isEnough(evidence(60, 60, { [screen]: 'not_known' }))).toBe(true);
  expect(isEnough(evidence(60, 60, { [screen]: 'failed' }))).toBe(false);
});

test('the funnel bars on the bad side only, and few reports bar', () => {
  const month = (code: string, z: number, few = false) =>
    ({
      cells: [{ code, funnel: { z, zAdjusted: z, outside: true } }],
      reports: { observed: 1, expected: 9, p: 0.001, few },
    }) as unknown as RegionMonth; // the parts that the screens read
  expect(screenFunnel(month('confirmed_solved', -4))).toBe('failed');
  expect(screenFunnel(month('confirmed_solved', 4))).toBe('passed');
  expect(screenFunnel(month('rework', 4))).toBe('failed');
  expect(screenFunnel(month('rework', -4))).toBe('passed');
  expect(screenFunnel(undefined)).toBe('not_known');
  expect(screenReports(month('rework', 0, true))).toBe('failed');
});

test('an open letter bars, a draft does not; a listing bars for 6 months, a missed one for 12', () => {
  const sent = { state: 'sent', sentAt: THURSDAY } as Letter;
  expect(screenLetter([sent])).toBe('failed');
  expect(screenLetter([{ ...sent, state: 'closed' }])).toBe('passed');
  expect(screenLetter([{ state: 'drafted' } as Letter])).toBe('passed');
  const from = momentOf('2026-03-31T00:00');
  expect(dayOf(listingEnds(from, false))).toBe('2026-10-01');
  expect(dayOf(listingEnds(from, true))).toBe('2027-03-31');
  const listed = (ending?: 'not_done') =>
    ({ ...sent, state: 'closed', steps: [{ kind: 'listing', day: '2026-01-15', ending }] }) as unknown as Letter;
  expect(screenListing([listed()], [], THURSDAY)).toBe('passed');
  expect(screenListing([listed('not_done')], [], THURSDAY)).toBe('failed');
  expect(screenListing([], [{ listedAt: momentOf('2026-06-01T00:00') }], THURSDAY)).toBe('failed');
});

const honourOf = (change: HonourChange): Honour => {
  if (change.type === 'refused') throw new Error(change.why);
  return change.honour;
};
const noticed = () => honourOf(attachEvidence(NOMINATED, evidence(57, 60)));
const act = (by: string, at = THURSDAY, words = '属实') => ({ by, at, words });

test('a public notice of 2026-09-24 ends on 2026-10-09, and not a moment earlier', () => {
  const honour = noticed();
  expect(honour).toMatchObject({ state: 'public_notice', noticeUntil: momentOf('2026-10-09T17:00') });
  expect(endNotice(honour, momentOf('2026-10-09T16:59')).type).toBe('refused');
  expect(honourOf(endNotice(honour, momentOf('2026-10-09T17:00'))).state).toBe('deciding');
  expect(honourOf(attachEvidence(NOMINATED, evidence(9, 9))).state).toBe('not_passed');
});

test('an objection waits for its answer, is made once a person, and declines the honour if it is upheld', () => {
  const objected = honourOf(objectToHonour(noticed(), { mark: 'm1', words: '没修好', at: THURSDAY }));
  expect(objected.objections[0]?.due).toBe(momentOf('2026-10-09T17:00'));
  expect(objectToHonour(objected, { mark: 'm1', words: '又', at: THURSDAY })).toEqual({
    type: 'refused',
    why: 'objected',
  });
  const deciding = honourOf(endNotice(objected, momentOf('2026-10-09T17:00')));
  expect(agreeHonour(deciding, act('lead'))).toEqual({ type: 'refused', why: 'open_objection' });
  expect(answerHonour(deciding, false, act('nominator'))).toEqual({ type: 'refused', why: 'own' });
  expect(honourOf(answerHonour(deciding, false, act('lead'))).state).toBe('deciding');
  const declined = honourOf(answerHonour(deciding, true, act('lead')));
  expect(declined).toMatchObject({ state: 'declined', objections: [{ mark: '' }] });
  expect(objectToHonour(noticed(), { mark: 'm2', words: '迟', at: momentOf('2026-10-09T17:01') }).type).toBe('refused');
});

test('two thank, the nominator is not among them, and a thanks is taken back', () => {
  const deciding = honourOf(endNotice(noticed(), momentOf('2026-10-09T17:00')));
  expect(agreeHonour(deciding, act('nominator'))).toEqual({ type: 'refused', why: 'own' });
  expect(declineHonour(deciding, act('nominator'))).toEqual({ type: 'refused', why: 'own' });
  const once = honourOf(agreeHonour(deciding, act('lead')));
  expect(once.state).toBe('deciding');
  expect(agreeHonour(once, act('lead'))).toEqual({ type: 'refused', why: 'twice' });
  const thanked = honourOf(agreeHonour(once, act('office')));
  expect(thanked.state).toBe('thanked');
  expect(agreeHonour(noticed(), act('lead'))).toEqual({ type: 'refused', why: 'gone' });
  expect(honourOf(takeHonourBack(thanked, act('office'))).state).toBe('taken_back');
  expect(takeHonourBack(deciding, act('office')).type).toBe('refused');
});
