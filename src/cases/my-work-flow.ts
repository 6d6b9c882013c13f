import type { Urn } from '../channels/channel.ts';
import type { Said, Value } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import type { Names, Option } from '../engine/step.ts';
import { choice, choices } from '../engine/steps/choice.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { date } from '../engine/steps/date.ts';
import { photos } from '../engine/steps/photos.ts';
import { place } from '../engine/steps/place.ts';
import { text } from '../engine/steps/text.ts';
import { tree } from '../engine/steps/tree.ts';
import type { Grant } from '../people/role.ts';
import type { Loading } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { actorsOn, listsFor } from './actors.ts';
import type { Brought, CaseEvent, EventType, Reason } from './case-event.ts';
import { REASONS } from './case-event.ts';
import { showCaseNumber } from './case-number.ts';
import type { KeptCase } from './case-store.ts';
import { changeCase, lessenCase, loadCase, loadCases, loadEvents } from './case-store.ts';
import { clocksOf, stageOf } from './deadlines.ts';
import type { HazardCase } from './hazard-case.ts';
import { FIVE, PHOTOS_MAX, THREE } from './hazard-case.ts';
import type { Actor, Attempt, Refusal } from './lifecycle.ts';
import { attempt, offered } from './lifecycle.ts';
import { loadMoved, loadMoving, mergeCase, unmergeCase } from './merge.ts';
import type { Near } from './nearby.ts';
import { findNearby } from './nearby.ts';
import { personShield } from './person-shield.ts';
import type { CaseCity } from './report-flow.ts';
import { groundOf, limitsOf, routeFor } from './routing.ts';

type Loaded = {
  readonly me: string;
  readonly work: readonly KeptCase[];
  /** The number of a case that was asked for and is not this organiser's. */
  readonly others: string | undefined;
  readonly events: readonly CaseEvent[];
  readonly near: readonly Near[];
  /** Who would move with the case, by the case into which it might go, and who has. */
  readonly moving: ReadonlyMap<string, readonly Urn[]>;
  readonly moved: readonly Urn[];
};
type Facts = CaseCity & Loaded & { readonly grants: readonly Grant[] };
type Answers = { readonly case?: string | null; readonly next?: string | null };
type Here = { readonly facts: Facts; readonly answers: Answers; readonly now: number };

/** So many cases stand in the list; those that press most. */
const LISTED_MAX = 10;
/** How far the end of an office day lies behind its midnight. */
const CLOSING = 'T17:00:00+08:00';

/** What each deed asks for. `must` is asked until it is given, `may` can be skipped. */
const ASKS: Readonly<Partial<Record<string, { readonly photos?: 'must' | 'may'; readonly words?: 'must' | 'may' }>>> = {
  looked: { photos: 'must', words: 'may' },
  rejected: { words: 'must' },
  returned: { words: 'may' },
  contained: { photos: 'must' },
  extension_asked: { words: 'must' },
  handled: { photos: 'must', words: 'must' },
  check_passed: { photos: 'must', words: 'may' },
  check_failed: { photos: 'may', words: 'must' },
  reopened: { photos: 'may', words: 'must' },
  shelved: { words: 'must' },
  given_up: { words: 'must' },
  overturned: { words: 'must' },
  added: { photos: 'may', words: 'may' },
};
/** What cannot be taken back is asked once more. */
const FINAL: readonly string[] = ['rejected', 'merged', 'given_up', 'redacted'];

const is =
  (...deeds: readonly string[]) =>
  ({ answers }: { readonly answers: Answers }) =>
    deeds.includes(answers.next ?? '');

/** An organiser's open work: a case is looked at, and handled as far as the role and its state allow. */
export const myWork = flow<Facts>({ id: 'my-work', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'case',
    choice({
      options: ({ facts, now }) =>
        facts.work.map(({ record }) => ({ id: record.number, name: listed(facts, record, now) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => [...deedsFor(here).map((id) => ({ id })), { id: 'done' }],
      values: (here) => cardOf(here),
      resets: [
        'found',
        'risk',
        'level',
        'reason',
        'unit',
        'target',
        'category',
        'place',
        'until',
        'three',
        'photos',
        'words',
        'sure',
      ],
    }),
  )
  .step('found', choice({ options: ['yes', 'no'], relevant: is('looked') }))
  .step('risk', choice({ options: ['usual', 'high'], relevant: is('accepted') }))
  .step('level', choice({ options: ['reminded', 'supervised'], relevant: is('supervised') }))
  .step(
    'reason',
    choice({
      relevant: is('rejected', 'returned', 'shelved', 'given_up'),
      options: ({ answers }) =>
        ((REASONS[answers.next as keyof typeof REASONS] ?? []) as readonly Reason[]).map((id) => ({ id })),
    }),
  )
  .step('unit', choice({ relevant: is('dispatched', 'returned'), options: unitsFor, values: whyUnit }))
  .step(
    'target',
    choice({
      relevant: is('merged'),
      options: ({ facts }) => facts.near.map((near) => ({ id: near.record.number, name: nearName(facts, near) })),
    }),
  )
  .step('category', tree({ relevant: is('reclassified'), tree: ({ facts }) => facts.categories }))
  .step(
    'place',
    place({ relevant: is('located'), maxLength: 100, regions: ({ facts }) => facts.regions, sharing: () => true }),
  )
  .step('until', date({ relevant: is('extension_asked', 'shelved') }))
  .step('three', choices({ relevant: is('three_filled'), options: THREE, min: THREE.length }))
  .step('responsibility', text({ relevant: is('listed'), maxLength: 200, screen: personShield }))
  .step('funds', text({ relevant: is('listed'), maxLength: 200, screen: personShield }))
  .step('time', text({ relevant: is('listed'), maxLength: 200, screen: personShield }))
  .step('measures', text({ relevant: is('listed'), maxLength: 200, screen: personShield }))
  .step('plan', text({ relevant: is('listed'), maxLength: 200, screen: personShield }))
  .step('photos', photos({ max: 4, relevant: ({ answers }) => ASKS[answers.next ?? '']?.photos === 'must' }))
  .step(
    'more_photos',
    photos({ max: 4, optional: true, relevant: ({ answers }) => ASKS[answers.next ?? '']?.photos === 'may' }),
  )
  .step('words', text({ ...saying('must'), minLength: 2 }))
  .step('more_words', text({ ...saying('may'), optional: true }))
  .step(
    'sure',
    confirm({ relevant: ({ answers }) => FINAL.includes(answers.next ?? ''), values: (here) => cardOf(here) }),
  )
  .end();

function saying(how: 'must' | 'may') {
  return {
    maxLength: 300,
    screen: personShield,
    relevant: ({ answers }: { readonly answers: Answers }) => ASKS[answers.next ?? '']?.words === how,
  };
}

export const myWorkTalk = talk({
  flow: myWork,
  load,
  facts: ({ regions, categories, units, surge, quotas }: CaseCity, { contact }, loaded) => ({
    regions,
    categories,
    units,
    surge,
    quotas,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  closed: ({ grants, work, others }) => {
    if (grants.length === 0) return { key: 'flows/my-work:not_staff' };
    if (others !== undefined) return { key: 'common:refused.not_you', values: { number: showCaseNumber(others) } };
    return work.length === 0 ? { key: 'flows/my-work:nothing' } : undefined;
  },
  // `all` shows the list, `number` the case; `number.deed` begins with what is to be done.
  opens: (argument) => {
    if (argument === 'all') return {};
    const [number = '', deed] = argument.split('.');
    return { case: number, ...(deed === undefined ? {} : { next: deed }) };
  },
  finish: (answers, { store, facts, now }) => {
    const kept = find(facts, answers.case);
    const nothing = { checks: [], writes: [] };
    const deed = answers.next;
    if (!kept || !deed || deed === 'done' || (FINAL.includes(deed) && answers.sure !== true)) {
      return { outcome: 'work_seen', ...nothing, says: [{ key: 'common:closed' }] };
    }
    const number = showCaseNumber(kept.record.number);
    const again = [
      { label: 'flows/my-work:again' as const, flow: 'my-work', argument: kept.record.number },
      { label: 'flows/my-work:others' as const, flow: 'my-work', argument: 'all' },
    ];
    const photosGiven = answers.photos ?? answers.more_photos ?? [];
    const words = answers.words ?? answers.more_words ?? undefined;
    const actors = actorsOn(kept.record, facts.grants, facts.me, facts.regions);
    if (deed === 'redacted') {
      const desk = actors.find(({ as }) => as === 'dispatcher');
      if (!desk) return { outcome: 'deed_refused', ...nothing, says: [refusal('not_you', number, again)] };
      const event: CaseEvent = { type: 'redacted', at: now, as: 'dispatcher', by: facts.me };
      const change = lessenCase(store, kept, facts.events, { words: true, photos: true }, now, event);
      return {
        outcome: 'case_redacted',
        ...change,
        says: [{ key: 'flows/my-work:done.redacted', values: { number } }],
      };
    }
    if (deed === 'photos_shown') {
      const { photos: taken, after = [] } = kept.record;
      const shown = [
        ...taken.map((photo) => ['before', photo] as const),
        ...after.map((photo) => ['after', photo] as const),
      ];
      const says = shown.map(([when, { file }]) => ({
        key: `flows/my-work:photo.${when}` as const,
        values: { number },
        photo: file,
      }));
      return {
        outcome: 'photos_shown',
        ...nothing,
        says: [...says, { key: 'flows/my-work:photo.all', buttons: again }],
      };
    }
    const target = answers.target ? facts.near.find(({ record }) => record.number === answers.target) : undefined;
    const brought: Brought = {
      ...(photosGiven.length > 0 ? { photos: photosGiven.slice(0, PHOTOS_MAX) } : {}),
      ...(words ? { words } : {}),
      ...broughtFor(deed as EventType, answers as Given, kept.record, facts, target),
    };
    const tried = firstThat(actors, (actor) => attempt(kept.record, deed as EventType, actor, brought, now));
    if (tried.type === 'refused') {
      return { outcome: `deed_refused:${tried.why}`, ...nothing, says: [refusal(tried.why, number, again)] };
    }
    const { event } = tried;
    const change =
      event.type === 'merged' && target
        ? mergeCase(store, kept, target, event, facts.moving.get(target.record.id) ?? [])
        : event.type === 'unmerged'
          ? unmergeCase(store, kept, event, facts.moved)
          : changeCase(store, kept, event);
    return {
      outcome: `case_${event.type}`,
      ...change,
      says: [{ key: `flows/my-work:done.${event.type}`, values: { number }, buttons: again }],
    };
  },
});

async function load({ store, city, person, standing }: Loading<CaseCity>): Promise<Loaded> {
  const grants = person.contact?.grants ?? [];
  const { answers } = standing;
  const asked = typeof answers.case === 'string' ? await loadByNumber(store, answers.case) : undefined;
  const me = store.pseudonym(person.urn);
  // Whoever has no part in a case sees nothing of it, however they came by its number.
  const mine = asked && actorsOn(asked.record, grants, me, city.regions).length > 0 ? asked : undefined;
  const listed = await loadWork(store, listsFor(grants, city));
  const work = mine && !listed.some(({ record }) => record.id === mine.record.id) ? [...listed, mine] : listed;
  const events = mine ? await loadEvents(store, mine.record.id) : [];
  const others = asked && !mine ? asked.record.number : undefined;
  return { me, work, others, events, ...(await loadMerging(store, city, mine, answers.next)) };
}

/** What a merge and its undoing need. Only then: everything else does without these questions. */
async function loadMerging(
  store: Store,
  { categories }: CaseCity,
  mine: KeptCase | undefined,
  next: unknown,
): Promise<Pick<Loaded, 'near' | 'moving' | 'moved'>> {
  const none = { near: [], moving: new Map(), moved: [] };
  if (!mine) return none;
  const { id, category, place: where, mergedInto, since } = mine.record;
  if (mergedInto !== undefined) return { ...none, moved: await loadMoved(store, mergedInto, since) };
  const found = await findNearby(store, categories, category, where);
  const near = found.filter(({ record }) => record.id !== id);
  if (next !== 'merged') return { ...none, near };
  const pairs = near.map(async ({ record }) => [record.id, await loadMoving(store, id, record.id)] as const);
  return { ...none, near, moving: new Map(await Promise.all(pairs)) };
}

/** The cases that press most, of all lists that somebody looks at. */
export async function loadWork(store: Store, lists: readonly string[]): Promise<readonly KeptCase[]> {
  const { redis, keys } = store;
  const heads = await asking(
    Promise.all(lists.map((list) => redis.zrange(keys.casesWork(list), '0', String(LISTED_MAX - 1), 'WITHSCORES'))),
  );
  const due = new Map<string, number>();
  for (const flat of heads) {
    flat.forEach((member, i) => {
      if (i % 2 === 0) due.set(member, Number(flat[i + 1]));
    });
  }
  const ids = [...due].sort(([, a], [, b]) => a - b).slice(0, LISTED_MAX);
  return loadCases(
    store,
    ids.map(([id]) => id),
  );
}

async function loadByNumber(store: Store, number: string): Promise<KeptCase | undefined> {
  const id = await asking(store.redis.get(store.keys.caseNumber(number)));
  return id === null ? undefined : loadCase(store, id);
}

function find({ work }: Facts, number: string | null | undefined): KeptCase | undefined {
  return work.find(({ record }) => record.number === number);
}

/** What this organiser may do with the case now, in the order of its life. */
function deedsFor({ facts, answers, now }: Here): readonly string[] {
  const kept = find(facts, answers.case);
  if (!kept) return [];
  const actors = actorsOn(kept.record, facts.grants, facts.me, facts.regions);
  const may = offered(kept.record, actors, now).filter((event) => event !== 'merged' || facts.near.length > 0);
  const { photos: taken, after = [] } = kept.record;
  return [
    ...(taken.length + after.length > 0 ? ['photos_shown'] : []),
    ...may,
    ...(actors.some(({ as }) => as === 'dispatcher') ? ['redacted'] : []),
  ];
}

type Given = {
  readonly found?: string | null;
  readonly risk?: string | null;
  readonly level?: string | null;
  readonly reason?: Reason | null;
  readonly unit?: string | null;
  readonly category?: string | null;
  readonly place?: HazardCase['place'] | null;
  readonly until?: string | null;
  readonly three?: readonly string[] | null;
} & Readonly<Partial<Record<(typeof FIVE)[number], unknown>>>;

/** What the answers bring to the event. */
function broughtFor(
  deed: EventType,
  given: Given,
  record: HazardCase,
  facts: Facts,
  target: Near | undefined,
): Brought {
  const reason = given.reason ? { reason: given.reason } : {};
  const until = given.until ? { until: Date.parse(`${given.until}${CLOSING}`) } : {};
  switch (deed) {
    case 'looked':
      return { found: given.found === 'yes' };
    case 'accepted':
      return { clock: limitsOf(record, facts), ...(given.risk === 'high' ? { highRisk: true } : {}) };
    case 'dispatched': {
      const route = routeFor(record, facts);
      if (!given.unit) return {};
      if (given.unit === route.unit) return route;
      const rule = (record.returns ?? 0) >= 2 ? ('lead_decided' as const) : ('chosen' as const);
      const helpers = [route.unit, ...route.helpers].filter((unit) => unit !== given.unit).slice(0, 1);
      return { unit: given.unit, helpers, route: { ...route.route, rule } };
    }
    case 'returned':
      return { ...reason, ...(given.unit ? { unit: given.unit } : {}) };
    case 'merged':
      return target ? { target: target.record.id } : {};
    case 'reclassified':
      return given.category ? { category: given.category } : {};
    case 'located':
      return given.place ? { place: given.place, ...groundOf(given.place.region, facts.regions) } : {};
    case 'extended':
      return record.extensionAsked ? { until: record.extensionAsked } : {};
    case 'three_filled':
      return { three: given.three ?? [] };
    case 'supervised':
      return { level: given.level === 'supervised' ? 2 : 1 };
    case 'listed':
      return { five: Object.fromEntries(FIVE.map((one) => [one, textOf(given[one])])) as NonNullable<Brought['five']> };
    default:
      return { ...reason, ...until };
  }
}

function textOf(words: unknown): string {
  return (words as { readonly text?: string } | undefined)?.text ?? '';
}

/** The first who may; otherwise the refusal that says most: that something is missing rather than that it is not theirs. */
function firstThat(actors: readonly Actor[], tries: (actor: Actor) => Attempt): Attempt {
  const all = actors.map(tries);
  const refused = all.filter((one) => one.type === 'refused' && one.why !== 'not_you');
  return all.find(({ type }) => type === 'done') ?? refused[0] ?? all[0] ?? { type: 'refused', why: 'not_you' };
}

function refusal(why: Refusal, number: string, buttons: NonNullable<Said['buttons']>) {
  return { key: `common:refused.${why}`, values: { number }, buttons } as const;
}

/** Whom a case may go to: first whom the rule names and whom the last unit has named, then everybody that could be meant. */
function unitsFor({ facts, answers }: Here): readonly (Option & { readonly id: string })[] {
  const kept = find(facts, answers.case);
  if (!kept) return [];
  const { unit, helpers } = routeFor(kept.record, facts);
  const { nominated, desk } = kept.record;
  const own = kept.record.unit;
  const citywide = [...facts.units.values()]
    .filter(({ region }) => region === undefined || region === desk)
    .map(({ id }) => id);
  const first = answers.next === 'dispatched' ? [...(nominated ? [nominated] : []), unit] : [];
  const ids = [...new Set([...first, ...helpers, unit, ...citywide])];
  return ids
    .filter((id) => id !== own)
    .flatMap((id) => {
      const names = facts.units.get(id)?.names;
      return names ? [{ id, name: names }] : [];
    });
}

/** 为什么派给它: the rule by which the first of them stands first. */
function whyUnit({ facts, answers }: Here): Readonly<Record<string, unknown>> {
  const kept = find(facts, answers.case);
  if (!kept) return {};
  const { route, unit } = routeFor(kept.record, facts);
  return { unit: unitName(facts, unit), why: { key: `common:route.${route.rule}` } };
}

function unitName({ units }: Facts, unit: string | undefined): Value {
  const names = unit === undefined ? undefined : units.get(unit)?.names;
  return names ? { names } : { key: 'common:nobody_yet' };
}

function nameOf({ categories }: Facts, category: string): Names {
  return categories.get(category)?.names ?? { 'zh-CN': category, en: category };
}

const LIGHTS = { green: '🟢', amber: '🟡', red: '🔴' } as const;

function listed(facts: Facts, record: HazardCase, now: number): Names {
  const [clock] = clocksOf(record);
  const light = clock ? LIGHTS[stageOf(clock, now)] : '⚪';
  const urgent = record.urgent ? '‼️' : '';
  const head = `${light}${urgent} `;
  const names = Object.entries(nameOf(facts, record.category));
  return Object.fromEntries(
    names.map(([language, name]) => [language, `${head}${name} ${showCaseNumber(record.number)}`]),
  );
}

function nearName(facts: Facts, { record, metres }: Near): Names {
  const names = Object.entries(nameOf(facts, record.category));
  const far = metres === undefined ? '' : ` ${metres} m`;
  return Object.fromEntries(
    names.map(([language, name]) => [language, `${name} ${showCaseNumber(record.number)}${far}`]),
  );
}

/** The case as whoever handles it sees it: the exact place, what happened, and by when what is due. */
function cardOf({ facts, answers, now }: Here): Readonly<Record<string, unknown>> {
  const kept = find(facts, answers.case);
  if (!kept) return {};
  const {
    number,
    category,
    state,
    place: where,
    description,
    photos: taken,
    filedAt,
    unit,
    additions = [],
    route,
    urgent,
  } = kept.record;
  const clocks = clocksOf(kept.record).map((clock) => ({
    key: `common:clock.${clock.for}` as const,
    values: { due: { at: clock.due }, light: LIGHTS[stageOf(clock, now)] },
  }));
  return {
    number: showCaseNumber(number),
    category: { names: nameOf(facts, category) },
    urgent: { key: urgent ? 'common:urgent' : 'common:not_urgent' },
    state: { key: `common:case_state.${state}` },
    unit: unitName(facts, unit),
    why: route ? { key: `common:route.${route.rule}` } : { key: 'common:skipped' },
    place: { place: where },
    point: where.point
      ? `${where.point.latitude.toFixed(5)}, ${where.point.longitude.toFixed(5)}`
      : { key: 'common:skipped' },
    description: { words: description },
    photos: taken.length,
    more: additions.length > 0 ? { list: additions.map((words) => ({ words })) } : { key: 'common:skipped' },
    filed: { at: filedAt },
    clocks: clocks.length > 0 ? { list: clocks } : { key: 'common:skipped' },
    history: { list: facts.events.slice(-HISTORY_MAX).map((event) => historyLine(event)) },
  };
}

/** The newest of what happened. */
const HISTORY_MAX = 6;

function historyLine({ type, at, words }: CaseEvent): Value {
  const what = { key: `common:case_event.${type}` as const };
  if (!words) return { key: 'common:history_line', values: { at: { at }, what } };
  return { key: 'common:history_line_words', values: { at: { at }, what, words: { words } } };
}
