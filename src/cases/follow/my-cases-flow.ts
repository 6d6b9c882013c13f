import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { photos } from '../../engine/steps/photos.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import type { KeptCase } from '../case-store.ts';
import { changeCase, loadFollowedCases, loadOwnCases } from '../case-store.ts';
import { isOpen, PHOTOS_MAX } from '../hazard-case.ts';
import type { Actor } from '../lifecycle.ts';
import { attempt, offered } from '../lifecycle.ts';
import { personShield } from '../report/person-shield.ts';

/** How many of a person's cases stand in the list. */
const LISTED_MAX = 10;

type MyCasesFacts = {
  readonly own: readonly KeptCase[];
  readonly followed: readonly KeptCase[];
  readonly me: string;
  readonly nameOf: (category: string) => Names;
  readonly unitOf: (unit: string | undefined) => Names | undefined;
};

/** What a resident may do with a case, and the event that comes of it. */
const DEEDS = {
  solved: 'rated',
  partly: 'rated',
  unsolved: 'rated',
  reopen: 'reopened',
  add: 'added',
  withdraw: 'withdrawn',
} as const;
type CaseDeed = keyof typeof DEEDS;
/** What needs a word or a photo to go with it. */
const TOLD: readonly string[] = ['partly', 'unsolved', 'reopen', 'add'];

/** A resident looks at what she reported or follows, adds to it, says how it ended, or takes it back. */
export const myCases = flow<MyCasesFacts>({ id: 'my-cases', version: 3, lifetimeSeconds: 3600, light: true })
  .step(
    'case',
    choice({
      // The newest, and an older one that was asked for by its number.
      options: ({ facts, answers }) => {
        const asked = find(facts, (answers as { case?: string }).case);
        const recent = [...facts.own, ...facts.followed].slice(0, LISTED_MAX);
        const shown = asked && !recent.includes(asked) ? [...recent, asked] : recent;
        return shown.map(({ record }) => ({ id: record.number, name: listed(facts, record) }));
      },
      resets: ['next', 'sure', 'photos', 'words'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts, answers, now }) => {
        const kept = find(facts, answers.case);
        const followed = kept !== undefined && facts.followed.includes(kept);
        return [
          ...(kept ? deedsFor(facts, kept, now).map((id) => ({ id })) : []),
          ...(followed ? [{ id: 'unfollow' as const }] : []),
          { id: 'done' as const },
        ];
      },
      values: ({ facts, answers }) => cardOf(facts, find(facts, answers.case)),
      resets: ['sure'],
    }),
  )
  .step('photos', photos({ max: 4, optional: true, relevant: ({ answers }) => TOLD.includes(answers.next ?? '') }))
  .step(
    'words',
    text({
      maxLength: 500,
      optional: true,
      screen: personShield,
      relevant: ({ answers }) => TOLD.includes(answers.next ?? ''),
    }),
  )
  .step(
    'sure',
    confirm({
      relevant: ({ answers }) => answers.next === 'withdraw',
      values: ({ facts, answers }) => cardOf(facts, find(facts, answers.case)),
    }),
  )
  .end();

/** A withdrawn case stays in the books as withdrawn. */
export const myCasesTalk = talk({
  flow: myCases,
  load: async ({ store, person }: LoadContext) => ({
    own: await loadOwnCases(store, person.urn),
    followed: await loadFollowedCases(store, person.urn),
    me: store.pseudonym(person.urn),
  }),
  facts: ({ categories, units }: City, _person, loaded) => ({
    ...loaded,
    nameOf: categories.nameOf,
    unitOf: (unit) => (unit === undefined ? undefined : units.get(unit)?.names),
  }),
  closed: ({ own, followed }) => (own.length + followed.length === 0 ? { key: 'flows/my-cases:none' } : undefined),
  // `number` alone shows the case; `number.deed` begins with what is to be done.
  opens: (argument) => {
    const [number = '', deed] = argument.split('.');
    return { case: number, ...(deed === undefined ? {} : { next: deed }) };
  },
  finish: (answers, { store, person, facts, now }) => {
    const kept = find(facts, answers.case);
    const number = kept ? showCaseNumber(kept.record.number) : '';
    const { next } = answers;
    if (next === 'unfollow' && kept) {
      return {
        outcome: 'case_unfollowed',
        checks: [],
        writes: unfollowing(store, person, kept),
        says: [{ key: 'flows/my-cases:unfollowed', values: { number } }],
      };
    }
    const deed = next && next in DEEDS ? (next as CaseDeed) : undefined;
    const nothing = { checks: [], writes: [] };
    const given = { photos: answers.photos ?? [], ...(answers.words ? { words: answers.words } : {}) };
    const silent = deed === 'add' && given.photos.length === 0 && !answers.words;
    if (!kept || !deed || silent || (deed === 'withdraw' && answers.sure !== true)) {
      const open = kept && isOpen(kept.record);
      return { outcome: 'cases_seen', ...nothing, says: [{ key: open ? 'flows/my-cases:seen' : 'common:closed' }] };
    }
    const room = PHOTOS_MAX - kept.record.photos.length;
    const brought = { ...given, photos: given.photos.slice(0, deed === 'add' ? room : PHOTOS_MAX), ...ratingOf(deed) };
    const tried = attempt(kept.record, DEEDS[deed], actorOf(facts, kept), brought, now);
    if (tried.type === 'refused') {
      const key = tried.why === 'words_missing' ? 'flows/my-cases:words_missing' : 'flows/my-cases:too_late';
      const buttons = [{ label: 'flows/my-cases:again' as const, flow: 'my-cases', argument: kept.record.number }];
      return { outcome: 'deed_refused', ...nothing, says: [{ key, values: { number }, buttons }] };
    }
    return {
      outcome: `case_${tried.event.type}`,
      ...changeCase(store, kept, tried.event),
      // A neighbour's yes is counted, and high risk is checked once more: neither closes the case yet.
      says: [
        {
          key: `flows/my-cases:thanks.${deed === 'solved' && tried.event.to !== 'closed' ? 'noted' : deed}`,
          values: { number },
        },
      ],
    };
  },
});

function ratingOf(deed: CaseDeed) {
  return deed === 'solved' || deed === 'partly' || deed === 'unsolved' ? { rating: deed } : {};
}

/** What this person may do with the case now, the most telling first. */
function deedsFor(facts: MyCasesFacts, kept: KeptCase, now: number): readonly CaseDeed[] {
  const may = offered(kept.record, [actorOf(facts, kept)], now);
  return (Object.keys(DEEDS) as CaseDeed[]).filter((deed) => may.includes(DEEDS[deed]));
}

function actorOf({ own, me }: MyCasesFacts, kept: KeptCase): Actor {
  return { as: own.includes(kept) ? 'reporter' : 'follower', by: me };
}

function unfollowing({ keys }: Store, person: Parameters<Store['keys']['personFollows']>[0], { record }: KeptCase) {
  return [
    ['ZREM', keys.personFollows(person), record.id],
    ['ZREM', keys.caseFollowers(record.id), person],
  ] as const;
}

function find({ own, followed }: MyCasesFacts, number: string | null | undefined): KeptCase | undefined {
  return [...own, ...followed].find(({ record }) => record.number === number);
}

/** The day, what it is about, and the number: ten reports of one kind must be told apart. */
function listed(facts: MyCasesFacts, { number, category, filedAt }: KeptCase['record']): Names {
  const day = dayOf(filedAt).slice(5);
  const names = Object.entries(facts.nameOf(category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${day} ${name} ${showCaseNumber(number)}`]));
}

function cardOf(facts: MyCasesFacts, kept: KeptCase | undefined): Readonly<Record<string, unknown>> {
  if (!kept) return {};
  const { number, category, state, place, description, photos, filedAt, unit, looked, additions = [] } = kept.record;
  const own = facts.own.includes(kept);
  const doing = facts.unitOf(unit);
  return {
    number: showCaseNumber(number),
    category: { names: facts.nameOf(category) },
    state: { key: `common:case_state.${state}` },
    unit: doing ? { names: doing } : { key: 'common:nobody_yet' },
    // What a neighbour said is hers until a dispatcher has looked, and where exactly is not for everybody.
    place: { place: own ? place : aboutWhere(place) },
    description: own || looked ? { words: description } : { key: 'common:not_shown_yet' },
    photos: photos.length,
    more:
      additions.length > 0 && (own || looked)
        ? { list: additions.map((words) => ({ words })) }
        : { key: 'common:skipped' },
    filed: { at: filedAt },
  };
}

/** Where about, for whoever follows what somebody else has reported. */
function aboutWhere({ region }: KeptCase['record']['place']): KeptCase['record']['place'] {
  return region === undefined ? {} : { region };
}
