import { DAY_MS } from '../../src/calendar.ts';
import type { TopicAccess } from '../../src/deliberation/ballot/topic-access.ts';
import type { Statement } from '../../src/deliberation/statement/statement.ts';
import type { Topic } from '../../src/deliberation/topic/topic.ts';
import type { Grant } from '../../src/people/role.ts';
import type { Kept } from '../../src/store/records/versioned-record.ts';
import { NOW } from '../engine/play.ts';

const LEAD: readonly Grant[] = [{ role: 'lead', scope: '*', since: 0 }];
const NO_CARD = { results: {}, objections: undefined };

/** A topic in a state of its life. */
export function topicIn(state: Topic['state'], more: Partial<Topic> = {}): Kept<Topic> {
  const record: Topic = {
    id: 'topic_abcd1234',
    kind: 'sounding',
    state,
    region: '990101001001',
    words: '在 3 号楼下装两个充电桩',
    whom: 'together',
    proposedAt: NOW - DAY_MS,
    since: NOW - DAY_MS,
    until: NOW + 7 * DAY_MS,
    ...more,
  };
  return { version: 1, record };
}

const accessTo = (topic: Kept<Topic>, more: Partial<TopicAccess> = {}): TopicAccess => ({
  topic,
  eligible: 'yes',
  mark: 'm',
  tookPart: undefined,
  key: 'a'.repeat(43),
  nullifier: 'n',
  ballot: undefined,
  code: 'none',
  spentOn: null,
  ...more,
});

const STATEMENTS: readonly Statement[] = [{ id: 's1', words: '装在车棚里最好。', state: 'shown', at: 1 }];
const waiting: readonly Statement[] = [{ id: 's2', words: '晚上要有人看。', state: 'waiting', at: 2 }];
const PROMISE = { unit: 'office_990101001', measure: '装好', due: NOW - 1, by: 'p', at: 0, cases: [] };
const AWAITS = { ...PROMISE, awaitsProof: true } as const;
const MEETING = { rule: 'residents', at: NOW - 1, place: '活动室', agenda: '充电桩', noticedAt: 0 } as const;

const listOf = (topic: Kept<Topic>, access?: TopicAccess) => ({
  home: topic.record.region,
  listed: [topic],
  own: topic.record.id,
  chosen: topic,
  access,
  card: NO_CARD,
  reads: false,
  mayVote: true,
  tooNew: false,
});
const steering = (topic: Kept<Topic>) => ({
  me: 'q',
  grants: LEAD,
  wanted: undefined,
  listed: [topic],
  chosen: topic,
  siblings: [],
  waiting,
  card: NO_CARD,
  linked: undefined,
  tasks: [],
  projects: [],
});
const PROJECT = { id: 'round_abcd1234.5', premises: 'p1', project: { round: 'round_abcd1234', no: 5 } } as const;
const heldBy = (topic: Kept<Topic>) => ({ topic, checked: {}, now: NOW, me: 'q' });
const votingOn = (state: Topic['state'], more: Partial<Topic> = {}) => accessTo(topicIn(state, more));

/** A scenario for each talk of 议事. */
export const TOPIC_SCENARIOS = {
  topics: [
    {
      name: 'taken back',
      moves: ['1', { tap: 'withdraw' }],
      outcome: 'topic_withdrawn',
      loaded: listOf(topicIn('seconding')),
    },
    {
      name: 'a weekly card',
      moves: [{ tap: 'digest_on' }],
      outcome: 'topics_digest_on',
      loaded: { ...listOf(topicIn('seconding')), chosen: undefined },
    },
  ],
  'propose-topic': [
    {
      name: 'handed in',
      moves: ['在 3 号楼下装两个充电桩', { tap: 'property' }, { tap: 'send' }],
      outcome: 'topic_unwritten',
      loaded: { own: undefined },
    },
  ],
  'second-topic': [
    { name: 'seconded', moves: [{ tap: 'yes' }], outcome: 'topic_seconded', loaded: votingOn('seconding') },
    {
      name: 'with a household code',
      moves: ['ABCD-EFGH-JKMN', { tap: 'yes' }],
      outcome: 'topic_seconded',
      loaded: votingOn('seconding', { coded: true }),
    },
  ],
  'hear-statements': [
    {
      name: 'one opinion',
      moves: [{ tap: 'owner' }, { tap: '~skip' }, '3', { tap: 'agree' }],
      outcome: 'statement_voted',
      loaded: { access: votingOn('discussing'), statements: STATEMENTS, shown: {} },
    },
  ],
  'say-statement': [
    {
      name: 'said',
      moves: ['晚上也要能用。'],
      outcome: 'statement_said',
      loaded: { access: votingOn('discussing'), statements: STATEMENTS },
    },
  ],
  'vote-topic': [{ name: 'chosen', moves: [{ tap: 'for' }], outcome: 'topic_voted', loaded: votingOn('deciding') }],
  'object-promise': [
    {
      name: 'not done',
      moves: [{ tap: 'yes' }],
      outcome: 'promise_objected',
      loaded: { access: accessTo(topicIn('promised', { promise: PROMISE }), { tookPart: '' }), me: 'q' },
    },
    {
      name: 'seen to be done',
      moves: [{ tap: 'done' }],
      outcome: 'promise_proven',
      loaded: { access: accessTo(topicIn('promised', { promise: AWAITS }), { tookPart: '' }), me: 'q' },
    },
    {
      name: 'the promiser proves nothing',
      moves: [{ tap: 'done' }],
      outcome: 'promise_own',
      loaded: { access: accessTo(topicIn('promised', { promise: AWAITS }), { tookPart: '' }), me: 'p' },
    },
  ],
  'steer-topics': [
    {
      name: 'accepted for a week',
      moves: ['1', { tap: 'accept' }, { tap: '7' }],
      outcome: 'topic_accept',
      loaded: steering(topicIn('proposed')),
      grants: LEAD,
    },
    {
      name: 'refused with a reason',
      moves: ['1', { tap: 'decline' }, { tap: 'unclear' }],
      outcome: 'topic_decline',
      loaded: steering(topicIn('proposed')),
      grants: LEAD,
    },
    {
      name: 'a statement is shown',
      moves: ['1', { tap: 'statements' }, '1', { tap: 'shown' }],
      outcome: 'topic_statements',
      loaded: steering(topicIn('discussing')),
      grants: LEAD,
    },
    {
      name: 'promised',
      moves: ['1', { tap: 'promise' }, '1', '装两个充电桩', '2026-12-31'],
      outcome: 'topic_promise',
      loaded: steering(topicIn('decided')),
      grants: LEAD,
    },
    {
      name: 'linked to a project of premises',
      moves: ['1', { tap: 'link' }, { tap: 'project' }, '1'],
      outcome: 'topic_link',
      loaded: { ...steering(topicIn('promised', { promise: PROMISE })), projects: [PROJECT] },
      grants: LEAD,
    },
    {
      name: 'seen by another lead',
      moves: ['1', { tap: 'seen' }],
      outcome: 'topic_seen',
      loaded: steering(topicIn('promised', { promise: AWAITS })),
      grants: LEAD,
    },
    {
      name: 'a later date, and why',
      moves: ['1', { tap: 'change' }, '2026-12-31', '电力公司年底才接线'],
      outcome: 'topic_change',
      loaded: steering(topicIn('promised', { promise: PROMISE })),
      grants: LEAD,
    },
  ],
  'hold-meeting': [
    {
      name: 'prepared',
      moves: [{ tap: 'residents' }, { tap: 'not_yet' }, '2026-12-20 19:00', '活动室', '装不装充电桩'],
      outcome: 'meeting_prepared',
      loaded: heldBy(topicIn('decided')),
      grants: LEAD,
    },
    {
      name: 'the minute',
      moves: ['420', '211', '106', { tap: 'yes' }],
      outcome: 'minute_entered',
      loaded: heldBy(topicIn('deciding', { kind: 'meeting', meeting: MEETING })),
      grants: LEAD,
    },
  ],
  'house-codes': [
    {
      name: 'printed',
      moves: ['1', '40', { tap: 'yes' }],
      outcome: 'house_codes_made',
      loaded: undefined,
      grants: LEAD,
    },
  ],
} as const;
