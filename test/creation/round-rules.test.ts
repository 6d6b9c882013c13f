import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DAY_MS, dayOf, limitEnd, momentOf } from '../../src/calendar.ts';
import { verifyDraw } from '../../src/console/web/verify-draw.ts';
import type { Standing } from '../../src/creation/checks/check-rules.ts';
import { annulChecks, startChecks, takeChecks } from '../../src/creation/checks/check-rules.ts';
import { failedStars, gapsOf } from '../../src/creation/checks/gaps.ts';
import { endProject, sendBack } from '../../src/creation/checks/project-rules.ts';
import { claimItem, lockClaim, naPoints, openItems } from '../../src/creation/claims/claim-rules.ts';
import { drillQuarters } from '../../src/creation/drills/drill-store.ts';
import {
  endSuspension,
  lapse,
  liftSuspension,
  nameLevel,
  takeRecheck,
  tellCure,
  vetoRound,
} from '../../src/creation/level/level-rules.ts';
import { publicLevels } from '../../src/creation/level/public-levels.ts';
import {
  answerObjection,
  endNotice,
  noteLateAnswer,
  objectTo,
  proposeNotice,
} from '../../src/creation/notice/notice-rules.ts';
import { pairingTasks } from '../../src/creation/plan/pairing-tasks.ts';
import { quarterEnd, quarterOf } from '../../src/creation/plan/quarter.ts';
import { currentRound } from '../../src/creation/premises/load-premises.ts';
import { myPremises } from '../../src/creation/premises/my-premises-flow.ts';
import { actionsFor } from '../../src/creation/premises/premises-actions.ts';
import { premisesCard } from '../../src/creation/premises/premises-card.ts';
import {
  drawRechecks,
  RECHECK_REDRAW,
  readRecheckList,
  recheckFrameText,
  recheckListText,
  recheckTargets,
} from '../../src/creation/rechecks/recheck-draw.ts';
import { recheckFrame } from '../../src/creation/rechecks/recheck-plan.ts';
import { openRecheckPlan } from '../../src/creation/rechecks/recheck-proof.ts';
import { nextStepAt } from '../../src/creation/rounds/next-step-at.ts';
import type { FrozenEvidence, Round } from '../../src/creation/rounds/round.ts';
import { PROJECT_CONDITIONS } from '../../src/creation/rounds/round.ts';
import type { RoundStep } from '../../src/creation/rounds/round-step.ts';
import { DEFAULT_STANDARDS } from '../../src/inspections/standards/default-standards.ts';
import type { Mark } from '../../src/inspections/visits/read-marks.ts';
import type { Store } from '../../src/store/store.ts';
import { hashOf, lotOf, newHalf, seedOf } from '../../src/surveys/wave/draw.ts';
import { Play } from '../engine/play.ts';
import { memoryFolder } from '../memory-folder.ts';
import { repeatRechecks } from './repeat-rechecks.ts';
import { EVIDENCE, HAND, NOW, plannedRound, SCHOOL, STANDARD, schoolFacts } from './school.ts';

const standard = STANDARD;
const planned = plannedRound();
const NO_STANDING = { heldDays: 0, unannounced: false };

const done = (step: RoundStep): Round => {
  if (step.type === 'refused') throw new Error(step.why);
  return step.round;
};
const why = (step: RoundStep) => (step.type === 'refused' ? step.why : undefined);
const claimAll = (mark: (no: number) => Mark, from = planned): Round =>
  HAND.reduce((round, { no }) => done(claimItem(round, standard, { no, mark: mark(no), why: { text: '没有' } })), from);
/** Claims everything, draws, and takes the checks. */
const checkedWith = (marks: Readonly<Record<number, Mark>>, claims: (no: number) => Mark = () => 'full') => {
  const claimed = done(lockClaim(claimAll(claims), standard, NOW));
  const drawn = done(startChecks(claimed, Object.keys(marks).map(Number), NOW, { frameHash: 'f', seed: 's' }));
  return takeChecks(drawn, standard, { visit: 'visit_1', marks, checkers: ['p1', 'p2'] }, NO_STANDING, NOW);
};
const STARS = HAND.filter(({ critical }) => critical).map(({ no }) => no);
const all = (nos: readonly number[], mark: Mark): Record<number, Mark> =>
  Object.fromEntries(nos.map((no) => [no, mark]));
const judged = () =>
  done(
    checkedWith(
      all(
        HAND.map(({ no }) => no),
        'full',
      ),
    ),
  );
const noticed = (round = judged()) => done(proposeNotice(done(proposeNotice(round, 'lead', NOW)), 'office', NOW));
const words = { text: '门口的护栏坏了' };

describe('a claim', () => {
  test('names every item that is not computed, and no computed one', () => {
    expect(openItems(planned, standard)).toEqual(HAND);
    const computed = 25;
    expect(why(claimItem(planned, standard, { no: computed, mark: 'full' }))).toBe('gone');
  });

  test('leaves out at most 15 points as not applicable', () => {
    const first = HAND.filter(({ no }) => [14, 19, 20].includes(no)); // 12 points
    const round = first.reduce(
      (so, { no }) => done(claimItem(so, standard, { no, mark: 'na', why: { text: '没有宿舍' } })),
      planned,
    );
    expect(naPoints(round.claims, standard)).toBe(12);
    expect(why(claimItem(round, standard, { no: 21, mark: 'na' }))).toBe('na_points');
    expect(naPoints(done(claimItem(round, standard, { no: 24, mark: 'none' })).claims, standard)).toBe(12);
  });

  test('is locked once, whole and with evidence', () => {
    expect(why(lockClaim(planned, standard, NOW))).toBe('open_items');
    const { evidenceAt: _at, ...rest } = claimAll(() => 'full');
    expect(why(lockClaim(rest, standard, NOW))).toBe('no_evidence');
    const locked = done(
      lockClaim(
        claimAll(() => 'full'),
        standard,
        NOW,
      ),
    );
    expect(locked.state).toBe('claimed');
    expect(why(claimItem(locked, standard, { no: 1, mark: 'half' }))).toBe('gone');
  });
});

describe('the checks', () => {
  test('judge a round and compute its level', () => {
    const round = judged();
    expect(round).toMatchObject({ state: 'judged', level: 'district', checkers: ['p1', 'p2'] });
    expect(round.score?.score).toBe(100);
  });

  test('with a ratio below .90 lead to a check of all items', () => {
    const marks = { ...all(STARS, 'full'), ...all([1, 3, 7], 'full'), ...all([9, 11], 'none') };
    const step = checkedWith(marks);
    const rest = HAND.map(({ no }) => no).filter((no) => marks[no] === undefined);
    expect(step).toMatchObject({ type: 'done', full: rest, round: { state: 'checking', full: true } });
    const round = done(step);
    const second = { visit: 'visit_2', marks: all(rest, 'half'), checkers: ['p1', 'p2'] };
    expect(done(takeChecks(round, standard, second, NO_STANDING, NOW)).state).toBe('judged');
  });

  test('with a failed ★ item reach no level, whatever the points', () => {
    const round = done(
      checkedWith({
        ...all(
          HAND.map(({ no }) => no),
          'full',
        ),
        10: 'half',
      }),
    );
    expect(round.score?.score).toBeGreaterThan(95);
    expect(round.level).toBeUndefined();
    expect(failedStars(round, standard).map(({ no }) => no)).toEqual([10]);
    expect(why(proposeNotice(round, 'lead', NOW))).toBe('no_level');
  });

  test('of an item that needs a document count half without one: its ★ fails, and it is a gap', () => {
    const marks = all(
      HAND.map(({ no }) => no),
      'full',
    );
    const { 17: _fire, 21: _canteen, ...evidence } = EVIDENCE;
    const locked = done(
      lockClaim(
        claimAll(() => 'full'),
        standard,
        NOW,
      ),
    );
    const judgedWith = (round: Round) => {
      const drawn = done(startChecks(round, STARS, NOW, {}));
      return done(takeChecks(drawn, standard, { visit: 'v', marks, checkers: [] }, NO_STANDING, NOW));
    };
    const round = judgedWith({ ...locked, evidence });
    // 4 and 5 points of 100 count half, with claims and with checks alike.
    expect([round.score?.score, round.score?.ratio]).toEqual([95.5, 1]);
    expect(failedStars(round, standard).map(({ no }) => no)).toEqual([21]);
    expect(gapsOf(round, standard).map(({ no }) => no)).toEqual([17, 21]);
    expect(round.level).toBeUndefined();
    // A confirmed document heals them; version 1 of the standard asks for none.
    expect(judgedWith(locked).level).toBe('district');
    const first = DEFAULT_STANDARDS.find(({ series, version }) => series === 'campus' && version === 1) ?? standard;
    expect(gapsOf(round, first).map(({ no }) => no)).not.toContain(21);
  });

  test('with an overdue high-risk case reach no level', () => {
    const late = { ...EVIDENCE, 25: { ...(EVIDENCE[25] as FrozenEvidence), starMet: false } };
    const round = {
      ...done(
        lockClaim(
          claimAll(() => 'full'),
          standard,
          NOW,
        ),
      ),
      evidence: late,
    };
    const drawn = done(startChecks(round, STARS, NOW, {}));
    const found = { visit: 'v', marks: all(STARS, 'full'), checkers: [] };
    expect(done(takeChecks(drawn, standard, found, NO_STANDING, NOW)).level).toBeUndefined();
  });

  test('reach 市级 only after 180 days, an unannounced visit and known feelings of residents', () => {
    const round = { ...judged(), state: 'checking' as const };
    const again = (standing: Standing, evidence = EVIDENCE) =>
      done(takeChecks({ ...round, evidence }, standard, { visit: 'v', marks: {}, checkers: [] }, standing, NOW)).level;
    expect(again({ heldDays: 180, unannounced: true })).toBe('city');
    expect(again({ heldDays: 179, unannounced: true })).toBe('district');
    const unknown = { ...EVIDENCE, 27: { result: { type: 'unknown' as const }, y: 0, n: 12, rows: [] } };
    expect(again({ heldDays: 180, unannounced: true }, unknown)).toBe('district');
  });
});

describe('a round that was sent back', () => {
  const back = () => done(sendBack(done(checkedWith({ ...all(STARS, 'full'), 9: 'half', 10: 'none' })), standard, NOW));

  test('makes each gap a project for 30 days and opens its claim', () => {
    const round = back();
    expect(round.projects).toEqual([9, 10].map((no) => ({ no, due: NOW + 30 * DAY_MS })));
    expect(openItems(round, standard).map(({ no }) => no)).toEqual([9, 10]);
  });

  test('ends a project with all three conditions only, and claims again after the last one', () => {
    const round = back();
    const end = (so: Round, no: number, conditions: readonly string[]) =>
      endProject(so, { no, done: conditions, measure: words }, NOW);
    expect(why(end(round, 9, PROJECT_CONDITIONS.slice(0, 2)))).toBe('half_project');
    const one = done(end(round, 9, PROJECT_CONDITIONS));
    const full = [9, 10].reduce((so, no) => done(claimItem(so, standard, { no, mark: 'full' })), one);
    expect(why(lockClaim(full, standard, NOW))).toBe('open_projects');
    expect(done(lockClaim(done(end(full, 10, PROJECT_CONDITIONS)), standard, NOW)).state).toBe('claimed');
  });
});

describe('a public notice', () => {
  test('is begun by two persons and lasts five working days', () => {
    const once = done(proposeNotice(judged(), 'lead', NOW));
    expect(once.state).toBe('judged');
    expect(why(proposeNotice(once, 'lead', NOW))).toBe('same_person');
    expect(noticed().noticeUntil).toBe(momentOf('2026-11-09T17:00'));
    expect(why(endNotice(noticed(), momentOf('2026-11-09T16:59')))).toBe('gone');
    const met = done(endNotice(noticed(), momentOf('2026-11-09T17:00')));
    expect(met).toMatchObject({ state: 'met', level: 'district' });
    expect(met.naming).toBeUndefined();
  });

  test('stands still from an objection to its answer, which no checker gives', () => {
    const at = NOW + DAY_MS;
    const objected = done(objectTo(noticed(), { mark: 'm', words, at }));
    // The clock of the notice stands; the next step is the reminder of a late answer, once.
    const due = limitEnd(at, '5wd');
    expect(nextStepAt(objected)).toBe(due);
    expect(why(noteLateAnswer(objected, due - 1))).toBe('gone');
    const late = done(noteLateAnswer(objected, due));
    expect(nextStepAt(late)).toBeUndefined();
    expect(why(noteLateAnswer(late, due + DAY_MS))).toBe('gone');
    expect(why(endNotice(objected, NOW + 30 * DAY_MS))).toBe('open_objection');
    expect(why(objectTo(objected, { mark: 'm', words, at }))).toBe('objected');
    const answer = { upheld: false, words, by: 'p1' };
    expect(why(answerObjection(objected, answer, at))).toBe('was_checker');
    const answered = done(answerObjection(objected, { ...answer, by: 'office' }, at + 2 * DAY_MS));
    expect(answered.noticeUntil).toBe((noticed().noticeUntil ?? 0) + 2 * DAY_MS);
    const met = done(endNotice(answered, answered.noticeUntil ?? 0));
    expect(met.objections).toMatchObject([{ mark: '', words, answer: { upheld: false } }]);
  });

  test('leads back to a check of all items if the objection is upheld', () => {
    const objected = done(objectTo(noticed(), { mark: 'm', words, at: NOW }));
    const upheld = done(answerObjection(objected, { upheld: true, words, by: 'office' }, NOW));
    expect(upheld).toMatchObject({ state: 'claimed', full: true, checks: {} });
    expect([upheld.level, upheld.proposedBy]).toEqual([undefined, undefined]);
  });
});

describe('a level', () => {
  const met = () => done(endNotice(noticed(), noticed().noticeUntil ?? 0));
  const at = noticed().noticeUntil ?? 0;
  const basis = { kind: 'campaign', document: '皖办发〔2026〕1号', body: '市委、市政府', until: at + DAY_MS } as const;

  test('is named only under a basis that is entered and in force', () => {
    expect(why(nameLevel(met(), undefined, '文1', at))).toBe('no_basis');
    expect(why(nameLevel(met(), { ...basis, until: at - 1 }, '文1', at))).toBe('no_basis');
    expect(done(nameLevel(met(), basis, '文1', at))).toMatchObject({
      state: 'named',
      naming: { document: '文1' },
    });
  });

  test('is suspended by a failed ★ item of a drawn visit, cured, or withdrawn after 30 days', () => {
    expect(
      done(takeRecheck(met(), standard, { visit: 'visit_2', marks: { 16: 'full', 9: 'none' } }, at)),
    ).toMatchObject({
      state: 'met',
      visitPassedAt: at,
    });
    const suspended = done(takeRecheck(met(), standard, { visit: 'visit_2', marks: { 16: 'none' } }, at));
    expect(suspended.state).toBe('suspended');
    expect(suspended.failed).toEqual({ visit: 'visit_2', items: [16] });
    const told = done(tellCure(suspended, at));
    expect(why(tellCure(told, at))).toBe('gone');
    const lifted = done(liftSuspension(told, at));
    expect(lifted).toMatchObject({ state: 'met', visits: expect.arrayContaining(['visit_2']) });
    expect([lifted.failed, lifted.cureToldAt, lifted.cureBy]).toEqual([undefined, undefined, undefined]);
    expect(why(endSuspension(suspended, at + 30 * DAY_MS - 1))).toBe('gone');
    expect(done(endSuspension(suspended, at + 30 * DAY_MS)).state).toBe('withdrawn');
  });

  test('is checked anew by others if the objection of the premises to a visit is upheld', () => {
    const judged = done(checkedWith(Object.fromEntries(HAND.map(({ no }) => [no, 'full']))));
    const anew = done(annulChecks({ ...judged, level: 'district', proposedBy: 'lead' }, 'visit_1', NOW));
    expect(anew).toMatchObject({ state: 'claimed', full: true, checks: {}, visits: [], drawn: [] });
    expect([anew.level, anew.proposedBy]).toEqual([undefined, undefined]);
    expect(anew.claims).toEqual(judged.claims);
    expect(why(annulChecks(met(), 'visit_1', NOW))).toBe('gone');
  });

  test('is not sent back without a gap; below a level a round waits for better figures', () => {
    const judged = checkedWith(Object.fromEntries(HAND.map(({ no }) => [no, 'full'])));
    const round = { ...done(judged), level: 'district' as const };
    expect(why(sendBack(round, standard, NOW))).toBe('no_gaps');
    const { level: _level, ...below } = round;
    expect(done(sendBack(below, standard, NOW))).toMatchObject({ state: 'curing', projects: [] });
  });

  test('shows no date of a project where none is open', () => {
    const card = (projects: Round['projects']) => {
      const round = plannedRound({ state: 'curing', projects });
      return JSON.stringify(premisesCard(schoolFacts('premises:shiyan_school', round), NOW));
    };
    expect(card([])).toContain('cards.curing_done');
    expect(card([{ no: 10, due: NOW, doneAt: NOW }])).toContain('cards.curing_done');
    expect(card([{ no: 10, due: NOW }])).toContain('cards.curing"');
  });

  test('is withdrawn at once by a veto, with its reason', () => {
    expect(done(vetoRound(met(), 'reprisal', words, at))).toMatchObject({
      state: 'withdrawn',
      veto: { veto: 'reprisal', words },
    });
  });

  test('stands in public beside an earlier round that a veto ended with an objection open; an open notice hides it', () => {
    const school = { id: met().premises, names: { 'zh-CN': '实验学校' }, series: met().series, region: met().region };
    const shown = (...rounds: readonly Round[]) => publicLevels(rounds, new Map([[school.id, school]])).length;
    const objected = done(objectTo(noticed(), { mark: 'm', words, at: NOW }));
    expect([shown(met()), shown(met(), objected)]).toEqual([1, 0]);
    expect(shown(met(), done(vetoRound(objected, 'reprisal', words, at)))).toBe(1);
  });

  test('lapses after three years, and the next step before is the notice 90 days ahead', () => {
    const until = at + 3 * 365 * DAY_MS;
    expect(nextStepAt(met())).toBe(until - 90 * DAY_MS);
    expect(nextStepAt({ ...met(), toldOfLapse: true })).toBe(until);
    expect(why(lapse(met(), until - 1))).toBe('gone');
    expect(done(lapse(met(), until)).state).toBe('lapsed');
  });
});

test('a fifth of the premises with a level is re-checked in a year, and each whose term ends without a visit', () => {
  const year = momentOf('2027-01-01T08:00');
  const holding = Array.from({ length: 23 }, (_, i) =>
    plannedRound({
      premises: `p${String(i).padStart(2, '0')}`,
      state: 'met',
      until: i < 3 ? momentOf('2028-02-01T00:00') : momentOf('2029-02-01T00:00'),
      ...(i === 2 ? { visitPassedAt: NOW } : {}),
    }),
  );
  const frame = recheckFrame(holding, year);
  expect(frame.due).toEqual(['p00', 'p01']);
  expect(frame.lots).toHaveLength(21);
  const seed = 'a'.repeat(64);
  const drawn = drawRechecks(frame, (name) => lotOf(seed, name));
  // 20 % of 21 are five, and two are due.
  expect(drawn).toHaveLength(7);
  expect(new Set(drawn.map(({ premises }) => premises)).size).toBe(7);
  expect(recheckTargets(drawn)).toEqual({ '2027Q1': 2, '2027Q2': 2, '2027Q3': 2, '2027Q4': 1 });
  expect(drawn.every(({ quarter, day }) => quarterOf(momentOf(`${day}T12:00`)) === quarter)).toBe(true);
  expect(drawRechecks(frame, (name) => lotOf('b'.repeat(64), name))).not.toEqual(drawn);
  expect(readRecheckList(recheckListText(drawn))).toEqual(drawn);
  // In the last quarter a quarter of them is left to draw.
  const late = drawRechecks({ ...frame, from: '2027-11-02' }, (name) => lotOf(seed, name));
  expect(recheckTargets(late)).toEqual({ '2027Q4': 4 });
});

test('the plan of a year that is over is repeated by sha256sum, by the browser and by code of a stranger', async () => {
  const lots = Array.from({ length: 21 }, (_, i) => `p${String(i).padStart(2, '0')}`);
  const frame = { from: '2027-05-20', lots, due: ['q1', 'q2'] };
  const [half, claims] = [newHalf(), newHalf()];
  const frameHash = hashOf(recheckFrameText(frame));
  const lot = (name: string) => lotOf(seedOf(frameHash, [half, claims]), name);
  const listHash = hashOf(recheckListText(drawRechecks(frame, lot)));
  const store = { unseal: (text: string) => text } as unknown as Store;
  const plan = { year: 2027, madeAt: 0, halfHash: hashOf(half), half, claims, frame, frameHash, listHash, made: {} };
  const open = openRecheckPlan(store, plan);
  if (!open) throw new Error('The plan is sealed.');
  const hashes = { frame: frameHash, first: plan.halfHash, second: hashOf(claims), list: listHash };
  expect(repeatRechecks({ open })).toEqual(hashes);
  const all = { frame: true, first: true, second: true, list: true };
  expect(await verifyDraw({ hashes, open }, RECHECK_REDRAW)).toEqual(all);
  // A half that was tried until it pleased has another hash, and another list.
  const ground = { ...open, halves: [newHalf(), claims] as const };
  expect(await verifyDraw({ hashes, open: ground }, RECHECK_REDRAW)).toEqual({ ...all, first: false, list: false });
  const cwd = memoryFolder('anlin-rechecks-');
  const printed = execFileSync('sh', ['-e'], { input: open.text, cwd, encoding: 'utf8' }).split('\n');
  rmSync(cwd, { recursive: true });
  const stated = [...open.text.matchAll(/^# ([0-9a-f]{64})/gm)].map(([, hash]) => hash);
  expect(stated).toHaveLength(5);
  expect(printed.map((line) => line.slice(0, 64)).filter((value) => stated.includes(value))).toEqual(stated);
  // 20 % of 21 for three quarters of the year: the first four premises in the order of their lots.
  expect(open.text).toContain('The first 4 are drawn');
  const order = printed.filter((line) => / p\d\d$/.test(line)).map((line) => line.slice(-3));
  expect(order.slice(0, 4)).toEqual(lots.toSorted((a, b) => (lot(a) < lot(b) ? -1 : 1)).slice(0, 4));
});

test('a suspended level comes before a newer round, so that its cure can be reported and lifted in time', () => {
  const keptOf = (id: string, more: Partial<Round>) => ({ version: 1, record: { ...plannedRound(more), id } as Round });
  const planned = keptOf('round_bbbbbbbb', { state: 'planned' });
  const suspended = keptOf('round_aaaaaaaa', { state: 'suspended', cureBy: NOW + DAY_MS });
  const rounds = [planned, suspended];
  expect(currentRound({ rounds })).toBe(suspended);
  const may = (scope: string) => actionsFor({ ...schoolFacts(scope), rounds }, NOW);
  expect(may('premises:shiyan_school')).toContain('cure_told');
  expect(may('series:campus')).toContain('cured');
  expect(currentRound({ rounds: [planned, keptOf('round_aaaaaaaa', { state: 'met' })] })).toBe(planned);
  // A level still stands under a newer round that ended.
  const met = keptOf('round_aaaaaaaa', { state: 'met' });
  expect(currentRound({ rounds: [keptOf('round_bbbbbbbb', { state: 'withdrawn' }), met] })).toBe(met);
});

test('a pairing plans three visits of the helper to the weak premises, on working mornings', () => {
  const helper = { ...SCHOOL, id: 'helper', names: { 'zh-CN': '第二小学', en: 'Second School' } };
  const { city } = schoolFacts('series:campus');
  const tasks = pairingTasks(SCHOOL, helper, 'lead', city, NOW);
  expect(tasks.map(({ words }) => words)).toEqual([
    '结对帮创：第二小学到实验小学，对着标准一条一条走一遍。',
    '结对帮创：第二小学到实验小学，看看改的几条改到位没有。',
    '结对帮创：第二小学到实验小学，再从头走一遍。',
  ]);
  expect(
    tasks.every(({ place, kind, state }) => place.region === SCHOOL.region && kind === 'help' && state === 'open'),
  ).toBe(true);
  expect(tasks.map(({ from }) => dayOf(from))).toEqual(['2026-11-10', '2027-01-04', '2027-04-02']);
});

describe('of two persons at one round', () => {
  const objection = (mark: string, more: Partial<Round['objections'][number]> = {}) => ({
    mark,
    words,
    at: NOW,
    ...more,
  });
  const notice = (...objections: Round['objections']) =>
    plannedRound({ state: 'public_notice', level: 'district', noticeUntil: NOW + DAY_MS, objections });
  const answered = { upheld: false, words, by: 'lead', at: NOW };
  const [first, second] = HAND;

  test.each([
    [
      'a mark',
      'premises:shiyan_school',
      ['claim'],
      'full',
      planned,
      plannedRound({ claims: { [first?.no ?? 0]: 'half' } }),
    ],
    [
      'an answer',
      'series:campus',
      ['answered'],
      'no',
      notice(objection('a'), objection('b')),
      notice(objection('a', { answer: answered }), objection('b')),
    ],
  ] as const)(
    'the slower one gives %s to what was on the screen, not to what comes next',
    (_what, scope, moves, tap, before, after) => {
      const facts = { ...schoolFacts(scope, before) };
      const play = new Play(myPremises, facts, { premises: SCHOOL.id });
      play.do(...moves.map((one) => ({ tap: one })));
      const { seal, talk, step } = play.question;
      Object.assign(facts, schoolFacts(scope, after));
      play.do({ type: 'choice', talk, step, option: tap, seal });
      expect([play.question.step, play.because]).toEqual([step, { type: 'changed' }]);
      expect(JSON.stringify(play.question.values)).toContain(step === 'mark' ? (second?.words['zh-CN'] ?? '?') : '');
    },
  );
});

test('on each day the drills of the next quarter, of this one and of the four before are looked at', () => {
  for (let at = momentOf('2026-01-01T12:00'); dayOf(at) < '2029-01-01'; at += DAY_MS) {
    const [next = '', ...earlier] = drillQuarters(at);
    expect(quarterOf(quarterEnd(quarterOf(at)) + 1)).toBe(next);
    expect(earlier[0]).toBe(quarterOf(at));
    for (const [i, quarter] of earlier.slice(1).entries()) expect(quarterOf(quarterEnd(quarter) + 1)).toBe(earlier[i]);
    expect(earlier).toHaveLength(5);
  }
});
