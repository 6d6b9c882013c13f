import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { photos } from '../../engine/steps/photos.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { CaseEvent } from '../case-event.ts';
import { showCaseNumber } from '../case-number.ts';
import { changeCase, loadEvents, loadFollowedCases, loadOwnCases } from '../case-store.ts';
import type { Actor } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen, PHOTOS_MAX } from '../hazard-case.ts';
import { allowedEvents, attempt } from '../lifecycle.ts';
import { applyEvent } from '../replay.ts';
import { personShield } from '../report/person-shield.ts';
import type { MyCasesFacts } from './my-case-card.ts';
import { addedOf, askedOf, cardOf, findCase, listedName } from './my-case-card.ts';
import { resultPhotos } from './time-line.ts';

/** Length of the list of cases. */
const LISTED_MAX = 10;

/** Actions of a resident, with the event that each causes. */
const ACTION_EVENTS = {
  answer: 'answered',
  solved: 'rated',
  partly: 'rated',
  unsolved: 'rated',
  reopen: 'reopened',
  appeal: 'appealed',
  add: 'added',
  withdraw: 'withdrawn',
} as const;
type ResidentAction = keyof typeof ACTION_EVENTS;
type NextAction = ResidentAction | 'photos' | 'unfollow' | 'done';
/** Answers that count at the tap; words and photos are asked for afterwards, and may be left out. */
const LAST_WORDS: readonly string[] = ['partly', 'unsolved', 'reopen', 'appeal'];
/** Actions that ask for photos and words, and need one of them. */
const WRITTEN: readonly string[] = ['add', 'answer'];

/** Shows a resident's own and followed cases; lets them add, rate, reopen or withdraw. */
export const myCases = flow<MyCasesFacts>({
  id: 'my-cases',
  version: 3,
  lifetimeSeconds: 3600,
  light: true,
  readsOut: readAddition,
})
  .step(
    'case',
    choice({
      // The newest cases, plus an older one that was opened by its number.
      options: ({ facts, answers }) => {
        const asked = findCase(facts, (answers as { case?: string }).case);
        const recent = [...facts.own, ...facts.followed].slice(0, LISTED_MAX);
        const shown = asked && !recent.includes(asked) ? [...recent, asked] : recent;
        return shown.map(({ record }) => ({ id: record.number, name: listedName(facts, record) }));
      },
      resets: ['next', 'sure', 'photos', 'words'],
    }),
  )
  .step('next', {
    ...choice<MyCasesFacts, { readonly case?: string | null }, NextAction>({
      options: ({ facts, answers, now }) => {
        const kept = findCase(facts, answers.case);
        const followed = kept !== undefined && facts.followed.includes(kept);
        return [
          ...(kept ? actionsFor(facts, kept, now).map(optionFor) : []),
          ...(kept && resultPhotos(kept.record, facts.events).length > 0 ? [{ id: 'photos' as const }] : []),
          ...(followed ? [{ id: 'unfollow' as const }] : []),
          { id: 'done' as const },
        ];
      },
      values: ({ facts, answers, now }) => cardOf(facts, findCase(facts, answers.case), now),
      resets: ['sure'],
    }),
    // Words at the card add to the case; a finished work wants its rating first.
    words: ({ facts, answers, now }) => {
      const kept = findCase(facts, answers.case);
      const may = kept ? actionsFor(facts, kept, now) : [];
      return may.includes('add') && !may.includes('solved') ? 'words' : '';
    },
  })
  .step(
    'photos',
    photos({
      max: 4,
      optional: true,
      relevant: ({ answers }) => WRITTEN.includes(answers.next ?? ''),
      values: ({ facts, answers }) => ({
        asked: addedOf(answers) ?? askedOf(findCase(facts, answers.case)?.record),
      }),
    }),
  )
  .step(
    'words',
    text({
      maxLength: 500,
      optional: true,
      screen: personShield,
      relevant: ({ answers }) => WRITTEN.includes(answers.next ?? ''),
    }),
  )
  .step(
    'sure',
    confirm({
      relevant: ({ answers }) => answers.next === 'withdraw',
      values: ({ facts, answers, now }) => cardOf(facts, findCase(facts, answers.case), now),
    }),
  )
  .end();

/** The flow for a resident's own and followed cases. A withdrawn case is kept, not deleted. */
export const myCasesTalk = talk({
  flow: myCases,
  load: async ({ store, person, position }: LoadContext) => {
    const [own, followed] = await Promise.all([loadOwnCases(store, person.urn), loadFollowedCases(store, person.urn)]);
    const chosen = [...own, ...followed].find(({ record }) => record.number === position.answers.case);
    const events = chosen ? await loadEvents(store, chosen.record.id) : [];
    return { own, followed, events, me: store.pseudonym(person.urn) };
  },
  loadsBy: ['case'],
  facts: ({ categories, units }: City, _person, loaded) => ({ ...loaded, units, nameOf: categories.nameOf }),
  closed: ({ own, followed }) => (own.length + followed.length === 0 ? { key: 'flows/my-cases:none' } : undefined),
  // `<number>` shows the case; `<number>.<action>` starts the action.
  opens: (argument) => {
    const [number = '', action] = argument.split('.');
    return { case: number, ...(action === undefined ? {} : { next: action }) };
  },
  finish: (answers, { store, person, facts, now }) => {
    const kept = findCase(facts, answers.case);
    if (!kept) return noChange('cases_seen', { key: 'common:closed' });
    const number = showCaseNumber(kept.record.number);
    const { next } = answers;
    if (next === 'unfollow') {
      return {
        outcome: 'case_unfollowed',
        checks: [],
        writes: unfollow(store, person, kept),
        says: [{ key: 'flows/my-cases:unfollowed', values: { number } }],
      };
    }
    if (next === 'photos') {
      const shown = resultPhotos(kept.record, facts.events);
      const buttons = [{ label: 'flows/my-cases:back' as const, flow: 'my-cases', argument: kept.record.number }];
      const key = shown.length === 0 ? 'flows/my-cases:no_photos' : 'flows/my-cases:photos_shown';
      return noChange('photos_shown', ...shown, { key, values: { number }, buttons });
    }
    const action = next && next in ACTION_EVENTS ? (next as ResidentAction) : undefined;
    const evidence = { photos: answers.photos ?? [], ...(answers.words ? { words: answers.words } : {}) };
    const isEmpty = WRITTEN.includes(action ?? '') && evidence.photos.length === 0 && !answers.words;
    if (!action || isEmpty || (action === 'withdraw' && answers.sure !== true))
      return noChange('cases_seen', { key: isOpen(kept.record) ? 'flows/my-cases:seen' : 'common:closed' });
    const photosLeft = WRITTEN.includes(action) ? PHOTOS_MAX - kept.record.photos.length : PHOTOS_MAX;
    const payload = { ...evidence, photos: evidence.photos.slice(0, Math.max(0, photosLeft)), ...ratingOf(action) };
    const buttons = [{ label: 'flows/my-cases:again' as const, flow: 'my-cases', argument: kept.record.number }];
    const full = { key: 'flows/my-cases:photos_full', values: { number, max: PHOTOS_MAX } } as const;
    const dropsPhotos = payload.photos.length < evidence.photos.length;
    if (dropsPhotos && payload.photos.length === 0 && !answers.words)
      return noChange('photos_full', { ...full, buttons });
    const result = attempt(kept.record, ACTION_EVENTS[action], actorOf(facts, kept), payload, now);
    if (result.type === 'refused')
      return noChange('deed_refused', { key: 'flows/my-cases:too_late', values: { number }, buttons });
    // A follower's “solved”, or one on a high-risk case, is recorded but does not close the case.
    const thanks = action === 'solved' && result.event.to !== 'closed' ? 'noted' : action;
    return {
      outcome: `case_${result.event.type}`,
      ...changeCase(store, kept, result.event),
      says: [{ key: `flows/my-cases:thanks.${thanks}`, values: { number } }, ...(dropsPhotos ? [full] : [])],
      ...(LAST_WORDS.includes(action)
        ? {
            goesOn: {
              flow: 'my-cases',
              answers: { case: kept.record.number, next: 'add' },
              facts: afterEvent(facts, kept, result.event),
            },
          }
        : {}),
    };
  },
});

/** The facts once an event of a case is committed. */
function afterEvent(facts: MyCasesFacts, kept: Kept<HazardCase>, event: CaseEvent): MyCasesFacts {
  const changed = { version: kept.version + 1, record: applyEvent(kept.record, event) };
  const update = (list: readonly Kept<HazardCase>[]) => list.map((one) => (one === kept ? changed : one));
  return { ...facts, events: [...facts.events, event], own: update(facts.own), followed: update(facts.followed) };
}

function ratingOf(action: ResidentAction) {
  return action === 'solved' || action === 'partly' || action === 'unsolved' ? { rating: action } : {};
}

/** The button of an action; words such as 没修好 stand for the rating. */
function optionFor(id: ResidentAction) {
  return id === 'solved' || id === 'partly' || id === 'unsolved' ? { id, means: id } : { id };
}

/** Lists the actions that this person may take now. */
function actionsFor(facts: MyCasesFacts, kept: Kept<HazardCase>, now: number): readonly ResidentAction[] {
  const may = allowedEvents(kept.record, [actorOf(facts, kept)], now);
  return (Object.keys(ACTION_EVENTS) as ResidentAction[]).filter((action) => may.includes(ACTION_EVENTS[action]));
}

function actorOf({ own, me }: MyCasesFacts, kept: Kept<HazardCase>): Actor {
  return { as: own.includes(kept) ? 'reporter' : 'follower', by: me };
}

function unfollow({ keys }: Store, person: Urn, { record }: Kept<HazardCase>) {
  return [
    ['ZREM', keys.personFollows(person), record.id],
    ['ZREM', keys.caseFollowers(record.id), person],
  ] as const;
}

/** Words that were written at the card are an addition, or the answer to the question of the staff. */
function readAddition(answers: Readonly<Record<string, unknown>>, facts: MyCasesFacts): { readonly next?: NextAction } {
  const kept = findCase(facts, answers.case as string | undefined);
  if (!kept || !answers.words || answers.next !== undefined) return {};
  return { next: kept.record.asked ? 'answer' : 'add' };
}
