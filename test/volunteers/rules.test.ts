import { describe, expect, test } from 'vitest';
import { HOUR_MS } from '../../src/calendar.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { certificatePdf } from '../../src/notify/certificate-pdf.ts';
import { metresBetween } from '../../src/regions/distance.ts';
import { formatCalendar, newCertificateCode } from '../../src/volunteers/hours/volunteer-hours.ts';
import type { Mediation } from '../../src/volunteers/mediation/mediation.ts';
import {
  answerProposedTime,
  closeMediation,
  handBackMediation,
  proposeTime,
  takeMediation,
} from '../../src/volunteers/mediation/mediation.ts';
import { isStaffedForNight } from '../../src/volunteers/tasks/safety.ts';
import type { KeptTask, Participation, Task } from '../../src/volunteers/tasks/task.ts';
import type { TaskBoardFacts } from '../../src/volunteers/tasks/task-board-actions.ts';
import { boardActions } from '../../src/volunteers/tasks/task-board-actions.ts';
import { slotAfter } from '../../src/volunteers/tasks/task-plan.ts';
import {
  checkIn,
  countWrongCode,
  eligibilityRefusal,
  nextClockAt,
  settleParts,
  submitProof,
  takeRefusal,
} from '../../src/volunteers/tasks/task-rules.ts';
import type { Candidate } from '../../src/volunteers/tasks/volunteer-ranking.ts';
import { offerWaveGapMs, offerWaveSize, rankCandidates } from '../../src/volunteers/tasks/volunteer-ranking.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';

const { regions } = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const HERE = '990101001001';
const NEXT_DOOR = '990101001002';
const FAR = '990101002004';
/** A Monday, ten in the morning. */
const NOW = Date.parse('2026-11-30T10:00:00+08:00');

const person = (more: Partial<Volunteer> = {}): Volunteer => ({
  id: 'volunteer_aaaaaaaa',
  urn: 'test:1',
  state: 'active',
  called: '小陈',
  age: 'adult',
  region: HERE,
  skills: ['patrol'],
  days: ['1', '2'],
  parts: ['morning', 'evening'],
  appliedAt: 0,
  ...more,
});
const task = (more: Partial<Task> = {}): Task => ({
  id: 'task_aaaaaaaa',
  kind: 'patrol',
  state: 'open',
  words: '走一圈',
  place: { region: HERE },
  region: HERE,
  from: NOW + 24 * HOUR_MS,
  until: NOW + 26 * HOUR_MS,
  needed: 1,
  skills: [],
  checkIn: 'place',
  code: '1234',
  proof: 'nothing',
  by: 'p',
  madeAt: NOW,
  waves: 0,
  ...more,
});
const AWAKE = { from: 22, until: 7 };
const candidate = (name: string, more: Partial<Candidate> = {}, who: Partial<Volunteer> = {}): Candidate => ({
  volunteer: person({ id: `volunteer_${name}`, ...who }),
  upcoming: [],
  burden: 0,
  askedAt: undefined,
  quiet: AWAKE,
  grants: [],
  ...more,
});
const asked = (all: readonly Candidate[], what = task(), now = NOW, already: readonly string[] = []) =>
  rankCandidates(what, all, new Set(already.map((name) => `volunteer_${name}` as const)), regions, now).map(
    ({ volunteer }) => volunteer.id.slice('volunteer_'.length),
  );

describe('candidates for a task', () => {
  test('rank by distance, then by time since the last offer, then by burden', () => {
    const all = [
      candidate('far', {}, { region: FAR }),
      candidate('busy', { burden: 3 }),
      candidate('next', {}, { region: NEXT_DOOR }),
      candidate('lately', { askedAt: NOW - HOUR_MS }),
      candidate('near', { burden: 1, askedAt: NOW - 72 * HOUR_MS }),
    ];
    expect(asked(all)).toEqual(['near', 'busy', 'lately', 'next', 'far']);
  });

  test.each<[string, Candidate, Partial<Task>]>([
    ['in their quiet hours', candidate('a', { quiet: { from: 9, until: 12 } }), {}],
    ['on a day that does not suit them', candidate('a', {}, { days: ['5'] }), {}],
    ['at a time of day that does not suit them', candidate('a', {}, { parts: ['evening'] }), {}],
    ['without the skill', candidate('a'), { skills: ['first_aid'] }],
    ['with another task at that time', candidate('a', { upcoming: [task({ id: 'task_other000' })] }), {}],
    ['of 14 to 17, for a patrol', candidate('a', {}, { age: 'youth' }), {}],
    ['who has not been accepted', candidate('a', {}, { state: 'applied' }), {}],
    ['for a cancelled task', candidate('a'), { state: 'cancelled' }],
  ])('exclude a volunteer %s', (_why, who, more) => {
    expect(asked([who], task(more))).toEqual([]);
    expect(asked([candidate('a')])).toEqual(['a']);
  });

  test('include a youth for publicity by day, not after dark', () => {
    const youth = candidate('a', {}, { age: 'youth', parts: ['morning', 'afternoon', 'evening'] });
    expect(asked([youth], task({ kind: 'publicity' }))).toEqual(['a']);
    const dark = { kind: 'publicity', from: NOW + 34 * HOUR_MS, until: NOW + 35 * HOUR_MS } as const;
    expect(asked([youth], task(dark))).toEqual([]);
  });

  test('exclude volunteers already asked; a visit to a case needs no free time slot', () => {
    expect(asked([candidate('a'), candidate('b')], task(), NOW, ['a'])).toEqual(['b']);
    const look = task({ kind: 'check', case: 'case_x', from: NOW, until: NOW + 24 * HOUR_MS });
    expect(asked([candidate('a', { upcoming: [task()] }, { days: [], parts: [] })], look)).toEqual(['a']);
  });

  test('grow with each wave, and waves come faster as the task nears', () => {
    expect([0, 1, 2].map((wave) => offerWaveSize(1, wave))).toEqual([3, 6, 12]);
    expect(offerWaveGapMs(task({ from: NOW + 48 * HOUR_MS }), NOW)).toBe(6 * HOUR_MS);
    expect(offerWaveGapMs(task({ from: NOW + HOUR_MS }), NOW)).toBe(10 * 60_000);
  });
});

describe('a task', () => {
  const ID = 'volunteer_aaaaaaaa';
  const kept = (state: 'taken' | 'checked_in' | 'proven', more: Partial<Task> = {}): KeptTask => ({
    version: 1,
    clockEpoch: '',
    record: task({ from: NOW, until: NOW + 2 * HOUR_MS, ...more }),
    takers: [ID],
    waiting: [],
    parts: { [ID]: { state, at: NOW } },
  });

  test('cannot be taken when it is full, over, or taken already', () => {
    const full = { ...kept('taken'), takers: ['volunteer_bbbbbbbb'] as const, parts: {} };
    expect(takeRefusal(full, person(), [], NOW)).toBe('full');
    expect(takeRefusal(kept('taken'), person(), [], NOW)).toBe('had');
    expect(eligibilityRefusal(task(), person(), [], NOW + 27 * HOUR_MS)).toBe('over');
  });

  test.each([
    ['within reach', { metres: 300 }, NOW, 'checked_in'],
    ['too far off', { metres: 301 }, NOW, 'too_far'],
    ['with no place known', { metres: undefined }, NOW, 'too_far'],
    ['by the leader’s code', { code: '1234' }, NOW, 'checked_in'],
    ['by another code', { code: '1235' }, NOW, 'wrong_code'],
    ['too early', { metres: 0 }, NOW - 61 * 60_000, 'too_early'],
    ['two hours after its end', { metres: 0 }, NOW + 4 * HOUR_MS + 1, 'over'],
  ])('is checked in to %s', (_how, shown, at, becomes) => {
    const part = checkIn(kept('taken'), ID, shown, at);
    expect(typeof part === 'string' ? part : part.state).toBe(becomes);
  });

  test('locks code check-in for ten minutes after five wrong codes', () => {
    const tried = (part: Participation, at: number) =>
      checkIn({ ...kept('taken'), parts: { [ID]: part } }, ID, RIGHT, at);
    const RIGHT = { code: '1234' };
    let part: Participation = { state: 'taken', at: NOW };
    for (let i = 0; i < 5; i += 1) {
      expect(tried(part, NOW)).toMatchObject({ state: 'checked_in' });
      part = countWrongCode(part, NOW + i * 60_000);
    }
    expect(tried(part, NOW + 5 * 60_000)).toBe('code_rests');
    const rested = tried(part, NOW + 14 * 60_000);
    expect(rested).toEqual({ state: 'checked_in', at: NOW + 14 * 60_000 });
    // A location still works while codes are locked.
    expect(checkIn({ ...kept('taken'), parts: { [ID]: part } }, ID, { metres: 0 }, NOW)).toMatchObject({
      state: 'checked_in',
    });
  });

  test('that requires a code accepts no check-in by location', () => {
    expect(checkIn(kept('taken', { checkIn: 'code' }), ID, { metres: 0 }, NOW)).toBe('code_needed');
  });

  test('accepts a proof after check-in, and only of the required kind', () => {
    expect(submitProof(kept('taken', { proof: 'words' }), ID, { words: { text: '好了' } }, NOW)).toBe('not_there_yet');
    expect(submitProof(kept('checked_in', { proof: 'photo' }), ID, { words: { text: '好了' } }, NOW)).toBe(
      'proof_missing',
    );
    expect(submitProof(kept('checked_in', { proof: 'words' }), ID, { words: { text: '好了' } }, NOW)).toMatchObject({
      state: 'proven',
    });
    expect(submitProof(kept('proven'), ID, undefined, NOW)).toBe('begun');
    // An hour before the start one can be there, but not be done.
    expect(submitProof(kept('checked_in', { proof: 'nothing' }), ID, undefined, NOW - HOUR_MS)).toBe('not_begun');
  });

  test('confirms present takers at its end if no proof is required, and marks absent ones as missed', () => {
    expect(settleParts(kept('taken'), NOW).map(([, { state }]) => state)).toEqual(['missed']);
    expect(settleParts(kept('checked_in'), NOW).map(([, { state }]) => state)).toEqual(['confirmed']);
    expect(settleParts(kept('checked_in', { proof: 'photo' }), NOW)).toEqual([]);
    expect(nextClockAt(task({ state: 'ended' }))).toBeUndefined();
  });

  test('at night needs at least two places', () => {
    const night = { from: Date.parse('2026-11-30T19:30:00+08:00'), until: Date.parse('2026-11-30T20:30:00+08:00') };
    expect(isStaffedForNight({ ...night, needed: 1 })).toBe(false);
    expect(isStaffedForNight({ ...night, needed: 2 })).toBe(true);
    expect(isStaffedForNight({ from: NOW, until: NOW + HOUR_MS, needed: 1 })).toBe(true);
  });

  test('that repeats skips holidays if the plan says so', () => {
    const schedule = { type: 'cron', cron: '0 9 * * *', zone: 'Asia/Shanghai', misfire: 'skip' } as const;
    const before = Date.parse('2026-09-30T12:00:00+08:00');
    const at = (notOnHolidays: boolean) => new Date(slotAfter({ schedule, notOnHolidays }, before) ?? 0).toISOString();
    expect(at(false)).toBe('2026-10-01T01:00:00.000Z');
    expect(at(true)).toBe('2026-10-08T01:00:00.000Z');
    // Many slots a day are many more slots than days.
    const often = { ...schedule, cron: '*/30 * * * *' };
    const after = slotAfter({ schedule: often, notOnHolidays: true }, before + 12 * HOUR_MS) ?? 0;
    expect(new Date(after).toISOString()).toBe('2026-10-07T16:00:00.000Z');
    const firstOfMay = { ...schedule, cron: '0 9 1 5 *' };
    expect(slotAfter({ schedule: firstOfMay, notOnHolidays: true }, before)).toBeUndefined();
  });
});

describe('a mediation', () => {
  const asked: Mediation = {
    id: 'mediation_aaaaaaaa',
    state: 'asked',
    kind: 'noise',
    region: HERE,
    asker: 'test:1',
    told: 'sealed',
    askedAt: NOW,
  };
  const done = (step: ReturnType<typeof takeMediation>): Mediation => {
    if (step.type === 'refused') throw new Error(step.why);
    return step.mediation;
  };
  const taken = done(takeMediation(asked, 'volunteer_a', 'test:2'));

  test('is taken by one mediator, never by the asker', () => {
    expect(takeMediation(asked, 'volunteer_a', 'test:1')).toEqual({ type: 'refused', why: 'own' });
    expect(takeMediation(taken, 'volunteer_b', 'test:3')).toEqual({ type: 'refused', why: 'taken' });
  });

  test('has a time that the mediator proposes and the asker accepts', () => {
    expect(proposeTime(taken, 'volunteer_b', NOW, 'room')).toMatchObject({ type: 'refused' });
    const proposed = done(proposeTime(taken, 'volunteer_a', NOW, 'room'));
    expect(answerProposedTime(proposed, 'test:2', true)).toMatchObject({ type: 'refused' });
    expect(done(answerProposedTime(proposed, 'test:1', false)).time).toBeUndefined();
    expect(done(answerProposedTime(proposed, 'test:1', true)).state).toBe('agreed');
  });

  test('keeps its result after closing and not the description', () => {
    expect(closeMediation(taken, 'volunteer_b', 'test:3', 'settled')).toMatchObject({ type: 'refused' });
    expect(closeMediation(taken, undefined, 'test:2', 'withdrawn')).toMatchObject({ type: 'refused' });
    const closed = done(closeMediation(taken, 'volunteer_a', 'test:2', 'settled'));
    expect(closed).toMatchObject({ state: 'closed', ending: 'settled' });
    expect(closed.told).toBeUndefined();
    expect(done(handBackMediation(taken, 'volunteer_a'))).toMatchObject({ state: 'asked', told: 'sealed' });
  });
});

test('a distance is measured along a great circle', () => {
  // Nanjing to Jiaxing; a degree of latitude on the same sphere is 111,195 m.
  const degree = metresBetween({ latitude: 31, longitude: 119 }, { latitude: 32, longitude: 119 });
  expect(degree).toBeCloseTo(111_195.08, 1);
  const small = metresBetween({ latitude: 31.4552, longitude: 119.4434 }, { latitude: 31.4552, longitude: 119.4434 });
  expect(small).toBe(0);
});

test('a calendar follows RFC 5545: lines of 75 bytes, whole characters, escaped punctuation', () => {
  const words = `第一，看消防通道；第二,看井盖\n${'很长'.repeat(40)}`;
  const calendar = formatCalendar([task({ words, place: { text: 'A;B' } }), task({ case: 'case_x' })], NOW);
  const lines = calendar.split('\r\n');
  for (const line of lines) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
  const whole = calendar.replaceAll('\r\n ', '');
  expect(whole).toContain('SUMMARY:第一，看消防通道；第二\\,看井盖\\n很长');
  expect(whole).toContain('LOCATION:A\\;B');
  expect(whole).toContain('DTSTART:20261201T020000Z');
  expect(whole.match(/BEGIN:VEVENT/g)).toHaveLength(1);
});

test('a certificate’s code mixes letters and digits, and its sheet is a valid PDF in plain ASCII', () => {
  for (let i = 0; i < 200; i += 1) expect(newCertificateCode()).toMatch(/^(?=.*\d)(?=.*[A-Z])[A-HJ-NP-Z2-9]{10}$/);
  const pdf = certificatePdf([{ text: '志愿服务证明', size: 36, y: 450 }]);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test asserts their absence.
  expect(pdf).toMatch(/^[\x00-\x7F]*$/);
  const start = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(start, start + 4)).toBe('xref');
  const offsets = [...pdf.matchAll(/^(\d{10}) 00000 n/gm)].map(([, at]) => Number(at));
  for (const [i, at] of offsets.entries()) expect(pdf.slice(at).startsWith(`${i + 1} 0 obj`)).toBe(true);
});

test('an organiser elsewhere who leads a team here sees no phone numbers of its members', () => {
  const member = person({ phone: 'sealed' });
  const kept: KeptTask = {
    version: 1,
    clockEpoch: '',
    record: task({ team: 'team_aaaaaaaa' }),
    takers: [member.id],
    waiting: [],
    parts: { [member.id]: { state: 'taken', at: 0 } },
  };
  const actionsWith = (scope: string) => {
    const grants = [{ role: 'grid_worker', scope, since: 0 }] as const;
    const facts = { regions, grants, leads: ['team_aaaaaaaa'], tasks: [kept], people: [member], myId: undefined };
    return boardActions({ facts: facts as unknown as TaskBoardFacts, answers: { task: kept.record.id }, now: NOW });
  };
  expect(actionsWith(HERE)).toContain('phones_shown');
  expect(actionsWith(FAR)).not.toContain('phones_shown');
  expect(actionsWith(FAR)).toContain('code_shown');
});
