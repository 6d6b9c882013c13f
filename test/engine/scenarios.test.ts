import { describe, expect, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { TALKS } from '../../src/conversation/talk-list.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { openWording } from '../../src/i18n.ts';
import type { InspectionDraw } from '../../src/inspections/draw/draw.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import type { Shift } from '../../src/inspections/roster/shift.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import type { Contact } from '../../src/people/contact.ts';
import { newContact } from '../../src/people/contact.ts';
import { NO_TALKS } from '../../src/people/person-store.ts';
import type { Alert } from '../../src/review/alerts/alert.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Kept } from '../../src/store/records/versioned-record.ts';
import type { Store } from '../../src/store/store.ts';
import type { SurveyQuestion } from '../../src/surveys/questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import type { Mediation } from '../../src/volunteers/mediation/mediation.ts';
import type { KeptTask, ParticipationState } from '../../src/volunteers/tasks/task.ts';
import type { TaskPlan } from '../../src/volunteers/tasks/task-plan.ts';
import type { Team } from '../../src/volunteers/teams/team.ts';
import type { Volunteer } from '../../src/volunteers/volunteer/volunteer.ts';
import { expectTyped, KINDS_TYPED } from '../channels/wechat/printed-numbers.ts';
import { HAND, NOW as MONDAY, plannedRound, SCHOOL, STANDARD, schoolFacts } from '../creation/school.ts';
import { TOPIC_SCENARIOS } from '../deliberation/topic-scenarios.ts';
import type { Move } from './play.ts';
import { media, NOW, Play } from './play.ts';

type Scenario = {
  readonly name: string;
  readonly moves: readonly Move[];
  readonly outcome: string;
  readonly loaded?: unknown;
  readonly grants?: Contact['grants'];
};

const OFFICE = [{ role: 'office', scope: '*', since: 0 }] as const;
/** What the talks about another organiser load; `contact` adds to the contact of that person. */
const colleague = (contact: object) => ({
  staff: [{ id: 'aaaa', urn: 'test:2', who: 'abcd', grant: { role: 'dispatcher', scope: '*', since: 0 } }],
  chosen: {
    urn: 'test:2',
    version: 3,
    contact: { language: 'zh-CN', consents: {}, subscribed: true, grants: [], ...contact },
  },
});
const CASE: Kept<HazardCase> = {
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
    urgent: false,
    filedAt: NOW,
  },
};

/** A notice of the school, as a resident of its street reads it. */
const NOTICES = {
  notices: [{ version: 1, record: plannedRound({ state: 'public_notice', noticeUntil: NOW }) }],
  isHomeKnown: true,
  standard: undefined,
  leads: [],
  mark: 'm',
};

/** The school with a document that another person entered, as a lead sees it. */
const documentFacts = () => ({
  me: 'me',
  mayConfirm: true,
  list: [SCHOOL],
  premises: SCHOOL,
  standard: STANDARD,
  documents: [
    {
      id: 'document_aaaaaaaa',
      premises: SCHOOL.id,
      item: STANDARD.items.find(({ no }) => no === 17)?.words['zh-CN'],
      number: '消检 1',
      issuer: '检测站',
      until: NOW + 1e10,
      by: 'other',
      at: NOW,
    },
  ],
  contacts: [],
  leads: [],
});

/** A drill that has begun, as its watcher sees it. */
const drillFacts = (as = 'watcher') => {
  const drill = { task: 'task_drill001', premises: SCHOOL.id, from: 0, until: 1, watch: { watchers: ['a'] } };
  const record = { quarter: '2026Q4', halfHash: 'h', drills: [drill] };
  const chosen = { kept: { version: 1, record }, drill, premises: SCHOOL, as };
  return { open: [chosen], chosen, contacts: [], leads: [] };
};

const DUTY = { role: 'lead', scope: '990101001000', since: NOW } as const;
const SHIFT: Kept<Shift> = {
  version: 1,
  record: {
    id: 'shift_00000000',
    place: '990101001000',
    region: '990101001000',
    from: NOW + 3_600_000,
    until: NOW + 13 * 3_600_000,
  },
};
const ALERT: Kept<Alert> = {
  version: 1,
  record: {
    id: 'alert_00000000',
    state: 'raised',
    what: 'fire',
    regions: ['990101001000'],
    detector: 'ears',
    count: 18,
    expected: 6,
    p: 0.00006,
    weeks: 1,
    factor: { rain: 1, campaign: 1 },
    end: 20_770,
    raisedAt: NOW,
  },
};
const NO_SCORE = { snapshot: undefined, before: undefined };
const SCORED = {
  ...monthScore({
    month: '2026-10',
    formula: FIRST_FORMULA,
    earlier: [],
    regions: [
      { id: '990100000000', level: 'city', cells: {} },
      { id: '990101001000', level: 'street', cells: {} },
    ],
  }),
  version: 1,
  frozenAt: NOW,
  rowsHash: 'hash',
};
const SCORE = { snapshot: SCORED, before: undefined };
const SUBJECT = { month: '2026-10', street: '990101001000', code: 'cured_in_time' } as const;
const SCORE_ROWS = { subject: SUBJECT, numbers: ['K7Q4M2XR', 'B2B2C3C3'], isFrozen: false };
const REREAD_ROW = { case: 'case_1', number: 'K7Q4M2XR', street: '990101001000', by: '990102001000' };
const REREAD = {
  kept: { version: 1, record: { month: '2026-10', halfHash: 'x', of: 20, rows: [REREAD_ROW] } },
  next: { kind: 'rejection', row: REREAD_ROW },
  left: 1,
  card: 'K7Q4-M2XR',
  leads: [],
};
const OBJECTION = { id: 'o1', ...SUBJECT, rows: ['K7Q4M2XR'], why: '重复', by: 'q', at: NOW };
const FREEZE = {
  may: true,
  months: [{ month: '2026-10', isFrozen: false }],
  result: { type: 'ready', snapshot: SCORED, change: { checks: [], writes: [] } },
};
const NO_FREEZE = { ...FREEZE, result: { type: 'refused', why: 'no_data' } };
const FORMULA = { may: true, me: 'p', present: '2026-11', current: FIRST_FORMULA, next: 2 };
const DATA = { cases: [], shared: [], followed: [], traces: [], volunteer: undefined, mediation: undefined };
const WORK = {
  me: 'p',
  total: 1,
  work: [{ ...CASE, record: { ...CASE.record, desk: '990101001000' } }],
  merged: [],
  events: [],
  near: [],
  moving: new Map(),
  moved: [],
};
const FILED = {
  kept: { ...CASE, record: { ...CASE.record, desk: '990101001000', state: 'filed' } },
  actor: { as: 'dispatcher', by: 'p' },
} as const;
const HELD = {
  kept: { ...CASE, record: { ...CASE.record, desk: '990101001000', state: 'filed', holder: 'p' } },
  actors: [{ as: 'dispatcher', by: 'q' }],
} as const;
const LED = { ...HELD, actors: [{ as: 'lead', by: 'q' }] } as const;
const NO_COLLEAGUES = { takers: [], giver: undefined };
const BROADCAST: Kept<Broadcast> = {
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
  approvedLastDay: 0,
  glass: { brokenAt: undefined, unreviewed: false },
};
const VOLUNTEER: Kept<Volunteer> = {
  version: 1,
  record: {
    id: 'volunteer_abcd1234',
    urn: 'test:1',
    state: 'active',
    called: '小陈',
    age: 'adult',
    region: '990101001001',
    skills: ['patrol', 'mediation'],
    days: ['1'],
    parts: ['morning'],
    appliedAt: 0,
    since: 0,
  },
};
const TASK: KeptTask = {
  version: 1,
  clockEpoch: '',
  record: {
    id: 'task_abcd1234',
    kind: 'patrol',
    state: 'open',
    words: '走一圈',
    place: { region: '990101001001' },
    region: '990101001001',
    from: NOW + 1800_000,
    until: NOW + 7200_000,
    needed: 1,
    skills: [],
    checkIn: 'code',
    code: '1234',
    proof: 'words',
    by: 'p',
    madeAt: NOW,
    waves: 1,
  },
  takers: [],
  waiting: [],
  parts: {},
};
const { id: _id, from: _from, until: _until, code: _code, madeAt: _made, state: _state, ...repeated } = TASK.record;
const PLAN: Kept<TaskPlan> = {
  version: 1,
  record: {
    id: 'plan_abcd1234',
    schedule: { type: 'cron', cron: '0 9 * * *', zone: 'Asia/Shanghai', misfire: 'skip' },
    notOnHolidays: true,
    lastsMs: 3600_000,
    task: repeated,
    next: NOW + 3600_000,
  },
};
const TASKS = {
  me: VOLUNTEER,
  tasks: [TASK],
  upcoming: [],
  about: undefined,
  follows: false,
  pseudonym: 'p',
  grants: [],
  wanted: {},
};
const taken = (state: ParticipationState, from = TASK.record.from) => ({
  ...TASKS,
  tasks: [
    {
      ...TASK,
      record: { ...TASK.record, from },
      takers: [VOLUNTEER.record.id],
      parts: { [VOLUNTEER.record.id]: { state, at: NOW } },
    },
  ],
});
const MEDIATION: Kept<Mediation> = {
  version: 1,
  record: {
    id: 'mediation_abcd1234',
    state: 'asked',
    kind: 'noise',
    region: '990101001001',
    asker: 'test:2',
    askedAt: NOW,
  },
};
const TEAM: Kept<Team> = {
  version: 1,
  record: {
    id: 'team_abcd1234',
    name: '红袖章',
    series: 'community',
    region: '990101001001',
    capacity: 10,
    by: 'p',
    madeAt: NOW,
  },
};
const GRID_WORKER = [{ role: 'grid_worker', scope: '*', since: 0 }] as const;
const DRAW: Kept<InspectionDraw> = {
  version: 1,
  record: {
    id: 'draw_aaaaaaaa',
    state: 'committed',
    series: ['station'],
    region: '990101',
    each: 1,
    named: [],
    from: '2026-12-01',
    until: '2026-12-10',
    by: 'p',
    madeAt: NOW,
    frameHash: 'f',
    halfHashes: ['h'],
  },
};
const NO_DRAWS = {
  grants: OFFICE,
  me: 'p',
  draws: [],
  chosen: undefined,
  progress: { all: 0, over: 0 },
  frame: undefined,
  sources: { checkers: [], standards: [], last: new Map(), pairings: [] },
  auditors: [],
} as const;
const VISIT: Kept<Visit> = {
  version: 1,
  record: {
    id: 'visit_aaaaaaaa',
    of: 'draw_aaaaaaaa',
    premises: 'north_station',
    series: 'station',
    standard: 1,
    region: '990101001001',
    items: [1, 2],
    checkers: [checkerCode('draw_aaaaaaaa', 'p'), 'other'],
    password: '青石',
    from: '2026-12-01',
    until: '2026-12-10',
    state: 'told',
    sheets: {},
  },
};
const VISITS = {
  me: 'p',
  visits: [VISIT],
  standards: new Map([[VISIT.record.id, defaultStandard('station')]]),
  documents: new Map(),
  now: NOW,
  next: 'third',
};
const WAVE = {
  id: 'wave_aaaaaaaa',
  state: 'open',
  questionnaire: {
    ...QUESTIONNAIRES[0],
    questions: QUESTIONNAIRES[0]?.questions.slice(0, 1).concat(QUESTIONNAIRES[0].questions[3] ?? []),
  },
  indicators: 'hubei',
  region: '990100000000',
  target: 600,
  by: 'x',
  openedAt: 0,
  closesAt: NOW + 1e9,
  strata: [],
} as unknown as Wave;
const DRAWING: Wave = { ...WAVE, state: 'drawing', halfHashes: ['a', 'b'], frameHash: 'c' };
const SURVEY = {
  wave: WAVE,
  member: { version: 1, record: { community: '990101001001', age: '65', sex: 'female', hukou: 'local' } },
  entry: { stratum: 0, place: 0, disposition: 'invited' },
  key: 'a'.repeat(43),
  nullifier: 'n'.repeat(43),
  ballot: undefined,
  questions: WAVE.questionnaire.questions,
};
const QUARTERLY = QUESTIONNAIRES[1]?.questions ?? [];
const OTHER_QUESTIONS: readonly SurveyQuestion[] = [
  { code: 'I1', type: 'info', text: { 'zh-CN': '下面问最近的事。' } },
  ...QUARTERLY.filter(({ code }) => code === 'V1' || code === 'V2'),
  { code: 'O1', type: 'text', text: { 'zh-CN': '您还想说什么？' } },
];
const NO_WAVES = { questionnaires: QUESTIONNAIRES, waves: [], chosen: undefined, ledger: [], results: undefined };
const SAFE_MODE = { safe: { since: 1, dropped: 2, held: { sendings: 1, slots: 1, checks: [], writes: [] } } };
const LETTER = {
  version: 1,
  parts: ['agree', 'see'],
  record: {
    id: 'letter_abcd1234',
    state: 'drafted',
    to: 'unit.water',
    region: '990100000000',
    matter: 'rework',
    rows: ['K7Q4M2XR'],
    of: 20,
    ask: '请查明返工原因。',
    doneWithin: 10,
    by: 'other',
    draftedAt: NOW,
  },
} as const;
const WEAK_POINT = {
  id: '990101001000.confirmed_solved',
  basis: 'goal',
  region: '990101001000',
  code: 'confirmed_solved',
  own: { y: 10, n: 100 },
  others: { y: 790, n: 1000 },
  theta: 0.2,
  v: 0.001,
  goal: 0.8,
} as const;
const bulletinWith = (proposal: 'announcement' | 'pairing') => ({
  me: 'p',
  grants: OFFICE,
  answers: new Map(),
  bulletin: {
    month: '2026-10',
    region: '990100000000',
    version: 1,
    numbers: [],
    sentences: [],
    streets: [],
    past: [],
    letters: { sent: 0, met: 0, not_done: 0, withdrawn: 0, late: 0 },
    alerts: { raised: 0, confirmed: 0, false: 0, known_cause: 0, open: 0 },
    weak: [{ ...WEAK_POINT, proposal }],
  },
});
const HONOUR = {
  version: 1,
  parts: ['decide', 'read'],
  record: {
    id: 'honour_abcd1234',
    state: 'deciding',
    subject: 'unit.water',
    region: '990100000000',
    reason: '返修又快又好',
    by: 'other',
    nominatedAt: NOW,
    objections: [],
  },
} as const;
const HONOURS = { me: 'p', mark: 'm', honours: [HONOUR], wanted: undefined, mayNominate: false, isHomeKnown: true };
const NO_LETTER = { me: 'p', addressees: ['unit.water'], cases: [], open: [], agreed: 0 };
const WAITING = {
  access: { key: 'k', browser: undefined },
  waiting: {
    ...{ id: 'x', hash: '', number: 37, shown: [12, 37, 80], browser: { family: 'chrome', system: 'windows' } },
    ...{ at: NOW, until: NOW + 1, state: 'waiting' },
  },
};

const MINE = { own: [CASE], followed: [], events: [], me: 'p' };

/** At least one scenario per flow; a flow without one fails below. */
const CODE = {
  found: { hash: 'h'.repeat(22), urn: 'test:2', address: undefined },
  wait: 0,
  hasPast: false,
  hasRole: false,
};
const OWNER = { language: 'zh-CN', consents: {}, subscribed: true };
const BACK = {
  forgets: true,
  wait: 0,
  found: {
    hash: 'h'.repeat(12),
    urn: 'web:2',
    person: { urn: 'web:2', address: 'web:2', contact: OWNER, version: 1, talks: { paused: [] } },
    past: { checks: [], writes: [] },
    talks: [],
  },
};
const ASKED = {
  urn: 'test:1',
  code: { hash: 'h'.repeat(22), urn: 'test:1', address: 'web:2' },
  other: { urn: 'web:2', address: 'web:2', contact: undefined, version: 1, talks: { paused: [] } },
  past: { checks: [], writes: [] },
};
const PLACES = {
  places: [
    { id: 'first', urn: 'test:1', since: NOW },
    { id: 'second', urn: 'web:2', since: NOW },
  ],
  held: [],
  move: undefined,
};

const SCENARIOS: Readonly<Record<string, readonly Scenario[]>> = {
  'report-hazard': [
    {
      name: 'by location, with photos',
      moves: [
        { tap: 'yes' },
        { tap: 'water' },
        { tap: 'flooding' },
        { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } },
        { tap: 'yes' },
        '路口积水到膝盖',
        { type: 'photo', photo: media('far') },
        { tap: 'fix.photos' },
        { type: 'photo', photo: media('near') },
        { tap: '~done' },
        { tap: 'fix.extra_1' },
        { tap: 'knee' },
        { tap: 'fix.extra_2' },
        { tap: '~skip' },
        { tap: 'send_urgent' },
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
        { tap: 'tree' },
        '1',
        '1',
        '2',
        { tap: 'none' },
        { type: 'voice', voice: media('voice'), seconds: 9 },
        { tap: 'fix.category' },
        { tap: 'gas' },
        { tap: 'gas_leak' },
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
        { tap: 'fire_safety' },
        '城北社区',
        '3 号楼东边的车棚',
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
  'leave-safe-mode': [
    { name: 'sending again', moves: [{ tap: 'yes' }], outcome: 'safe_mode_left', loaded: SAFE_MODE },
    { name: 'not yet', moves: [{ tap: 'no' }], outcome: 'safe_mode_goes_on', loaded: SAFE_MODE },
  ],
  'public-page': [
    { name: 'turned on', moves: [{ tap: 'yes' }], outcome: 'public_page_opened', loaded: { may: true, on: false } },
    { name: 'not yet', moves: [{ tap: 'no' }], outcome: 'public_page_kept', loaded: { may: true, on: false } },
    { name: 'turned off', moves: [{ tap: 'yes' }], outcome: 'public_page_closed', loaded: { may: true, on: true } },
    { name: 'left on', moves: [{ tap: 'no' }], outcome: 'public_page_kept', loaded: { may: true, on: true } },
  ],
  'my-bulletin': [
    {
      name: 'an announcement is adopted',
      moves: ['1', { tap: 'adopted' }],
      outcome: 'point_adopted',
      loaded: bulletinWith('announcement'),
    },
    {
      name: 'a pairing is adopted, with the street that helps',
      moves: ['1', { tap: 'adopted' }, { tap: '990101002000' }, '12月31日'],
      outcome: 'point_adopted',
      loaded: bulletinWith('pairing'),
    },
    {
      name: 'declined, after a reason that names a cause',
      moves: ['1', { tap: 'declined' }, '因为下雨', '人手先用在防汛上'],
      outcome: 'point_declined',
      loaded: bulletinWith('announcement'),
    },
  ],
  'write-letter': [
    {
      name: 'a unit without failed rows',
      moves: ['1', { tap: 'none' }],
      outcome: 'letter_unwritten',
      loaded: NO_LETTER,
      grants: OFFICE,
    },
  ],
  'my-letters': [
    {
      name: 'agreed by a second organiser',
      moves: ['1', { tap: 'agreed' }],
      outcome: 'letter_agreed',
      loaded: { me: 'p', letters: [LETTER], agreed: 0, wanted: undefined },
    },
    {
      name: 'two letters in this month',
      moves: ['1', { tap: 'agreed' }],
      outcome: 'letter_refused:full',
      loaded: { me: 'p', letters: [LETTER], agreed: 2, wanted: undefined },
    },
  ],
  'month-score': [
    { name: 'no month is frozen', moves: [], outcome: 'score_missing', loaded: NO_SCORE },
    { name: 'the city for a resident', moves: [], outcome: 'score_seen', loaded: SCORE },
    { name: 'one of several regions', moves: ['1'], outcome: 'score_seen', loaded: SCORE, grants: OFFICE },
  ],
  'score-rows': [{ name: 'two cases', moves: [], outcome: 'score_rows_seen', loaded: SCORE_ROWS }],
  'object-rows': [
    {
      name: 'contested',
      moves: ['1', 'K7Q4-M2XR', '这件是重复的', { tap: 'send' }],
      outcome: 'rows_contested',
      loaded: { me: 'p', auditors: [], ...SCORE_ROWS },
    },
    {
      name: 'a case that costs no points, then one that does',
      moves: ['1', 'AAAA2222', '这件是重复的', { tap: 'send' }, { tap: 'fix.rows' }, 'K7Q4M2XR', { tap: 'send' }],
      outcome: 'rows_contested',
      loaded: { me: 'p', auditors: [], ...SCORE_ROWS },
    },
  ],
  reread: [
    {
      name: 'a rejection that should have been accepted',
      moves: ['1', { tap: 'wrong' }],
      outcome: 'reread_wrong',
      loaded: REREAD,
    },
    {
      name: 'a class that is too light',
      moves: ['1', { tap: 'too_light' }],
      outcome: 'reread_too_light',
      loaded: { ...REREAD, next: { kind: 'class', row: REREAD_ROW } },
    },
    {
      name: 'a passed check that holds on site',
      moves: ['1', { tap: 'holds' }, { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } }],
      outcome: 'reread_holds',
      loaded: {
        ...REREAD,
        next: { kind: 'check', row: REREAD_ROW },
        place: { point: { latitude: 31.4552, longitude: 119.4434 } },
      },
    },
  ],
  'decide-rows': [
    {
      name: 'upheld',
      moves: ['1', { tap: 'upheld' }, '确实是重复的'],
      outcome: 'objection_upheld',
      loaded: { me: 'p', open: [OBJECTION], leads: [] },
    },
    {
      name: 'refused',
      moves: ['1', { tap: 'refused' }, '不是同一处'],
      outcome: 'objection_refused',
      loaded: { me: 'p', open: [OBJECTION], leads: [] },
    },
  ],
  'freeze-month': [
    { name: 'refused with its cure', moves: ['1'], outcome: 'month_not_frozen', loaded: NO_FREEZE },
    { name: 'not yet', moves: ['1', { tap: 'no' }], outcome: 'month_not_frozen', loaded: FREEZE },
    { name: 'frozen', moves: ['1', { tap: 'yes' }], outcome: 'month_frozen', loaded: FREEZE },
  ],
  'score-formula': [
    {
      name: 'proposed',
      moves: ['8 9 15 5 6 7 10 7.5 7.5 9 6 10', '4: 25 2', '1', { tap: 'send' }],
      outcome: 'formula_proposed',
      loaded: FORMULA,
    },
    {
      name: 'weights that do not sum to 100, corrected at the card',
      moves: [
        '9 9 15 5 6 7 10 7.5 7.5 9 6 10',
        { tap: '~skip' },
        '1',
        { tap: 'send' },
        { tap: 'fix.weights' },
        '8 9 15 5 6 7 10 7.5 7.5 9 6 10',
        { tap: 'send' },
      ],
      outcome: 'formula_proposed',
      loaded: FORMULA,
    },
    {
      name: 'a goalpost reversed by mistake, corrected at the card',
      moves: [
        '8 9 15 5 6 7 10 7.5 7.5 9 6 10',
        '4: 2 30',
        '1',
        { tap: 'send' },
        { tap: 'fix.goalposts' },
        '4: 30 2',
        { tap: 'send' },
      ],
      outcome: 'formula_proposed',
      loaded: FORMULA,
    },
    {
      name: 'agreed by another organiser',
      moves: [{ tap: 'agree' }],
      outcome: 'formula_agreed',
      loaded: { ...FORMULA, proposed: { ...FIRST_FORMULA, version: 2, by: 'q' } },
    },
    {
      name: 'dropped',
      moves: [{ tap: 'drop' }],
      outcome: 'formula_dropped',
      loaded: { ...FORMULA, proposed: { ...FIRST_FORMULA, version: 2, by: 'q' } },
    },
  ],
  'review-month': [{ name: 'the alerts', moves: [{ tap: 'alerts' }], outcome: 'hub_seen', grants: OFFICE }],
  'check-places': [{ name: 'the draws', moves: [{ tap: 'my_draws' }], outcome: 'hub_seen', grants: OFFICE }],
  honours: [
    { name: 'a first yes', moves: ['1', { tap: 'agree' }], outcome: 'honour_agree', loaded: HONOURS },
    { name: 'only read', moves: ['1', { tap: 'done' }], outcome: 'honour_seen', loaded: HONOURS },
  ],
  'nominate-honour': [
    {
      name: 'a street desk',
      moves: ['1', { tap: 'desk' }, '1', '受理又快又耐心', { tap: 'send' }],
      outcome: 'honour_nominated',
      loaded: { me: 'p', grants: OFFICE, streets: ['990101001000'], teams: new Map(), isOpen: false },
      grants: OFFICE,
    },
  ],
  'open-console': [{ name: 'no address is set', moves: [], outcome: 'console_unreachable', grants: OFFICE }],
  'confirm-browser': [
    { name: 'the right number', moves: [{ tap: 'x.37' }], outcome: 'browser_confirmed', loaded: WAITING },
    { name: 'a wrong number', moves: [{ tap: 'x.12' }], outcome: 'browser_refused', loaded: WAITING },
    { name: 'not me', moves: [{ tap: 'x.no' }], outcome: 'browser_refused', loaded: WAITING },
  ],
  'get-code': [{ name: 'given', moves: [], outcome: 'link_code_given' }],
  'enter-code': [
    { name: 'a code of another place', moves: ['7F3K-9M2P'], outcome: 'link_asked', loaded: CODE },
    { name: 'a wrong code', moves: ['7F3K-9M2P'], outcome: 'link_code_wrong', loaded: { ...CODE, found: undefined } },
    {
      name: 'one guess too many',
      moves: ['7F3K-9M2P'],
      outcome: 'link_code_ignored',
      loaded: { ...CODE, wait: 7 },
    },
    { name: 'a role here', moves: ['7F3K-9M2P'], outcome: 'link_refused', loaded: { ...CODE, hasRole: true } },
    {
      name: 'reports here move along',
      moves: ['7F3K-9M2P', { tap: 'yes' }],
      outcome: 'link_asked',
      loaded: { ...CODE, hasPast: true },
    },
    {
      name: 'reports here stay',
      moves: ['7F3K-9M2P', { tap: 'no' }],
      outcome: 'link_declined',
      loaded: { ...CODE, hasPast: true },
    },
  ],
  'return-code': [{ name: 'given', moves: [], outcome: 'return_code_given', loaded: { forgets: true } }],
  'come-back': [
    {
      name: 'a wrong code',
      moves: ['7F3K9-M2P4R'],
      outcome: 'return_code_wrong',
      loaded: { ...BACK, found: undefined },
    },
    {
      name: 'a guess too many',
      moves: ['7F3K9-M2P4R'],
      outcome: 'return_code_ignored',
      loaded: { ...BACK, wait: 7 },
    },
    { name: 'back', moves: ['7F3K9-M2P4R', { tap: 'yes' }], outcome: 'person_came_back', loaded: BACK },
    { name: 'not now', moves: ['7F3K9-M2P4R', { tap: 'no' }], outcome: 'return_declined', loaded: BACK },
    { name: 'a role here', moves: ['7F3K9-M2P4R'], outcome: 'return_refused', loaded: BACK, grants: OFFICE },
    {
      name: 'a role behind the code',
      moves: ['7F3K9-M2P4R'],
      outcome: 'return_code_wrong',
      loaded: {
        ...BACK,
        found: { ...BACK.found, person: { ...BACK.found.person, contact: { ...OWNER, grants: OFFICE } } },
      },
    },
  ],
  'part-address': [
    { name: 'a joined place', moves: ['2', { tap: 'yes' }], outcome: 'address_parted', loaded: PLACES },
    { name: 'none after all', moves: ['2', { tap: 'no' }], outcome: 'address_kept', loaded: PLACES },
  ],
  'confirm-link': [
    { name: 'it was me', moves: [{ tap: 'yes' }], outcome: 'address_linked', loaded: ASKED },
    { name: 'it was not me', moves: [{ tap: 'no' }], outcome: 'link_denied', loaded: ASKED },
  ],
  'join-panel': [
    {
      name: 'agreed',
      moves: [{ tap: 'yes' }, { tap: '65' }, { tap: 'female' }, '1', '1', '1', { tap: 'long' }, { tap: 'local' }],
      outcome: 'panel_joined',
      loaded: { me: undefined },
    },
    {
      name: 'a child',
      moves: [{ tap: 'yes' }, { tap: 'child' }],
      outcome: 'panel_too_young',
      loaded: { me: undefined },
    },
  ],
  'leave-panel': [
    { name: 'left', moves: [{ tap: 'yes' }], outcome: 'panel_left', loaded: { removal: [] } },
    { name: 'stays', moves: [{ tap: 'no' }], outcome: 'panel_stays', loaded: { removal: [] } },
  ],
  'answer-survey': [
    {
      name: 'answered',
      moves: [{ tap: 'start' }, { tap: '4' }, { tap: '~skip' }, { tap: 'yes' }],
      outcome: 'survey_answered',
      loaded: SURVEY,
    },
    {
      name: 'something to read, words of one’s own, and a question that follows from an answer',
      moves: [
        { tap: 'start' },
        { tap: 'seen' },
        { tap: '1' },
        { tap: '~done' },
        { tap: '1' },
        '路灯太暗',
        { tap: 'yes' },
      ],
      outcome: 'survey_answered',
      loaded: { ...SURVEY, questions: OTHER_QUESTIONS },
    },
    { name: 'not this time', moves: [{ tap: 'refuse' }], outcome: 'survey_refused', loaded: SURVEY },
    {
      name: 'kept for later',
      moves: [{ tap: 'start' }, { tap: '4' }, { tap: '1' }, { tap: 'no' }],
      outcome: 'survey_kept',
      loaded: SURVEY,
    },
  ],
  'preview-survey': [
    {
      name: 'tapped through to the end',
      moves: [
        { tap: 'k' },
        { tap: 'start' },
        { tap: 'seen' },
        { tap: '1' },
        { tap: '~done' },
        { tap: '1' },
        '路灯太暗',
        { tap: 'yes' },
      ],
      outcome: 'survey_previewed',
      loaded: { offered: [{ id: 'k', questionnaire: WAVE.questionnaire }], questions: OTHER_QUESTIONS },
      grants: OFFICE,
    },
    {
      name: 'not this time',
      moves: [{ tap: 'k' }, { tap: 'refuse' }],
      outcome: 'survey_previewed',
      loaded: { offered: [{ id: 'k', questionnaire: WAVE.questionnaire }], questions: OTHER_QUESTIONS },
      grants: OFFICE,
    },
  ],
  'add-half': [
    {
      name: 'added in words',
      moves: [{ tap: WAVE.id }, '老槐树下第七块砖'],
      outcome: 'half_added',
      loaded: { version: 1, record: DRAWING },
    },
    {
      name: 'left to the server',
      moves: [{ tap: WAVE.id }, { tap: '~skip' }],
      outcome: 'half_left',
      loaded: { version: 1, record: DRAWING },
    },
  ],
  'my-draws': [
    {
      name: 'refused without premises',
      moves: [
        { tap: 'new' },
        { tap: 'railway' },
        { tap: '~done' },
        { tap: 'here' },
        '1',
        { tap: '~skip' },
        '12月20日',
        { tap: '~skip' },
        { tap: 'send' },
      ],
      outcome: 'draw_refused:no_premises',
      loaded: NO_DRAWS,
      grants: OFFICE,
    },
    {
      name: 'called off',
      moves: [{ tap: 'draw_aaaaaaaa' }, { tap: 'call_off' }],
      outcome: 'draw_called_off',
      loaded: { ...NO_DRAWS, draws: [DRAW], chosen: DRAW },
      grants: OFFICE,
    },
  ],
  'add-draw-half': [
    {
      name: 'added in words',
      moves: [{ tap: 'draw_aaaaaaaa' }, '老槐树下第七块砖'],
      outcome: 'half_added',
      loaded: DRAW,
    },
  ],
  'my-visits': [
    {
      name: 'a line of marks kept',
      moves: [{ tap: 'visit_aaaaaaaa' }, { tap: 'fill' }, '1-2对'],
      outcome: 'visit_marked',
      loaded: VISITS,
      grants: GRID_WORKER,
    },
    {
      name: 'withdrawn for a conflict of interest',
      moves: [{ tap: 'visit_aaaaaaaa' }, { tap: 'withdraw' }, { tap: 'yes' }],
      outcome: 'visit_withdrawn',
      loaded: VISITS,
      grants: GRID_WORKER,
    },
  ],
  'object-visit': [
    {
      name: 'objected',
      moves: [{ tap: 'visit_aaaaaaaa' }, '当天在换灯'],
      outcome: 'visit_objected',
      loaded: { kept: VISIT, organisers: [] },
    },
  ],
  'answer-objection': [
    {
      name: 'upheld',
      moves: [{ tap: 'visit_aaaaaaaa' }, { tap: 'upheld' }, '换灯单属实'],
      outcome: 'objection_upheld',
      loaded: {
        kept: { ...VISIT, record: { ...VISIT.record, objection: { words: { text: '当天在换灯' }, at: NOW } } },
        contacts: [],
      },
      grants: OFFICE,
    },
  ],
  'my-surveys': [
    {
      name: 'opened',
      moves: [{ tap: 'new' }, { tap: 'here' }, { tap: 'safety_core' }, { tap: 'hubei' }, '600', { tap: 'send' }],
      outcome: 'wave_opened',
      loaded: NO_WAVES,
      grants: OFFICE,
    },
    {
      name: 'called off',
      moves: [{ tap: WAVE.id }, { tap: 'call_off' }, { tap: 'yes' }],
      outcome: 'wave_called_off',
      loaded: { ...NO_WAVES, waves: [{ version: 1, record: WAVE }], chosen: { version: 1, record: WAVE } },
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
      moves: ['1', { tap: 'rejected' }, { tap: 'out_of_scope' }, '这件事归物业管', { tap: 'send' }],
      outcome: 'case_rejected',
      loaded: WORK,
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
    },
    { name: 'only looked at', moves: ['1', { tap: 'done' }], outcome: 'work_seen', loaded: WORK },
  ],
  'dispatch-many': [
    {
      name: 'two by the rule',
      moves: ['1', { tap: '~done' }, { tap: 'by_rule' }, { tap: 'send' }],
      outcome: 'cases_dispatched',
      loaded: {
        waiting: [FILED, { ...FILED, kept: { ...FILED.kept, record: { ...FILED.kept.record, number: 'M2X2K7Q4' } } }],
      },
    },
  ],
  'hand-over': [
    {
      name: 'offered by a link',
      moves: [{ tap: 'yes' }],
      outcome: 'hand_over_offered',
      loaded: { me: 'p', held: [HELD], offers: [], colleagues: [], around: NO_COLLEAGUES, isEmpty: false },
    },
    {
      name: 'a lead gives the cases of a colleague to another one',
      moves: [{ tap: 'cccc' }, { tap: 'dddd' }, { tap: 'yes' }],
      outcome: 'cases_moved',
      loaded: {
        me: 'q',
        held: [],
        offers: [],
        colleagues: [{ id: 'cccc', who: 'p', held: [LED] }],
        around: {
          takers: [
            {
              id: 'dddd',
              urn: 'test:3',
              who: 'r',
              grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
              able: [LED],
            },
          ],
          giver: 'test:2',
        },
        isEmpty: false,
      },
    },
  ],
  'take-over': [
    {
      name: 'taken by a colleague',
      moves: [{ tap: 'yes' }],
      outcome: 'cases_taken_over',
      loaded: { offer: { token: 't', from: 'p', until: Number.MAX_SAFE_INTEGER }, held: [HELD] },
    },
  ],
  'street-overview': [
    {
      name: 'of one street',
      moves: ['1'],
      outcome: 'street_seen',
      loaded: { streets: ['990101001000', '990101002000'], cases: [CASE.record] },
    },
  ],
  'invite-staff': [
    {
      name: 'a dispatcher of one street',
      moves: [{ tap: 'dispatcher' }, '2', '2', { tap: 'here' }],
      outcome: 'staff_invited',
      loaded: 'tttttttttttttttt',
      grants: OFFICE,
    },
  ],
  'audit-trail': [
    {
      name: 'an auditor takes the trail as a file',
      moves: [{ tap: 'file' }],
      outcome: 'audit_read',
      loaded: [{ name: 'case-events.csv', text: 'case\r\n' }],
      grants: [{ role: 'auditor', scope: '*', since: NOW }],
    },
  ],
  'leave-staff': [
    {
      name: 'given back',
      moves: [{ tap: 'yes' }],
      outcome: 'role_given_back',
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
      loaded: [],
    },
  ],
  'remove-staff': [
    {
      name: 'taken away',
      moves: [{ tap: 'aaaa' }, { tap: 'yes' }],
      outcome: 'role_taken_away',
      grants: OFFICE,
      loaded: colleague({}),
    },
  ],
  'reset-factor': [
    {
      name: 'reset',
      moves: [{ tap: 'aaaa' }, { tap: 'yes' }],
      outcome: 'console_factor_reset',
      grants: OFFICE,
      loaded: colleague({ factor: { secret: 'sealed', since: 0 } }),
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
  'my-tasks': [
    { name: 'taken', moves: ['1', { tap: 'taken' }], outcome: 'task_taken', loaded: TASKS },
    {
      name: 'handed back',
      moves: ['1', { tap: 'handed_back' }],
      outcome: 'task_handed_back',
      loaded: taken('taken'),
    },
    {
      name: 'there, by the code',
      moves: ['1', { tap: 'checked_in' }, '1234'],
      outcome: 'task_checked_in',
      loaded: taken('taken'),
    },
    {
      name: 'there, by a wrong code',
      moves: ['1', { tap: 'checked_in' }, '4321'],
      outcome: 'task_refused:wrong_code',
      loaded: taken('taken'),
    },
    {
      name: 'done, in words',
      moves: ['1', { tap: 'proven' }, '走了一圈，都好。'],
      outcome: 'task_proven',
      loaded: taken('checked_in', NOW),
    },
  ],
  'join-volunteers': [
    {
      name: 'a grown-up, who types how old they are',
      moves: [
        '我今年六十八岁了',
        '1',
        '2',
        '2',
        { tap: 'patrol' },
        { tap: '~done' },
        { tap: '6' },
        { tap: '~done' },
        { tap: 'morning' },
        { tap: '~done' },
        '小陈',
        { tap: '~skip' },
        { tap: 'yes' },
        { tap: 'send' },
      ],
      outcome: 'volunteer_applied',
      loaded: { me: undefined, team: undefined },
    },
    {
      name: 'a child',
      moves: [{ tap: 'child' }],
      outcome: 'volunteer_too_young',
      loaded: { me: undefined, team: undefined },
    },
  ],
  'join-team': [
    {
      name: 'joined',
      moves: [{ tap: 'yes' }],
      outcome: 'team_joined',
      loaded: { me: VOLUNTEER.record, team: TEAM, members: [] },
    },
  ],
  'my-hours': [
    {
      name: 'a certificate',
      moves: [{ tap: 'certificate' }],
      outcome: 'certificate_given',
      loaded: {
        me: VOLUNTEER,
        summary: { tasks: 2, hours: 4, from: NOW, until: NOW, missed: 0, waiting: 0, coming: [] },
        leaving: undefined,
        given: undefined,
      },
    },
    {
      name: 'left for good',
      moves: [{ tap: 'left' }, { tap: 'yes' }],
      outcome: 'volunteer_left',
      loaded: {
        me: VOLUNTEER,
        summary: { tasks: 0, hours: 0, from: undefined, until: undefined, missed: 0, waiting: 0, coming: [] },
        leaving: { checks: [], writes: [] },
        given: undefined,
      },
    },
  ],
  'check-certificate': [
    {
      name: 'real',
      moves: [{ tap: 'ABCDEFGH23' }],
      outcome: 'certificate_checked',
      loaded: { found: { code: 'ABCDEFGH23', hours: 4, tasks: 2, from: NOW, until: NOW, at: NOW }, asked: true },
    },
  ],
  'ask-mediator': [
    {
      name: 'asked for',
      moves: [{ tap: 'noise' }, '1', '2', '2', '楼上半夜搬东西。', { tap: 'send' }],
      outcome: 'mediation_asked',
      loaded: { open: undefined },
    },
  ],
  'my-mediations': [
    {
      name: 'taken',
      moves: ['1', { tap: 'taken' }],
      outcome: 'mediation_taken',
      loaded: { urn: 'test:1', me: VOLUNTEER.record, all: [MEDIATION], told: '', wanted: undefined },
    },
    {
      name: 'a time is named',
      moves: ['1', { tap: 'time_proposed' }, '明天晚上七点', { tap: 'room' }],
      outcome: 'mediation_time_proposed',
      loaded: {
        urn: 'test:1',
        me: VOLUNTEER.record,
        all: [{ ...MEDIATION, record: { ...MEDIATION.record, state: 'taken', mediator: VOLUNTEER.record.id } }],
        told: '',
      },
    },
  ],
  'review-volunteers': [
    {
      name: 'yes',
      moves: ['1', { tap: 'active' }],
      outcome: 'volunteer_active',
      loaded: { me: 'p', waiting: [VOLUNTEER], team: undefined, isFull: false, isAnswered: false },
      grants: GRID_WORKER,
    },
    {
      name: 'no, and why',
      moves: ['1', { tap: 'declined' }, '人数够了'],
      outcome: 'volunteer_declined',
      loaded: { me: 'p', waiting: [VOLUNTEER], team: undefined, isFull: false, isAnswered: false },
      grants: GRID_WORKER,
    },
  ],
  'give-task': [
    {
      name: 'a patrol, once',
      moves: [
        { tap: 'patrol' },
        '沿主路走一圈。',
        { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } },
        { tap: 'yes' },
        '明天上午九点',
        { tap: '2' },
        '2',
        { tap: '~done' },
        { tap: 'place' },
        { tap: 'photo' },
        { tap: 'once' },
        { tap: 'send' },
      ],
      outcome: 'task_given',
      loaded: { me: 'p', teams: [] },
      grants: GRID_WORKER,
    },
    {
      name: 'alone at night is not, until there are two',
      moves: [
        { tap: 'patrol' },
        '沿主路走一圈。',
        { type: 'location', point: { latitude: 31.4552, longitude: 119.4434 } },
        { tap: 'yes' },
        '明天上午九点',
        { tap: '2' },
        '1',
        { tap: '~done' },
        { tap: 'place' },
        { tap: 'photo' },
        { tap: 'cron' },
        '0 23 * * *',
        '12月31日',
        { tap: 'no' },
        { tap: 'send' },
        { tap: 'fix.needed' },
        '2',
        { tap: 'send' },
      ],
      outcome: 'task_plan_given',
      loaded: { me: 'p', teams: [] },
      grants: GRID_WORKER,
    },
  ],
  'task-board': [
    {
      name: 'called off, after being asked once more',
      moves: ['1', { tap: 'cancelled' }, { tap: 'yes' }],
      outcome: 'task_cancelled',
      loaded: {
        myId: undefined,
        grants: GRID_WORKER,
        leads: [],
        tasks: [TASK],
        people: [],
        done: { tasks: 0, people: 0, hours: 0 },
      },
    },
  ],
  roster: [
    {
      name: 'taken',
      moves: ['1', { tap: 'taken' }],
      outcome: 'shift_taken',
      loaded: { me: 'p', grants: [DUTY], shifts: [SHIFT], colleagues: [], call: undefined, wanted: undefined },
    },
    {
      name: 'planned',
      moves: [{ tap: 'new' }, '1', '明天', '3', { tap: 'day' }, { tap: '2' }],
      outcome: 'shifts_planned',
      loaded: { me: 'p', grants: [DUTY], shifts: [SHIFT], colleagues: [], call: undefined, wanted: undefined },
    },
    {
      name: 'handed over',
      moves: ['1', { tap: 'note_written' }, '北门的路灯明天来修'],
      outcome: 'shift_note_written',
      loaded: {
        me: 'p',
        grants: [DUTY],
        shifts: [{ ...SHIFT, record: { ...SHIFT.record, from: NOW - 1, taken: 'p' } }],
        colleagues: [],
        call: undefined,
        wanted: undefined,
      },
    },
  ],
  alerts: [
    {
      name: 'confirmed',
      moves: ['1', { tap: 'confirmed' }],
      outcome: 'alert_confirmed',
      loaded: { me: 'p', grants: OFFICE, alerts: [ALERT], cases: [], wanted: undefined },
    },
    {
      name: 'its cases',
      moves: ['1', { tap: 'cases_shown' }],
      outcome: 'alert_cases_seen',
      loaded: { me: 'p', grants: OFFICE, alerts: [ALERT], cases: [CASE.record], wanted: undefined },
    },
    {
      name: 'a measure',
      moves: ['1', { tap: 'acted' }, { tap: 'announcement' }],
      outcome: 'alert_acted',
      loaded: {
        me: 'p',
        grants: OFFICE,
        alerts: [{ ...ALERT, record: { ...ALERT.record, state: 'confirmed', answer: 'confirmed' } }],
        cases: [],
        wanted: undefined,
      },
    },
  ],
  'stop-plan': [
    { name: 'stopped', moves: [{ tap: 'yes' }], outcome: 'task_plan_stopped', loaded: { plan: PLAN } },
    { name: 'as before', moves: [{ tap: 'no' }], outcome: 'task_plan_goes_on', loaded: { plan: PLAN } },
  ],
  'my-teams': [
    {
      name: 'made',
      moves: [{ tap: 'new' }, '红袖章', { tap: 'community' }, '2', '2', '2', '20'],
      outcome: 'team_made',
      loaded: { me: 'p', grants: GRID_WORKER, teams: [], members: [], coming: { tasks: [], plans: [] } },
    },
    {
      name: 'its link',
      moves: ['1', { tap: 'link' }],
      outcome: 'team_link_shown',
      loaded: { me: 'p', grants: GRID_WORKER, teams: [TEAM], members: [], coming: { tasks: [], plans: [] } },
    },
  ],
  'ask-volunteers': [
    {
      name: 'to look',
      moves: [{ tap: 'case_x' }],
      outcome: 'volunteers_asked',
      loaded: { me: 'p', kept: CASE, last: undefined },
      grants: [{ role: 'dispatcher', scope: '*', since: 0 }],
    },
  ],
  ...TOPIC_SCENARIOS,
  'my-premises': [
    {
      name: 'an item is claimed',
      moves: [{ tap: SCHOOL.id }, { tap: 'claim' }, { tap: 'full' }],
      outcome: 'item_claimed',
      loaded: schoolFacts('premises:shiyan_school', plannedRound()),
    },
    {
      name: 'an item does not apply, with a reason',
      moves: [{ tap: SCHOOL.id }, { tap: 'claim' }, { tap: 'na' }, '我们没有寄宿'],
      outcome: 'item_claimed',
      loaded: schoolFacts('premises:shiyan_school', plannedRound()),
    },
    {
      name: 'the claim is sent',
      moves: [{ tap: SCHOOL.id }, { tap: 'claimed' }, { tap: 'yes' }],
      outcome: 'round_claimed',
      loaded: schoolFacts(
        'premises:shiyan_school',
        plannedRound({ claims: Object.fromEntries(HAND.map(({ no }) => [no, 'full'])) }),
      ),
    },
    {
      name: 'planned by the lead department',
      moves: [{ tap: SCHOOL.id }, { tap: 'planned' }, '1'],
      outcome: 'round_planned',
      loaded: schoolFacts('series:campus'),
    },
    {
      name: 'proposed for a notice',
      moves: [{ tap: SCHOOL.id }, { tap: 'proposed' }, { tap: 'yes' }],
      outcome: 'notice_proposed',
      loaded: schoolFacts('series:campus', plannedRound({ state: 'judged', level: 'district' })),
    },
    {
      name: 'an objection is answered',
      moves: [{ tap: SCHOOL.id }, { tap: 'answered' }, { tap: 'no' }, '护栏上周已经修好'],
      outcome: 'objection_answered',
      loaded: schoolFacts(
        'series:campus',
        plannedRound({
          state: 'public_notice',
          level: 'district',
          noticeUntil: MONDAY,
          objections: [{ mark: 'm', words: { text: '护栏坏了' }, at: MONDAY }],
        }),
      ),
    },
  ],
  'premises-documents': [
    {
      name: 'a document is added',
      moves: [
        { tap: SCHOOL.id },
        { tap: 'added' },
        { tap: '17' },
        '消检〔2026〕0417号',
        '市消防技术服务中心',
        '2027年5月1日',
        { tap: 'send' },
      ],
      outcome: 'document_added',
      loaded: documentFacts(),
    },
    {
      name: 'a document is confirmed by a lead',
      moves: [{ tap: SCHOOL.id }, { tap: 'confirmed' }, { tap: 'document_aaaaaaaa' }, { tap: 'yes' }],
      outcome: 'document_confirmed',
      loaded: documentFacts(),
    },
  ],
  'watch-drill': [
    {
      name: 'a drill is seen',
      moves: [{ tap: 'task_drill001' }, { tap: 'held' }, '4'],
      outcome: 'drill_held',
      loaded: drillFacts(),
    },
    {
      name: 'a drill is not seen',
      moves: [{ tap: 'task_drill001' }, { tap: 'not_held' }, '教室照常上课'],
      outcome: 'drill_not_held',
      loaded: drillFacts(),
    },
    {
      name: 'a contact notes the minutes',
      moves: [{ tap: 'task_drill001' }, { tap: 'timed' }, '3'],
      outcome: 'drill_timed',
      loaded: drillFacts('contact'),
    },
  ],
  'few-reports': [
    {
      name: 'left for later',
      moves: [{ tap: SCHOOL.id }, { tap: 'later' }],
      outcome: 'few_reports_seen',
      loaded: {
        me: 'me',
        kept: undefined,
        few: [{ premises: SCHOOL.id, quarter: '2026-07', observed: 0, expected: 9 }],
        designation: undefined,
      },
    },
  ],
  'home-check': [
    {
      name: 'a walk through the home',
      moves: Array.from({ length: 7 }, () => ({ tap: 'next' })),
      outcome: 'home_checked',
      loaded: {},
    },
  ],
  'public-notices': [
    {
      name: 'an objection',
      moves: [{ tap: 'round_aaaaaaaa' }, { tap: 'object' }, '校门口的护栏坏了', { tap: '~skip' }],
      outcome: 'round_objected',
      loaded: NOTICES,
    },
    {
      name: 'an objection with a photo',
      moves: [
        { tap: 'round_aaaaaaaa' },
        { tap: 'object' },
        { type: 'photo', photo: media('rail') },
        '校门口的护栏坏了',
        { tap: 'send' },
      ],
      outcome: 'round_objected',
      loaded: NOTICES,
    },
  ],
  'legal-basis': [
    {
      name: 'entered',
      moves: [
        { tap: 'campus' },
        { tap: 'campaign' },
        '皖办发〔2026〕1号',
        '市委、市政府',
        '2028-12-31',
        { tap: 'send' },
      ],
      outcome: 'basis_entered',
      grants: OFFICE,
    },
  ],
  'honour-basis': [
    {
      name: 'entered',
      moves: [{ tap: 'grid' }, '皖评组〔2026〕7号', '市评比达标表彰工作组', '3', '2026-12-31', { tap: 'send' }],
      outcome: 'honour_basis_entered',
      grants: OFFICE,
    },
  ],
  'choose-language': [{ name: 'English', moves: [{ tap: 'en' }], outcome: 'language_chosen' }],
};

const city = cityOf({ ...NEW_CITY, ...demoCityData() }, openWording().languageNames);
const contact = newContact('zh-CN', NOW);
const person = {
  urn: 'test:1',
  address: 'test:1',
  version: 0,
  contact,
  talks: NO_TALKS,
  lastMessage: undefined,
  gone: undefined,
} as const;
// Outcomes are pure: they need only the names of keys from the store.
const store = { keys: keysOf('test'), pseudonym: () => 'somebody', seal: (text: string) => text } as unknown as Store;

describe.each(TALKS.map((talk) => [talk.flow.id, talk] as const))('%s', (id, talk) => {
  test('has a scenario', () => expect(SCENARIOS[id]?.length ?? 0).toBeGreaterThan(0));

  test.each(SCENARIOS[id] ?? [])('$name', async ({ moves, outcome, loaded, grants }) => {
    const who = grants ? { ...contact, grants } : contact;
    const facts = talk.facts(city, { ...person, contact: who }, loaded);
    const play = new Play(talk.flow, facts);
    const end = play.do(...moves);
    expect(end.type).toBe('finished');
    for (const question of play.questions) await expectTyped(question);
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

test('on a channel that prints numbers, every kind of question of every talk was typed', () =>
  expect(KINDS_TYPED).toEqual(new Set(TALKS.flatMap(({ flow }) => flow.steps.map(({ kind }) => kind)))));
