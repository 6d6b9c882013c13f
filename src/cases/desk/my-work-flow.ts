import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { photos } from '../../engine/steps/photos.ts';
import { place } from '../../engine/steps/place.ts';
import { text } from '../../engine/steps/text.ts';
import { tree } from '../../engine/steps/tree.ts';
import { ROLES } from '../../people/role.ts';
import { talk } from '../../people/talk.ts';
import type { Reason } from '../case-event.ts';
import { REASONS } from '../case-event.ts';
import { readCaseNumber, showCaseNumber } from '../case-number.ts';
import { SHELVED_MAX_DAYS } from '../guards.ts';
import { CLOSING_CONDITIONS } from '../hazard-case.ts';
import { personShield } from '../report/person-shield.ts';
import type { WorkView } from './find-work.ts';
import type { WorkAnswers, WorkContext, WorkFacts } from './load-work.ts';
import { chosenCase, loadMyWork } from './load-work.ts';
import { actionsFor, finishAction, previewAction, volunteerOptions } from './work-actions.ts';
import { cardOf, isAgainstRule, nearbyName, unitsFor, unitValues } from './work-card.ts';
import { workList } from './work-list.ts';

/** Photos and words that an action asks for. */
const EVIDENCE: Readonly<Partial<Record<string, Readonly<Partial<Record<'photos' | 'words', DemandOf>>>>>> = {
  looked: { photos: 'required', words: 'optional' },
  rejected: { words: 'required' },
  returned: { words: 'optional' },
  contained: { photos: 'required' },
  extension_asked: { words: 'required' },
  handled: { photos: 'required', words: 'required' },
  check_passed: { photos: 'required', words: 'optional' },
  check_failed: { photos: 'optional', words: 'required' },
  reopened: { photos: 'optional', words: 'required' },
  shelved: { words: 'required' },
  given_up: { words: 'required' },
  overturned: { words: (here) => (chosenCase(here)?.record.state === 'rejected' ? undefined : 'required') },
  supervised: { words: 'optional' },
  dispatched: { words: (here) => (isAgainstRule(here) ? 'required' : undefined) },
  asked: { words: 'required' },
  noted: { words: 'required' },
  added: { photos: 'optional', words: 'optional' },
};
type Demand = 'required' | 'optional';
type DemandOf = Demand | ((here: WorkContext) => Demand | undefined);

const PHOTOS_PER_ACTION = 4;
const WORDS_MAX = 300;
const LISTING_TEXT_MAX = 200;

/** Actions that show what will be done, and to what, and ask for a confirmation. */
const CONFIRMED: readonly string[] = [
  'rejected',
  'merged',
  'dispatched',
  'returned',
  'handled',
  'shelved',
  'given_up',
  'listed',
  'delisted',
  'redacted',
];

const isAction =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: WorkAnswers }) =>
    actions.includes(answers.next ?? '');

/** Shows organisers their open work and lets them act within their role. */
export const myWork = flow<WorkFacts>({ id: 'my-work', version: 3, lifetimeSeconds: 24 * 3600, light: true })
  .step('case', workList())
  .step(
    'next',
    choice({
      options: (here) => [...actionsFor(here).map((id) => ({ id })), ...volunteerOptions(here), { id: 'done' }],
      values: (here) => cardOf(here),
      reviewed: false,
      changeResets: [
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
      ],
    }),
  )
  .step(
    'found',
    choice({
      relevant: isAction('looked'),
      options: [
        { id: 'yes', means: 'yes' },
        { id: 'no', means: 'no' },
      ],
    }),
  )
  .step('risk', choice({ options: ['usual', 'high'], relevant: isAction('accepted') }))
  .step('level', choice({ options: ['reminded', 'supervised'], relevant: isAction('supervised') }))
  .step(
    'reason',
    choice({
      relevant: isAction('rejected', 'returned', 'shelved', 'given_up'),
      options: ({ answers }) =>
        ((REASONS[answers.next as keyof typeof REASONS] ?? []) as readonly Reason[]).map((id) => ({ id })),
    }),
  )
  .step('unit', choice({ relevant: isAction('dispatched', 'returned'), options: unitsFor, values: unitValues }))
  .step(
    'target',
    choice({
      relevant: isAction('merged'),
      options: ({ facts }) => facts.near.map((near) => ({ id: near.record.number, name: nearbyName(facts, near) })),
    }),
  )
  .step('category', tree({ relevant: isAction('reclassified'), tree: ({ facts }) => facts.categories }))
  .step(
    'place',
    place({
      relevant: isAction('located'),
      maxLength: 100,
      regions: ({ facts }) => facts.regions,
      sharing: () => true,
    }),
  )
  .step('until', date({ relevant: isAction('extension_asked', 'shelved'), withinDays: SHELVED_MAX_DAYS }))
  .step(
    'three',
    choices({ relevant: isAction('three_filled'), options: CLOSING_CONDITIONS, min: CLOSING_CONDITIONS.length }),
  )
  .step('responsibility', text({ relevant: isAction('listed'), maxLength: LISTING_TEXT_MAX, screen: personShield }))
  .step('funds', text({ relevant: isAction('listed'), maxLength: LISTING_TEXT_MAX, screen: personShield }))
  .step('time', text({ relevant: isAction('listed'), maxLength: LISTING_TEXT_MAX, screen: personShield }))
  .step('measures', text({ relevant: isAction('listed'), maxLength: LISTING_TEXT_MAX, screen: personShield }))
  .step('plan', text({ relevant: isAction('listed'), maxLength: LISTING_TEXT_MAX, screen: personShield }))
  .step('photos', photos({ ...evidence('photos'), max: PHOTOS_PER_ACTION }))
  .step(
    'words',
    text({
      ...evidence('words'),
      minLength: 2,
      maxLength: WORDS_MAX,
      screen: personShield,
      // A number typed here is meant for the list; it explains nothing.
      fits: (words) => readCaseNumber(words) === undefined,
    }),
  )
  .step(
    'sure',
    review({
      relevant: ({ answers }) => CONFIRMED.includes(answers.next ?? ''),
      values: (here) => ({ ...cardOf(here), deed: { key: `flows/my-work:next.options.${here.answers.next}` } }),
      words: 'words',
      no: 'next',
    }),
  )
  .end();

/** Asks for photos or words if the chosen action has them; the wording depends on whether they are required. */
function evidence(what: 'photos' | 'words') {
  const demandOf = (here: WorkContext): Demand | undefined => {
    const demand = EVIDENCE[here.answers.next ?? '']?.[what];
    return typeof demand === 'function' ? demand(here) : demand;
  };
  return {
    relevant: (here: WorkContext) => demandOf(here) !== undefined,
    optional: (here: WorkContext) => demandOf(here) === 'optional',
    values: (here: WorkContext) => {
      const demand = demandOf(here) ?? 'required';
      // A dispatch asks for words only where it leaves the rule; a question and a note say who reads them.
      const own = { dispatched: 'against_rule', asked: 'asked', noted: 'noted' } as const;
      const why = own[here.answers.next as keyof typeof own] ?? demand;
      return {
        question: { key: `flows/my-work:${what}.${why}`, values: { max: PHOTOS_PER_ACTION, ...unitValues(here) } },
        help: { key: `flows/my-work:${what}.help_${demand}` },
      };
    },
  };
}

/** The flow in which organisers handle cases. */
export const myWorkTalk = talk({
  flow: myWork,
  load: loadMyWork,
  loadsBy: ['case', 'next'],
  loadsByDraft: true,
  menuOf: ROLES.filter((role) => role !== 'auditor'),
  pages: { case: '/console/cases' },
  // A deed of which nothing was said yet loses nothing.
  pauses: ({ answers: { case: _case, next, ...said }, draft }) =>
    next !== undefined && next !== 'done' && (draft !== undefined || Object.keys(said).length > 0),
  facts: (city: City, { contact }, loaded) => ({
    ...city,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  closed: ({ grants, work, open, notPermitted }) => {
    if (grants.length === 0) return { key: 'flows/my-work:not_staff' };
    if (notPermitted !== undefined)
      return { key: 'common:refused.not_you', values: { number: showCaseNumber(notPermitted) } };
    return work.length === 0 && open === 0 ? { key: 'flows/my-work:nothing' } : undefined;
  },
  finds: (words): WorkView => ({ words, page: 0 }),
  // `all` shows the list, `<number>` the case; `<number>.<action>` starts the action.
  opens: (argument) => {
    if (argument === 'all') return {};
    const [number = '', action] = argument.split('.');
    return { case: number, ...(action === undefined ? {} : { next: action }) };
  },
  preview: (answers, { facts, now }) => {
    const kept = chosenCase({ facts, answers });
    return kept && answers.next ? previewAction(answers.next, kept, answers, { facts, now }) : undefined;
  },
  finish: (answers, context) => {
    const kept = chosenCase({ facts: context.facts, answers });
    const action = answers.next;
    if (!kept || !action || action === 'done') return noChange('work_seen', { key: 'common:closed' });
    return finishAction(action, kept, answers, context);
  },
});
