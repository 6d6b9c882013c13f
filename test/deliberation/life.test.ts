import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { Round } from '../../src/creation/rounds/round.ts';
import { countSeconds } from '../../src/deliberation/ballot/count-votes.ts';
import { eligibility } from '../../src/deliberation/ballot/eligibility.ts';
import { holdMeeting } from '../../src/deliberation/meeting/hold-meeting-flow.ts';
import type { TopicPromise, Work } from '../../src/deliberation/promise/promise.ts';
import { BROKEN_AFTER_MS, promiseLedger, stateOfPromise } from '../../src/deliberation/promise/promise.ts';
import { workOfCase, workOfProject, workOfTask } from '../../src/deliberation/promise/work.ts';
import { nextStatement } from '../../src/deliberation/statement/statement.ts';
import type { Addressee, Topic, TopicState } from '../../src/deliberation/topic/topic.ts';
import { topicValues } from '../../src/deliberation/topic/topic-card.ts';
import type { TopicStep } from '../../src/deliberation/topic/topic-life.ts';
import {
  acceptTopic,
  appealTopic,
  changePromise,
  declineTopic,
  endSeconding,
  enterMinute,
  mergeTopic,
  moderationDue,
  openSeconding,
  prepareMeeting,
  promiseTopic,
  withdrawTopic,
} from '../../src/deliberation/topic/topic-life.ts';
import type { Steerer } from '../../src/deliberation/topic/topic-rights.ts';
import { mayModerate } from '../../src/deliberation/topic/topic-rights.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { newContact } from '../../src/people/contact.ts';
import type { Role } from '../../src/people/role.ts';
import type { KeptTask } from '../../src/volunteers/tasks/task.ts';
import { NOW, Play } from '../engine/play.ts';
import { topicIn } from './topic-scenarios.ts';

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
const { regions } = city;
const COMMUNITY = '990101001001';
const STREET = '990101001000';

function steerer(role: Role, scope: string, me = 'lead'): Steerer {
  return { me, grants: [{ role, scope, since: 0 }], regions };
}
const street = steerer('lead', STREET, 'street');
const community = steerer('lead', COMMUNITY);
const topic = (...of: Parameters<typeof topicIn>) => topicIn(...of).record;
const why = (step: TopicStep) => (step.type === 'refused' ? step.why : 'done');

test.each<[string, Steerer, Addressee, boolean]>([
  ['a lead of the community', community, 'property', true],
  ['a lead of the community, where the committee should act', community, 'committee', false],
  ['a lead of the street, where the committee should act', street, 'committee', true],
  ['a lead of another community', steerer('lead', '990101001002'), 'property', false],
  ['the office of the city', steerer('office', '*'), 'property', true],
  ['a grid worker', steerer('grid_worker', COMMUNITY), 'property', false],
  ['an auditor', steerer('auditor', '*'), 'property', false],
])('%s moderates', (_name, who, whom, may) => {
  expect(mayModerate(topic('proposed', { whom }), who)).toBe(may);
});

test('staff of a unit do not moderate what a unit should do', () => {
  const both: Steerer = { ...community, grants: [...community.grants, { role: 'unit_staff', scope: 'gas', since: 0 }] };
  expect(mayModerate(topic('proposed', { whom: 'unit' }), both)).toBe(false);
  expect(mayModerate(topic('proposed', { whom: 'unit' }), community)).toBe(true);
});

test('a refusal is appealed once within seven days, by the proposer, and to another person at the street', () => {
  const step = declineTopic(topic('proposed'), 'unclear', street, NOW);
  if (step.type !== 'done') throw new Error(why(step));
  expect(why(appealTopic(step.topic, false, NOW))).toBe('not_proposer');
  expect(why(appealTopic(step.topic, true, NOW + 8 * DAY_MS))).toBe('too_late');
  const appealed = appealTopic(step.topic, true, NOW + DAY_MS);
  if (appealed.type !== 'done') throw new Error(why(appealed));
  expect(appealed.topic.until).toBe(moderationDue(NOW + DAY_MS));
  expect(why(acceptTopic(appealed.topic, 14, community, NOW))).toBe('not_you');
  expect(why(acceptTopic(appealed.topic, 14, street, NOW))).toBe('not_you');
  expect(why(acceptTopic(appealed.topic, 14, steerer('lead', STREET, 'second'), NOW))).toBe('done');
  const again = declineTopic(appealed.topic, 'unclear', steerer('lead', STREET, 'second'), NOW);
  expect(again.type === 'done' && why(appealTopic(again.topic, true, NOW))).toBe('appealed_before');
});

test('a topic lapses below its number of seconds, and is discussed from it on', () => {
  const opened = openSeconding(topic('moderated'), 640, false, NOW);
  expect(opened).toMatchObject({ topic: { state: 'seconding', needed: 13, until: NOW + 30 * DAY_MS } });
  const closing = topic('seconding', { needed: 13, closing: true });
  expect(endSeconding(closing, 12, NOW)).toMatchObject({ topic: { state: 'lapsed', seconds: 12 } });
  expect(endSeconding(closing, 13, NOW)).toMatchObject({ topic: { state: 'discussing', seconds: 13 } });
  expect(why(endSeconding(topic('seconding', { needed: 13 }), 13, NOW))).toBe('not_now');
});

test('where codes were handed out, only seconds with a code count', () => {
  const second = { answers: { second: 'yes' } } as const;
  const ballots = [second, { ...second, coded: true }, { answers: {}, coded: true }] as const;
  expect([countSeconds(ballots, false), countSeconds(ballots, true)]).toEqual([2, 1]);
});

test('a topic is joined to an open one of the same place only, and taken back until the discussion', () => {
  const into = topic('discussing', { id: 'topic_other123' });
  expect(why(mergeTopic(topic('proposed'), into, community, NOW))).toBe('done');
  expect(why(mergeTopic(topic('proposed'), { ...into, region: '990101001002' }, community, NOW))).toBe('other_region');
  expect(why(mergeTopic(topic('proposed'), topic('proposed'), community, NOW))).toBe('same_topic');
  expect(why(withdrawTopic(topic('seconding'), true, NOW))).toBe('done');
  expect(why(withdrawTopic(topic('discussing'), true, NOW))).toBe('not_now');
  expect(why(withdrawTopic(topic('seconding'), false, NOW))).toBe('not_proposer');
});

const MEETING = {
  rule: 'villagers',
  at: NOW + 10 * DAY_MS,
  place: '活动室',
  agenda: '充电桩',
  noticedAt: NOW,
} as const;

test('a lawful meeting has its notice in time, and its minute is entered after it', () => {
  expect(why(prepareMeeting(topic('decided'), { ...MEETING, at: MEETING.at - 1 }, community, NOW))).toBe('too_soon');
  expect(why(prepareMeeting(topic('seconding'), MEETING, community, NOW))).toBe('not_now');
  expect(why(prepareMeeting(topic('decided'), MEETING, steerer('auditor', '*'), NOW))).toBe('not_you');
  const step = prepareMeeting(topic('decided'), MEETING, community, NOW);
  expect(step).toMatchObject({ topic: { state: 'deciding', kind: 'meeting' } });
  if (step.type !== 'done') throw new Error(why(step));
  const counts = { all: { heads: 420 }, present: { heads: 211 }, agree: { heads: 106 } };
  expect(why(enterMinute(step.topic, counts, true, community, NOW))).toBe('too_soon');
  const entered = enterMinute(step.topic, counts, true, community, MEETING.at);
  expect(entered).toMatchObject({ topic: { state: 'decided', meeting: { minute: { counts, passed: true } } } });
});

test('a home counts from 30 days before the proposal on', () => {
  const contact = { ...newContact('zh-CN', 0), home: COMMUNITY, homeSince: NOW - 30 * DAY_MS };
  const at = { region: COMMUNITY, proposedAt: NOW };
  expect(eligibility(contact, at)).toBe('yes');
  expect(eligibility({ ...contact, homeSince: NOW - 30 * DAY_MS + 1 }, at)).toBe('too_new');
  expect(eligibility({ ...contact, home: STREET }, at)).toBe('elsewhere');
  expect(eligibility(newContact('zh-CN', 0), at)).toBe('no_home');
  const { homeSince: _unknown, ...older } = contact;
  expect(eligibility({ ...older, since: NOW - HOUR_MS }, at)).toBe('too_new');
});

test('the card of a topic tells a newcomer why nothing can be tapped, and says nothing once it has ended', () => {
  const lines = (state: TopicState) =>
    JSON.stringify(topicValues(topic(state), city, { results: {}, objections: undefined, tooNew: true }).lines);
  for (const state of ['seconding', 'discussing', 'deciding'] as const) expect(lines(state)).toContain('too_new');
  for (const state of ['proposed', 'decided', 'reviewed'] as const) expect(lines(state)).not.toContain('too_new');
});

test('the statement that was seen least comes next, and none twice', () => {
  const shown = (id: string, at: number) => ({ id: `s${id}`, words: id, state: 'shown', at }) as const;
  const all = [shown('a', 1), shown('b', 2), { ...shown('c', 3), state: 'waiting' }] as const;
  expect(nextStatement(all, {}, { sa: '4', sb: '2' })?.id).toBe('sb');
  expect(nextStatement(all, { sb: 'pass' }, { sa: '4', sb: '2' })?.id).toBe('sa');
  expect(nextStatement(all, { sa: 'agree', sb: 'pass' }, {})).toBeUndefined();
});

const PROMISE: TopicPromise = { unit: 'u', measure: 'm', due: NOW, by: 'p', at: NOW - 9 * DAY_MS, cases: [] };
const WITH_CASES: TopicPromise = { ...PROMISE, cases: ['case_a', 'case_b'] };
const solved = (at: number, proven = true): Work => ({ type: 'solved', at, proven });
const [OPEN, FAILED, DROPPED] = [{ type: 'open' }, { type: 'failed' }, { type: 'dropped' }] as const;
const SEEN = { ...PROMISE, doneAt: NOW, doneBy: 'p', proof: { as: 'resident' } } as const;
const LONG_AFTER = NOW + BROKEN_AFTER_MS + 1;

test.each<[string, TopicPromise, readonly Work[], number, string]>([
  ['open before its date', WITH_CASES, [solved(NOW - 2), OPEN], NOW - 1, 'open'],
  ['late while a case is open', WITH_CASES, [solved(NOW - 2), OPEN], NOW + 1, 'open'],
  ['kept', WITH_CASES, [solved(NOW - 2), solved(NOW)], NOW + DAY_MS, 'kept'],
  ['late', WITH_CASES, [solved(NOW - 2), solved(NOW + 1)], NOW + DAY_MS, 'late'],
  ['broken by work that was not solved', WITH_CASES, [solved(NOW - 2), FAILED], NOW + 1, 'broken'],
  ['open while its date is ahead', WITH_CASES, [solved(NOW - 2), FAILED], NOW - 1, 'open'],
  ['not kept by deleted work', WITH_CASES, [solved(NOW - 2), OPEN], NOW + 1, 'open'],
  ['kept beside a task that was cancelled', WITH_CASES, [solved(NOW - 2), DROPPED], NOW + 1, 'kept'],
  ['open with a cancelled task alone', { ...PROMISE, tasks: ['task_a'] }, [DROPPED], NOW + 1, 'open'],
  ['broken thirty days after its date', PROMISE, [], LONG_AFTER, 'broken'],
  ['done, not kept, by a lead’s word', { ...PROMISE, doneAt: NOW, doneBy: 'p' }, [], NOW, 'done'],
  ['kept by a lead’s word that another person saw', SEEN, [], NOW, 'kept'],
  ['done, not kept, by work that only the promiser saw', WITH_CASES, [solved(NOW), solved(NOW, false)], NOW, 'done'],
  ['unproven when nobody else looks', WITH_CASES, [solved(NOW), solved(NOW, false)], LONG_AFTER, 'unproven'],
  ['not kept by a word where cases tell', { ...SEEN, cases: ['case_a'] }, [OPEN], NOW, 'open'],
  ['changed', { ...SEEN, changed: { why: 'w', from: NOW - 9, at: NOW - 9 } }, [], NOW, 'changed'],
  ['given up', { ...PROMISE, givenUp: 'w' }, [], NOW - 1, 'broken'],
])('a promise is %s', (_name, promise, work, now, expected) => {
  const state = stateOfPromise(promise, work, now);
  expect(state.type === 'settled' ? state.verdict : state.type).toBe(expected);
});

test('work is proven by a check or photo of a person other than the promiser', () => {
  const promise = { ...PROMISE, by: 'lead', doneBy: 'second' };
  const closed = { state: 'closed', since: NOW } as const;
  expect(workOfCase(closed, ['lead', 'second'], promise)).toMatchObject({ proven: false });
  expect(workOfCase(closed, ['lead', 'grid'], promise)).toMatchObject({ proven: true, at: NOW });
  expect(workOfCase({ state: 'closed_unsolved', since: NOW }, ['grid'], promise).type).toBe('failed');
  const part = { state: 'proven', at: NOW } as const;
  const task = (state: 'open' | 'ended' | 'cancelled', came: boolean) =>
    // The rules read these fields only.
    ({ record: { state, until: NOW }, parts: came ? { volunteer_a: part } : {} }) as unknown as KeptTask;
  expect(workOfTask(task('ended', true), ['lead'], promise)).toMatchObject({ type: 'solved', proven: false });
  expect(workOfTask(task('ended', true), ['volunteer'], promise)).toMatchObject({ type: 'solved', proven: true });
  expect(workOfTask(task('ended', false), [], promise).type).toBe('failed');
  expect(workOfTask(task('cancelled', true), ['volunteer'], promise).type).toBe('dropped');
  const round = (more: Partial<Round>) =>
    ({ state: 'judged', projects: [{ no: 5, due: NOW, doneAt: NOW - 1 }], checks: {}, checkers: [], ...more }) as Round;
  expect(workOfProject(round({}), 5, promise)).toEqual({ type: 'solved', at: NOW - 1, proven: false });
  const seen = round({ checks: { 5: 'full' }, checkers: ['checker', 'lead'] });
  expect(workOfProject(seen, 5, promise)).toMatchObject({ proven: true });
  expect(workOfProject(round({ checks: { 5: 'half' }, checkers: ['checker'] }), 5, promise)).toMatchObject({
    proven: false,
  });
  expect(workOfProject(round({ projects: [{ no: 5, due: NOW }], state: 'withdrawn' }), 5, promise).type).toBe('failed');
  expect(workOfProject(round({}), 6, promise).type).toBe('open');
});

test('the ledger counts what was due by its first date, and a changed date is never kept', () => {
  const later = { ...PROMISE, due: NOW + 9, changed: { why: 'w', from: NOW - 1, at: NOW - 9 } };
  const all: readonly TopicPromise[] = [
    { ...PROMISE, verdict: 'kept' },
    { ...PROMISE, verdict: 'broken' },
    later,
    { ...PROMISE, due: NOW - 1 },
    { ...PROMISE, due: NOW + 1 },
  ];
  expect(promiseLedger(all, NOW)).toEqual({
    kept: 1,
    late: 0,
    changed: 0,
    broken: 1,
    unproven: 0,
    open: 3,
    overdue: 1,
    due: 4,
  });
});

test('a promise with a later date is not overdue any more, and is looked at on that date again', () => {
  const overdue = topic('promised', { promise: PROMISE, late: true });
  const changed = { why: '管线要先改', from: PROMISE.due, at: NOW };
  const step = changePromise(overdue, { due: NOW + 9 * DAY_MS, changed }, community);
  if (step.type !== 'done') throw new Error(why(step));
  const card = (record: Topic) => JSON.stringify(topicValues(record, city, { results: {}, objections: undefined }));
  expect(card(overdue)).toContain('flows/topics:overdue');
  expect(card(step.topic)).not.toContain('flows/topics:overdue');
  expect(step.topic.late).toBeUndefined();
  // Another change leaves an overdue promise overdue.
  expect(changePromise(overdue, { cases: ['case_a'] }, community)).toMatchObject({ topic: { late: true } });
});

test('a minute counts no more people than the meeting has, and not more in favour than came', () => {
  const meeting = { ...MEETING, at: NOW - HOUR_MS };
  const kept = { version: 1, record: topic('deciding', { kind: 'meeting', meeting }) };
  const facts = { ...community, topic: kept, checked: {}, now: NOW };
  const play = new Play(holdMeeting, facts);
  const refused = { all: 'too_small', present: 'too_large', agree: 'too_large' } as const;
  const isRefusedAt = (step: keyof typeof refused) => {
    expect(play.question.step).toBe(step);
    expect(play.because).toMatchObject({ reason: refused[step] });
  };
  play.do('0');
  isRefusedAt('all');
  play.do('420', '421');
  isRefusedAt('present');
  play.do('211', '212');
  isRefusedAt('agree');
  play.do('211', { tap: 'yes' });
  expect(play.answers).toMatchObject({ all: 420, present: 211, agree: 211, passed: true });
});

test('only a lead of the region promises', () => {
  expect(why(promiseTopic(topic('decided'), PROMISE, community, NOW))).toBe('done');
  expect(why(promiseTopic(topic('decided'), PROMISE, steerer('lead', '990102001000'), NOW))).toBe('not_you');
  expect(why(promiseTopic(topic('deciding'), PROMISE, community, NOW))).toBe('not_now');
});
