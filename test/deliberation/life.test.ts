import { expect, test } from 'vitest';
import { DAY_MS, HOUR_MS } from '../../src/calendar.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { countSeconds } from '../../src/deliberation/ballot/count-votes.ts';
import { eligibility } from '../../src/deliberation/ballot/eligibility.ts';
import type { TopicPromise } from '../../src/deliberation/promise/promise.ts';
import { BROKEN_AFTER_MS, promiseLedger, settlePromise } from '../../src/deliberation/promise/promise.ts';
import { nextStatement } from '../../src/deliberation/statement/statement.ts';
import type { Addressee } from '../../src/deliberation/topic/topic.ts';
import type { TopicStep } from '../../src/deliberation/topic/topic-life.ts';
import {
  acceptTopic,
  appealTopic,
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
import { NOW } from '../engine/play.ts';
import { topicIn } from './topic-scenarios.ts';

const { regions } = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
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
  expect(why(acceptTopic(appealed.topic, community, NOW))).toBe('not_you');
  expect(why(acceptTopic(appealed.topic, street, NOW))).toBe('not_you');
  expect(why(acceptTopic(appealed.topic, steerer('lead', STREET, 'second'), NOW))).toBe('done');
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

test('the statement that was seen least comes next, and none twice', () => {
  const shown = (id: string, at: number) => ({ id: `s${id}`, words: id, state: 'shown', at }) as const;
  const all = [shown('a', 1), shown('b', 2), { ...shown('c', 3), state: 'waiting' }] as const;
  expect(nextStatement(all, {}, { sa: '4', sb: '2' })?.id).toBe('sb');
  expect(nextStatement(all, { sb: 'pass' }, { sa: '4', sb: '2' })?.id).toBe('sa');
  expect(nextStatement(all, { sa: 'agree', sb: 'pass' }, {})).toBeUndefined();
});

const PROMISE: TopicPromise = { unit: 'u', measure: 'm', due: NOW, by: 'p', at: NOW - 9 * DAY_MS, cases: [] };
const WITH_CASES: TopicPromise = { ...PROMISE, cases: ['case_a', 'case_b'] };
const ended = (state: HazardCase['state'], since: number) => ({ state, since });

test.each<[string, TopicPromise, readonly { state: HazardCase['state']; since: number }[], number, string | undefined]>(
  [
    ['open before its date', WITH_CASES, [ended('closed', NOW - 2), ended('in_progress', NOW - 2)], NOW - 1, undefined],
    [
      'late while a case is open',
      WITH_CASES,
      [ended('closed', NOW - 2), ended('in_progress', NOW - 2)],
      NOW + 1,
      undefined,
    ],
    ['kept', WITH_CASES, [ended('closed', NOW - 2), ended('closed', NOW)], NOW + DAY_MS, 'kept'],
    ['late', WITH_CASES, [ended('closed', NOW - 2), ended('closed', NOW + 1)], NOW + DAY_MS, 'late'],
    [
      'broken by a case that was not solved',
      WITH_CASES,
      [ended('closed', NOW - 2), ended('closed_unsolved', NOW)],
      NOW + 1,
      'broken',
    ],
    [
      'open while its date is ahead',
      WITH_CASES,
      [ended('closed', NOW - 2), ended('closed_unsolved', NOW - 1)],
      NOW - 1,
      undefined,
    ],
    ['not kept by a deleted case', WITH_CASES, [ended('closed', NOW - 2)], NOW + 1, undefined],
    ['broken thirty days after its date', PROMISE, [], NOW + BROKEN_AFTER_MS + 1, 'broken'],
    ['kept by a lead’s word without a case', { ...PROMISE, doneAt: NOW }, [], NOW, 'kept'],
    ['not kept by a word where cases tell', { ...WITH_CASES, doneAt: NOW }, [ended('filed', NOW)], NOW, undefined],
    ['changed', { ...PROMISE, doneAt: NOW, changed: { why: 'w', from: NOW - 9, at: NOW - 9 } }, [], NOW, 'changed'],
    ['given up', { ...PROMISE, givenUp: 'w' }, [], NOW - 1, 'broken'],
  ],
)('a promise is %s', (_name, promise, cases, now, verdict) => {
  expect(settlePromise(promise, cases, now)?.verdict).toBe(verdict);
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
  expect(promiseLedger(all, NOW)).toEqual({ kept: 1, late: 0, changed: 0, broken: 1, open: 3, overdue: 1, due: 4 });
});

test('only a lead of the region promises', () => {
  expect(why(promiseTopic(topic('decided'), PROMISE, community, NOW))).toBe('done');
  expect(why(promiseTopic(topic('decided'), PROMISE, steerer('lead', '990102001000'), NOW))).toBe('not_you');
  expect(why(promiseTopic(topic('deciding'), PROMISE, community, NOW))).toBe('not_now');
});
