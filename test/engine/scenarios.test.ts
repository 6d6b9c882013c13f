import { describe, expect, test } from 'vitest';
import type { KeptBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import type { KeptCase } from '../../src/cases/case-store.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/city-store.ts';
import { TALKS } from '../../src/conversation/talks.ts';
import { demoCityData } from '../../src/demo/city.ts';
import type { Contact } from '../../src/people/contact.ts';
import { newContact } from '../../src/people/contact.ts';
import { NO_TALKS } from '../../src/people/person-store.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import type { Move } from './play.ts';
import { media, NOW, Play } from './play.ts';

type Scenario = {
  readonly name: string;
  readonly moves: readonly Move[];
  readonly outcome: string;
  readonly loaded?: unknown;
  readonly grants?: Contact['grants'];
};

const CASE: KeptCase = {
  version: 1,
  record: {
    id: 'case_x',
    number: 'K7Q4M2XR',
    state: 'submitted',
    since: NOW,
    events: 1,
    changedAt: NOW,
    category: 'flooding',
    place: { text: '锦绣路' },
    description: { text: '积水' },
    photos: [],
    anonymous: false,
    urgent: false,
    filedAt: NOW,
  },
};

const DATA = { cases: [], shared: [], followed: [], traces: [] };
const WORK = {
  me: 'p',
  work: [{ ...CASE, record: { ...CASE.record, desk: '990101001000' } }],
  others: undefined,
  events: [],
  near: [],
  moving: new Map(),
  moved: [],
};
const BROADCAST: KeptBroadcast = {
  version: 1,
  record: {
    id: 'broadcast_abcd1234',
    state: 'draft',
    kind: 'announcement',
    topic: 'fire',
    content: { title: '楼道清理', words: { 'zh-CN': '请把电动车推出楼道。' }, buttons: ['heard'] },
    audience: { type: 'people', region: '990101', who: 'everybody' },
    schedule: { type: 'once', at: 'now' },
    staleAfterMs: 3600_000,
    by: 'p',
    region: '990101',
    madeAt: NOW,
    runs: [],
  },
};
const BOARD = {
  me: 'p',
  all: [BROADCAST],
  count: 12,
  run: undefined,
  progress: undefined,
  heard: new Map(),
  replies: [],
  version: 1,
  made: 0,
  glass: { brokenAt: undefined, unreviewed: false },
};
const OFFICE = [{ role: 'office', scope: '*', since: 0 }] as const;
const MINE = { own: [CASE], followed: [], me: 'p' };

/** One or more talks for every flow; a flow without one fails below. */
const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'report-hazard': [
    {
      name: 'by location, with photos',
      moves: [
        { tap: 'yes' },
        { tap: 'water' },
        { tap: 'flooding' },
        { tap: 'yes' },
        { tap: 'knee' },
        { tap: '~skip' },
        { tap: 'yes' },
        { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } },
        { tap: 'yes' },
        '路口积水到膝盖',
        { type: 'photo', photo: media('far') },
        { type: 'photo', photo: media('near') },
        { tap: '~done' },
        { tap: 'open' },
        { tap: 'send' },
      ],
      outcome: 'case_filed',
    },
    {
      name: 'by the tree, by voice, corrected on the card',
      moves: [
        { tap: 'yes' },
        '天气真好啊',
        { tap: 'fire' },
        { tap: 'exit_locked' },
        { tap: 'no' },
        { tap: 'no' },
        { tap: 'tree' },
        '1',
        '1',
        '2',
        { tap: 'none' },
        { tap: 'yes' },
        { type: 'voice', voice: media('voice'), seconds: 9 },
        { tap: '~skip' },
        { tap: 'anonymous' },
        { tap: 'fix.category' },
        { tap: 'road' },
        { tap: 'pothole' },
        { tap: 'no' },
        { tap: 'send' },
      ],
      outcome: 'case_filed',
    },
  ],
  'my-cases': [
    { name: 'looked at', moves: [{ tap: 'K7Q4M2XR' }, { tap: 'done' }], outcome: 'cases_seen', loaded: MINE },
    { name: 'withdrawn', moves: ['1', { tap: 'withdraw' }, { tap: 'yes' }], outcome: 'case_withdrawn', loaded: MINE },
    {
      name: 'added to',
      moves: ['1', { tap: 'add' }, { type: 'photo', photo: media('more') }, { tap: '~done' }, '水又深了'],
      outcome: 'case_added',
      loaded: MINE,
    },
    { name: 'kept after all', moves: ['1', { tap: 'withdraw' }, { tap: 'no' }], outcome: 'cases_seen', loaded: MINE },
  ],
  'follow-area': [
    {
      name: 'all kinds in one community',
      moves: [{ tap: 'add' }, '2', '2', '2', { tap: 'all' }],
      outcome: 'area_followed',
    },
    { name: 'not now', moves: [{ tap: 'done' }], outcome: 'areas_seen' },
  ],
  'choose-topics': [
    { name: 'no more of one kind', moves: [{ tap: 'off_fraud' }], outcome: 'topic_off' },
    { name: 'where somebody lives', moves: [{ tap: 'home' }, '1', '2', '2'], outcome: 'home_chosen' },
    { name: 'when to be quiet', moves: [{ tap: 'quiet' }, { tap: 'noon' }], outcome: 'quiet_chosen' },
  ],
  'heard-broadcast': [
    {
      name: 'counted',
      moves: [{ tap: 'broadcast_abcd1234' }],
      outcome: 'broadcast_heard',
      loaded: BROADCAST.record,
    },
  ],
  'answer-broadcast': [
    {
      name: 'something is said to it',
      moves: [{ tap: 'broadcast_abcd1234' }, '什么时候开始？'],
      outcome: 'broadcast_answered',
      loaded: BROADCAST.record,
    },
  ],
  announce: [
    {
      name: 'a template, to everybody, once agreed',
      moves: [
        { tap: 'anti_fraud' },
        '接到这种电话，请挂掉',
        '拿不准就打 96110。',
        { tap: '~skip' },
        { tap: '~skip' },
        { tap: 'heard' },
        { tap: '~done' },
        { tap: 'here' },
        { tap: 'everybody' },
        { tap: '~done' },
        { tap: 'announcement' },
        { tap: 'now' },
        { tap: 'send' },
      ],
      outcome: 'broadcast_drafted',
      loaded: { me: 'p' },
      grants: OFFICE,
    },
    {
      name: 'in own words, every week, to the organisers of one street',
      moves: [
        { tap: 'own' },
        { tap: 'flood' },
        '每周巡查',
        '请看一看排水口。',
        { tap: '~skip' },
        { tap: '~skip' },
        { tap: '~done' },
        '2',
        '2',
        { tap: 'here' },
        { tap: 'organisers' },
        { tap: 'lately' },
        { tap: '~done' },
        { tap: 'announcement' },
        { tap: 'weekly' },
        { tap: '1' },
        { tap: '08' },
        '12月31日',
        { tap: 'latest' },
        { tap: 'send' },
      ],
      outcome: 'broadcast_drafted',
      loaded: { me: 'p' },
      grants: OFFICE,
    },
  ],
  'my-broadcasts': [
    {
      name: 'handed in',
      moves: ['1', { tap: 'proposed' }],
      outcome: 'broadcast_proposed',
      loaded: BOARD,
      grants: OFFICE,
    },
    {
      name: 'agreed to by another, who types how many it is for',
      moves: ['1', { tap: 'approved' }, '300', { tap: 'yes' }],
      outcome: 'broadcast_approved',
      loaded: {
        ...BOARD,
        me: 'q',
        all: [{ ...BROADCAST, record: { ...BROADCAST.record, state: 'proposed', count: 300 } }],
      },
      grants: OFFICE,
    },
    {
      name: 'agreed to with another number',
      moves: ['1', { tap: 'approved' }, '30', { tap: 'yes' }],
      outcome: 'broadcast_refused:other_count',
      loaded: {
        ...BOARD,
        me: 'q',
        all: [{ ...BROADCAST, record: { ...BROADCAST.record, state: 'proposed', count: 300 } }],
      },
      grants: OFFICE,
    },
  ],
  'my-work': [
    {
      name: 'accepted as usual',
      moves: ['1', { tap: 'accepted' }, { tap: 'usual' }],
      outcome: 'case_accepted',
      loaded: WORK,
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
    },
    {
      name: 'not accepted, with a reason, after being asked once more',
      moves: ['1', { tap: 'rejected' }, { tap: 'out_of_scope' }, '这件事归物业管', { tap: 'yes' }],
      outcome: 'case_rejected',
      loaded: WORK,
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
    },
    { name: 'only looked at', moves: ['1', { tap: 'done' }], outcome: 'work_seen', loaded: WORK },
  ],
  'invite-staff': [
    {
      name: 'a dispatcher of one street',
      moves: [{ tap: 'dispatcher' }, '2', '2', { tap: 'here' }],
      outcome: 'staff_invited',
      loaded: 'tttttttttttttttt',
      grants: [{ role: 'office', scope: '*', since: 0 }],
    },
  ],
  'leave-staff': [
    {
      name: 'given back',
      moves: [{ tap: 'yes' }],
      outcome: 'role_given_back',
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
    },
  ],
  'join-staff': [
    {
      name: 'taken',
      moves: [{ tap: 'yes' }],
      outcome: 'role_taken',
      loaded: { token: 't', grant: { role: 'grid_worker', scope: '*' }, until: NOW, left: 2, by: '' },
    },
  ],
  'my-data': [
    {
      name: 'looked at',
      moves: [{ tap: 'done' }],
      outcome: 'data_seen',
      loaded: { ...DATA, cases: [CASE], traces: [] },
    },
    { name: 'taken along', moves: ['1'], outcome: 'data_exported', loaded: { ...DATA, cases: [], traces: [] } },
  ],
  'forget-me': [
    {
      name: 'after being asked twice',
      moves: [{ tap: 'yes' }, { tap: 'yes' }],
      outcome: 'person_forgotten',
      loaded: { ...DATA, cases: [CASE], traces: ['1-0'] },
    },
    {
      name: 'not after all',
      moves: ['1', '2'],
      outcome: 'forgetting_declined',
      loaded: { ...DATA, cases: [CASE], traces: [] },
    },
  ],
  'choose-language': [{ name: 'English', moves: [{ tap: 'en' }], outcome: 'language_chosen' }],
};

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, ['zh-CN', 'en']);
const contact = newContact('zh-CN', NOW);
const person = {
  urn: 'test:1',
  version: 0,
  contact,
  talks: NO_TALKS,
  lastMessage: undefined,
  gone: undefined,
} as const;
// Outcomes are pure: of the store they only need the names of its keys.
const store = { keys: keysOf('test'), pseudonym: () => 'somebody' } as unknown as Store;

describe.each(TALKS.map((talk) => [talk.flow.id, talk] as const))('%s', (id, talk) => {
  test('has a scenario', () => expect(SCENARIOS[id]?.length ?? 0).toBeGreaterThan(0));

  test.each(SCENARIOS[id] ?? [])('$name', ({ moves, outcome, loaded, grants }) => {
    const who = grants ? { ...contact, grants } : contact;
    const facts = talk.facts(city, { ...person, contact: who }, loaded);
    const play = new Play(talk.flow, facts);
    const end = play.do(...moves);
    expect(end.type).toBe('finished');
    const effects = talk.finish(play.answers, {
      store,
      person: person.urn,
      contact,
      facts,
      given: {},
      now: NOW,
      random: () => 0,
    });
    expect(effects.outcome).toBe(outcome);
  });
});
