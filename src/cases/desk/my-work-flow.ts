import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { photos } from '../../engine/steps/photos.ts';
import { place } from '../../engine/steps/place.ts';
import { text } from '../../engine/steps/text.ts';
import { tree } from '../../engine/steps/tree.ts';
import { talk } from '../../people/talk.ts';
import type { CaseEvent, EventPayload, EventType, Reason } from '../case-event.ts';
import { REASONS } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import { actorsOn } from '../case-permissions.ts';
import { changeCase, redactCase } from '../case-store.ts';
import { PHOTOS_MAX, THREE } from '../hazard-case.ts';
import type { Actor, Attempt, CaseRefusal } from '../lifecycle.ts';
import { attempt, offered, SHELVED_MAX_DAYS } from '../lifecycle.ts';
import { mergeCase, unmergeCase } from '../merge-cases.ts';
import { shownMedia } from '../photos/shown-media.ts';
import { personShield } from '../report/person-shield.ts';
import type { DeedAnswers } from './event-payload.ts';
import { eventPayload } from './event-payload.ts';
import type { WorkAnswers, WorkContext, WorkFacts } from './load-work.ts';
import { chosenCase, loadMyWork } from './load-work.ts';
import { cardOf, listedName, nearbyName, unitsFor, whyUnit } from './work-card.ts';

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
  ({ answers }: { readonly answers: WorkAnswers }) =>
    deeds.includes(answers.next ?? '');

/** An organiser's open work: a case is looked at, and handled as far as the role and its state allow. */
export const myWork = flow<WorkFacts>({ id: 'my-work', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'case',
    choice({
      options: ({ facts, now }) =>
        facts.work.map(({ record }) => ({ id: record.number, name: listedName(facts, record, now) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: (here) => [...deedsFor(here).map((id) => ({ id })), ...helpFor(here), { id: 'done' }],
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
  .step(
    'found',
    choice({
      relevant: is('looked'),
      options: [
        { id: 'yes', means: 'yes' },
        { id: 'no', means: 'no' },
      ],
    }),
  )
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
      options: ({ facts }) => facts.near.map((near) => ({ id: near.record.number, name: nearbyName(facts, near) })),
    }),
  )
  .step('category', tree({ relevant: is('reclassified'), tree: ({ facts }) => facts.categories }))
  .step(
    'place',
    place({ relevant: is('located'), maxLength: 100, regions: ({ facts }) => facts.regions, sharing: () => true }),
  )
  .step('until', date({ relevant: is('extension_asked', 'shelved'), withinDays: SHELVED_MAX_DAYS }))
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
    relevant: ({ answers }: { readonly answers: WorkAnswers }) => ASKS[answers.next ?? '']?.words === how,
  };
}

export const myWorkTalk = talk({
  flow: myWork,
  load: loadMyWork,
  loadsBy: ['case', 'next'],
  facts: (city: City, { contact }, loaded) => ({
    ...city,
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
    const kept = chosenCase({ facts, answers });
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
      const change = redactCase(store, kept, facts.events, { words: true, photos: true }, now, event);
      return {
        outcome: 'case_redacted',
        ...change,
        says: [{ key: 'flows/my-work:done.redacted', values: { number } }],
      };
    }
    if (deed === 'photos_shown') {
      if (actors.length === 0)
        return { outcome: 'deed_refused', ...nothing, says: [refusal('not_you', number, again)] };
      const last = { key: 'flows/my-work:photo.all' as const, buttons: again };
      return { outcome: 'photos_shown', ...nothing, says: [...shownMedia(kept.record, facts.events), last] };
    }
    const target = answers.target ? facts.near.find(({ record }) => record.number === answers.target) : undefined;
    const brought: EventPayload = {
      ...(photosGiven.length > 0 ? { photos: photosGiven.slice(0, PHOTOS_MAX) } : {}),
      ...(words ? { words } : {}),
      ...eventPayload(deed as EventType, answers as DeedAnswers, kept.record, facts, target),
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
      says: [{ key: `flows/my-work:done.${event.type}`, values: { number, until: untilOf(event) }, buttons: again }],
    };
  },
});

/** What this organiser may do with the case now, in the order of its life. */
function deedsFor(here: WorkContext): readonly string[] {
  const { facts, now } = here;
  const kept = chosenCase(here);
  if (!kept) return [];
  const actors = actorsOn(kept.record, facts.grants, facts.me, facts.regions);
  const may = offered(kept.record, actors, now).filter((event) => event !== 'merged' || facts.near.length > 0);
  return [
    ...(shownMedia(kept.record, facts.events).length > 0 ? ['photos_shown'] : []),
    ...may,
    ...(actors.some(({ as }) => as === 'dispatcher') ? ['redacted'] : []),
  ];
}

/** Volunteers nearby can be asked to look, or to check: one button, which asks them. */
function helpFor(here: WorkContext): readonly (Option & { readonly id: string })[] {
  const kept = chosenCase(here);
  const { facts } = here;
  const { state, found } = kept?.record ?? {};
  if (!kept || !(state === 'submitted' || state === 'checking' || (state === 'verifying' && found === undefined)))
    return [];
  const actors = actorsOn(kept.record, facts.grants, facts.me, facts.regions);
  if (!actors.some(({ as }) => as === 'dispatcher' || as === 'lead')) return [];
  return [{ id: 'volunteers_asked', opens: { flow: 'ask-volunteers', argument: kept.record.number } }];
}

/** The first who may; otherwise the refusal that says most: that something is missing rather than that it is not theirs. */
function firstThat(actors: readonly Actor[], tries: (actor: Actor) => Attempt): Attempt {
  const all = actors.map(tries);
  const refused = all.filter((one) => one.type === 'refused' && one.why !== 'not_you');
  return all.find(({ type }) => type === 'done') ?? refused[0] ?? all[0] ?? { type: 'refused', why: 'not_you' };
}

function refusal(why: CaseRefusal, number: string, buttons: NonNullable<LocalizedMessage['buttons']>) {
  return { key: `common:refused.${why}`, values: { number }, buttons } as const;
}

/** The day that was named is read back, so that a slip is seen. */
function untilOf({ until }: CaseEvent): Value {
  return until === undefined ? '' : { at: until };
}
