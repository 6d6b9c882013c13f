import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockAt, DAY_MS, dayOf, momentOf } from '../../src/calendar.ts';
import type { CaseNumber } from '../../src/cases/case-number.ts';
import type { CaseWithEvents } from '../../src/cases/figures/figures.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { verifyDraw } from '../../src/console/web/verify-draw.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { BASIS_REDRAW } from '../../src/review/honours/basis-draw.ts';
import { basisProof } from '../../src/review/honours/basis-proof.ts';
import type { Evidence, Screen } from '../../src/review/honours/evidence.ts';
import { doorOf, isEnough, SCREENS, solvedChange, solvedShare } from '../../src/review/honours/evidence.ts';
import type { Honour } from '../../src/review/honours/honour.ts';
import { drawBasis, enterBasis, takePart } from '../../src/review/honours/honour-basis.ts';
import type { HonourChange } from '../../src/review/honours/honour-rules.ts';
import {
  agreeHonour,
  answerHonour,
  attachEvidence,
  declineHonour,
  endNotice,
  objectToHonour,
  returnProposal,
  takeHonourBack,
  takeUpProposal,
} from '../../src/review/honours/honour-rules.ts';
import { mayBeThanked, teamRows } from '../../src/review/honours/honoured-teams.ts';
import { honours } from '../../src/review/honours/honours-flow.ts';
import { quartersOf } from '../../src/review/honours/read-evidence.ts';
import {
  lastDrawnVisit,
  listingEnds,
  screenFunnel,
  screenLetter,
  screenListing,
  screenReports,
  screenVisit,
} from '../../src/review/honours/screens.ts';
import { readSubject, SUBJECT_KINDS, subjectsIn } from '../../src/review/honours/subject.ts';
import type { Letter } from '../../src/review/letters/letter.ts';
import type { RegionMonth } from '../../src/review/score/month-score.ts';
import { hashOf } from '../../src/surveys/wave/draw.ts';
import type { KeptTask, Task } from '../../src/volunteers/tasks/task.ts';
import type { Team } from '../../src/volunteers/teams/team.ts';
import { Play } from '../engine/play.ts';
import { madeCase, withEvents } from './made-cases.ts';

const BASIS = { document: '皖评组〔2026〕7号', body: '市评比达标表彰工作组', kind: 'unit', number: 2 } as const;
const openly = { seal: (text: string) => text, unseal: (text: string) => text };

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
  expect(screenReports(month('rework', 0, true), false)).toBe('failed');
  expect(screenReports(month('rework', 0), false)).toBe('passed');
  // Few reports about the premises themselves bar too, whatever the street has.
  expect(screenReports(month('rework', 0), true)).toBe('failed');
  expect(screenReports(undefined, true)).toBe('failed');
});

test('an open letter bars, a draft does not; a listing bars for 6 months, a missed one for 12', () => {
  const sent = { state: 'sent', sentAt: THURSDAY } as Letter;
  expect(screenLetter([sent])).toBe('failed');
  expect(screenLetter([{ ...sent, state: 'closed' }])).toBe('passed');
  expect(screenLetter([{ state: 'drafted' } as Letter])).toBe('passed');
  const from = momentOf('2026-03-31T00:00');
  expect(dayOf(listingEnds(from, false))).toBe('2026-10-01');
  expect(dayOf(listingEnds(from, true))).toBe('2027-03-31');
  // Months are those of China: the first of a month there is still the last of another one in UTC.
  const months = (day: string) => clockAt(listingEnds(momentOf(`${day}T00:00`), false));
  expect(months('2026-03-01')).toBe('2026-09-01T00:00:00');
  expect(months('2026-10-01')).toBe('2027-04-01T00:00:00');
  expect(months('2026-08-31')).toBe('2027-03-01T00:00:00');
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

/** A decider at an honour with two objections, and what happens when another person answers the first. */
function atTwoObjections() {
  const objected = ['一', '二'].reduce<Honour>(
    (honour, words) => honourOf(objectToHonour(honour, { mark: words, words, at: THURSDAY })),
    noticed(),
  );
  const own = (record: Honour) => [{ version: 1, record, parts: ['decide'] as const }];
  const rest = { me: 'second', mark: '', wanted: undefined, mayNominate: false, isHomeKnown: true };
  const facts = { ...cityOf({ ...NEW_CITY, ...demoCityData() }, []), ...rest, honours: own(objected) };
  const anotherAnswers = () => {
    facts.honours = own(honourOf(answerHonour(objected, false, act('third'))));
  };
  return { play: new Play(honours, facts, { honour: objected.id }), anotherAnswers };
}

test('an answer is for the objection on the screen, not for the one that follows once another person answered', () => {
  const { play, anotherAnswers } = atTwoObjections();
  play.do({ tap: 'answer' });
  const { seal, talk, step } = play.question;
  anotherAnswers();
  play.do({ type: 'choice', talk, step, option: 'no', seal });
  expect([play.question.values, play.because]).toEqual([{ objection: '二' }, { type: 'changed' }]);
});

test('a typed reason is for the objection that was judged, not for the one that follows', () => {
  const { play, anotherAnswers } = atTwoObjections();
  play.do({ tap: 'answer' }, { tap: 'no' });
  anotherAnswers();
  play.do('查过了，不属实');
  expect([play.at, play.question.values, play.because]).toEqual([
    'upheld.ask',
    { objection: '二' },
    { type: 'changed' },
  ]);
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

const NOW = momentOf('2026-11-20T08:00');
const KINDS = ['confirmed', 'unconfirmed', 'nobody_to_ask', 'open'] as const;
type Kind = (typeof KINDS)[number];
const anyCase = fc.record({ kind: fc.constantFrom(...KINDS), daysAgo: fc.integer({ min: 20, max: 170 }) });

/** A case that was handled in time; a resident can be asked, unless staff found it. */
function foundCase(n: number, { kind, daysAgo }: { readonly kind: Kind; readonly daysAgo: number }): CaseWithEvents {
  const wish = {
    n,
    rework: false,
    filedAt: NOW - daysAgo * DAY_MS,
    open: kind === 'open',
    confirmed: kind === 'confirmed',
  };
  return { ...withEvents(madeCase(wish, NOW)), reachable: kind !== 'nobody_to_ask' };
}
const boundOf = (cases: readonly CaseWithEvents[]) => solvedShare(quartersOf(cases, NOW).newer)?.lo ?? 0;

test('one more case moves the bound by what a resident says of it, and by nothing else', () => {
  fc.assert(
    fc.property(fc.array(anyCase, { maxLength: 25 }), anyCase, (some, more) => {
      const before = some.map((one, i) => foundCase(i, one));
      const added = foundCase(800, more);
      const [was, is] = [boundOf(before), boundOf([...before, added])];
      const counts = quartersOf([added], NOW).newer.closed.length > 0;
      // Finding more, and open work, move nothing.
      if (!counts || more.kind === 'open' || more.kind === 'nobody_to_ask') return is === was;
      return more.kind === 'confirmed' ? is > was : is <= was;
    }),
    { numRuns: 120 },
  );
});

test('one more confirmed case never closes the door of progress, and a case without a resident to ask moves it nowhere', () => {
  const counts = fc.integer({ min: 1, max: 60 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
  fc.assert(
    fc.property(counts, counts, ([y1, n1], [y0, n0]) => {
      const before = solvedChange({ newer: rows(y1, n1), older: rows(y0, n0) })?.lo ?? 0;
      const after = solvedChange({ newer: rows(y1 + 1, n1 + 1), older: rows(y0, n0) })?.lo ?? 0;
      return after > before;
    }),
    { numRuns: 500 },
  );
});

test('a team is thanked for tasks to which all came that were needed; a small one, or one with a person’s name, is no subject', () => {
  const task = (id: string, came: number, more: Partial<Task> = {}) =>
    ({
      record: { id, state: 'ended', needed: 2, until: NOW - DAY_MS, ...more },
      parts: Object.fromEntries(
        Array.from({ length: came }, (_, i) => [`volunteer_${i}`, { state: 'confirmed', at: NOW }]),
      ),
    }) as unknown as KeptTask; // the parts that the rules read
  const tasks = [
    task('task_a', 2),
    task('task_b', 1),
    task('task_c', 0, { state: 'cancelled' }),
    task('task_d', 0, { state: 'open' }),
    task('task_e', 3, { until: NOW - 100 * DAY_MS }),
  ];
  expect(teamRows(tasks, NOW)).toEqual({
    newer: { closed: ['task_a', 'task_b'], solved: ['task_a'] },
    older: { closed: ['task_e'], solved: ['task_e'] },
  });
  expect(mayBeThanked({ name: '锦绣平安队' }, 5)).toBe(true);
  expect(mayBeThanked({ name: '锦绣平安队' }, 4)).toBe(false);
  expect(mayBeThanked({ name: '13812345678' }, 9)).toBe(false);
});

test('no person can be named as a subject', () => {
  const team = { id: 'team_abcd1234', name: '锦绣平安队', region: '990101001001' } as unknown as Team; // what subjects read
  const city = { ...cityOf({ ...NEW_CITY, ...demoCityData() }, []), teams: new Map([[team.id, team]]) };
  const kinds = fc.constantFrom(...SUBJECT_KINDS, 'person', 'contact', 'volunteer', 'resident', 'organiser');
  const persons = fc.oneof(
    fc.bigInt({ min: 1n, max: 10n ** 12n }).map((id) => `telegram:${id}`),
    fc.stringMatching(/^volunteer_\w{8}$/),
    fc.stringMatching(/^[0-9a-f]{16,40}$/),
    fc.constantFrom('张建国', '王芳', '13812345678', '320102199001011234', '*', '', 'constructor', '__proto__'),
    fc.string(),
  );
  const known = new Set(
    SUBJECT_KINDS.flatMap((kind) => city.regions.all('street').flatMap((street) => subjectsIn(street, kind, city))),
  );
  fc.assert(
    fc.property(kinds, persons, (kind, id) => {
      const read = readSubject(`${kind}.${id}`, city);
      return read === undefined || known.has(read);
    }),
    { numRuns: 1000 },
  );
  for (const subject of known) expect(readSubject(subject, city)).toBe(subject);
});

test('an approval with a number names those with the smallest lots among all that were thanked in its time', async () => {
  const until = THURSDAY + 30 * DAY_MS;
  const basis = enterBasis(openly, { ...BASIS, until }, 'a'.repeat(64), THURSDAY);
  const thanked = (n: number, more: Partial<Honour> = {}): Honour => ({
    ...NOMINATED,
    id: `honour_unit000${n}`,
    state: 'thanked',
    evidence: evidence(57 + (n % 3), 60),
    decided: { by: 'second', at: THURSDAY + DAY_MS },
    ...more,
  });
  const others = [
    thanked(7, { subject: 'desk.990101001000' }),
    thanked(8, { decided: { by: 'second', at: until + 1 } }),
    thanked(9, { state: 'taken_back' }),
  ];
  const five = [1, 2, 3, 4, 5].map((n) => thanked(n));
  expect(takePart(basis, [...others, ...five])).toEqual(five);
  const drawn = drawBasis(openly, basis, [...others, ...five], until + 1);
  expect(drawn.drawn?.list).toHaveLength(2);
  // The order in which honours are read changes nothing; another seed or other evidence does.
  expect(drawBasis(openly, basis, five.toReversed(), until + 1).drawn?.list).toEqual(drawn.drawn?.list);
  const lists = [...'bcdefgh'].map(
    (digit) =>
      drawBasis(openly, enterBasis(openly, { ...BASIS, until }, digit.repeat(64), THURSDAY), five, until).drawn,
  );
  expect(new Set(lists.map((one) => one?.list.join())).size).toBeGreaterThan(1);
  // The second half is the evidence, which the machine froze: no person chose it.
  const lines = five.map(({ id, evidence: frozen }) => `${id} ${hashOf(JSON.stringify(frozen))}`);
  expect(drawn.drawn?.halves[1]).toBe(hashOf(lines.toSorted().join('\n')));
  // Anybody repeats it from what is public.
  const proof = basisProof(drawn);
  const all = { frame: true, first: true, second: true, list: true };
  expect(await verifyDraw(proof, BASIS_REDRAW)).toEqual(all);
  expect(basisProof(basis)).toEqual({ hashes: { first: basis.halfHash } });
  // Where as many passed as it allows, all are named.
  expect(drawBasis(openly, basis, five.slice(0, 2), until).drawn?.list).toHaveLength(2);
  expect(drawBasis(openly, basis, [], until).drawn?.list).toEqual([]);
});

test('a visit of a draw or of the yearly re-checks is evidence; a designated one, a repeat or an annulled one is not', () => {
  const visit = (of: string, until: string, mark: 'full' | 'none', more: object = {}) =>
    // The screen reads these fields only.
    ({ id: `visit_${of}`, of, until, agreed: { 1: { mark } }, ...more }) as unknown as Visit;
  const older = visit('draw_a', '2026-08-01', 'none');
  const recheck = visit('recheck_a', '2026-09-01', 'full');
  const objection = { words: { text: '' }, at: 0, answer: { upheld: true, words: { text: '' }, at: 0 } };
  const none = [
    visit('draw_b', '2026-09-09', 'none', { named: true }),
    visit('draw_c', '2026-09-09', 'none', { repeats: 'visit_a' }),
    visit('draw_d', '2026-09-09', 'none', { objection }),
    visit('round_a', '2026-09-09', 'none'),
  ];
  expect(lastDrawnVisit([older, recheck, ...none])).toBe(recheck);
  expect([older, recheck, undefined].map(screenVisit)).toEqual(['failed', 'passed', 'failed']);
});

test('a proposal of a resident is taken up or sent back once, and then no mark of the resident is left', () => {
  const proposed: Honour = { ...NOMINATED, state: 'proposed', by: '', proposer: 'mark' };
  expect(honourOf(takeUpProposal(proposed))).toEqual({ ...NOMINATED, by: '' });
  const returned = honourOf(returnProposal(proposed, { by: 'lead', at: THURSDAY, words: '写的是人' }));
  expect(returned).toMatchObject({ state: 'returned', decided: { words: '写的是人' } });
  expect(returned).not.toHaveProperty('proposer');
  expect([takeUpProposal(returned), takeUpProposal(NOMINATED)].map(({ type }) => type)).toEqual(['refused', 'refused']);
  expect(attachEvidence(proposed, evidence(57, 60)).type).toBe('refused');
});
