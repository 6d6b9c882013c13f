import { flow } from '../engine/flow.ts';
import type { Names } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { photos } from '../engine/steps/photos.ts';
import { text } from '../engine/steps/text.ts';
import { talk } from '../people/talk.ts';
import { showCaseNumber } from './case-number.ts';
import type { KeptCase } from './case-store.ts';
import { addToCase, loadOwnCases, moveCase } from './case-store.ts';
import { canAddTo, canWithdraw, PHOTOS_MAX } from './hazard-case.ts';
import { personShield } from './person-shield.ts';
import type { CaseCity } from './report-flow.ts';

const CHINA_AHEAD_MS = 8 * 3600 * 1000;
/** How many of a person's cases stand in the list. */
const LISTED_MAX = 10;

type Facts = { readonly cases: readonly KeptCase[]; readonly nameOf: (category: string) => Names };

/** A resident looks at what she reported, adds to it, or takes it back. */
export const myCases = flow<Facts>({ id: 'my-cases', version: 2, lifetimeSeconds: 3600, light: true })
  .step(
    'case',
    choice({
      // The newest, and an older one that was asked for by its number.
      options: ({ facts, answers }) => {
        const asked = find(facts, (answers as { case?: string }).case);
        const recent = facts.cases.slice(0, LISTED_MAX);
        const shown = asked && !recent.includes(asked) ? [...recent, asked] : recent;
        return shown.map(({ record }) => ({ id: record.number, name: listed(facts, record) }));
      },
      resets: ['next', 'sure', 'photos', 'words'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts, answers }) => {
        const kept = find(facts, answers.case);
        const may = kept?.record;
        return [
          ...(may && canAddTo(may) ? [{ id: 'add' }] : []),
          ...(may && canWithdraw(may) ? [{ id: 'withdraw' }] : []),
          { id: 'done' },
        ];
      },
      values: ({ facts, answers }) => cardOf(facts, find(facts, answers.case)),
      resets: ['sure'],
    }),
  )
  .step('photos', photos({ max: 4, optional: true, relevant: ({ answers }) => answers.next === 'add' }))
  .step(
    'words',
    text({ maxLength: 500, optional: true, screen: personShield, relevant: ({ answers }) => answers.next === 'add' }),
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
  load: loadOwnCases,
  facts: ({ categories }: CaseCity, _person, cases) => ({
    cases,
    nameOf: (category) => categories.get(category)?.names ?? { 'zh-CN': category, en: category },
  }),
  closed: ({ cases }) => (cases.length === 0 ? { key: 'flows/my-cases:none' } : undefined),
  finish: (answers, { store, facts, now }) => {
    const kept = find(facts, answers.case);
    const number = kept ? showCaseNumber(kept.record.number) : '';
    const nothing = { checks: [], writes: [] };
    const tooLate = { ...nothing, says: [{ key: 'flows/my-cases:too_late', values: { number } } as const] };
    if (answers.next === 'add') {
      const { photos: more, words } = answers;
      if (!more && !words) return { outcome: 'cases_seen', ...nothing, says: [{ key: 'common:closed' }] };
      if (!kept || !canAddTo(kept.record)) return { outcome: 'addition_refused', ...tooLate };
      const room = PHOTOS_MAX - kept.record.photos.length;
      const addition = { photos: (more ?? []).slice(0, room), ...(words ? { words } : {}) };
      return {
        outcome: 'case_added_to',
        ...addToCase(store, kept, addition, now),
        says: [{ key: 'flows/my-cases:added', values: { number } }],
      };
    }
    if (answers.next !== 'withdraw' || answers.sure !== true) {
      const open = kept?.record.state === 'submitted';
      return { outcome: 'cases_seen', ...nothing, says: [{ key: open ? 'flows/my-cases:seen' : 'common:closed' }] };
    }
    if (!kept || !canWithdraw(kept.record)) return { outcome: 'withdrawal_refused', ...tooLate };
    return {
      outcome: 'case_withdrawn',
      ...moveCase(store, kept, 'withdrawn', now),
      says: [{ key: 'flows/my-cases:done', values: { number } }],
    };
  },
});

function find(facts: Facts, number: string | null | undefined): KeptCase | undefined {
  return facts.cases.find(({ record }) => record.number === number);
}

/** The day, what it is about, and the number: ten reports of one kind must be told apart. */
function listed(facts: Facts, { number, category, filedAt }: KeptCase['record']): Names {
  const day = new Date(filedAt + CHINA_AHEAD_MS).toISOString().slice(5, 10);
  const names = Object.entries(facts.nameOf(category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${day} ${name} ${showCaseNumber(number)}`]));
}

function cardOf(facts: Facts, kept: KeptCase | undefined): Readonly<Record<string, unknown>> {
  if (!kept) return {};
  const { number, category, state, place, description, photos, filedAt, additions = [] } = kept.record;
  return {
    number: showCaseNumber(number),
    category: { names: facts.nameOf(category) },
    state: { key: `common:case_state.${state}` },
    place: { place },
    description: { words: description },
    photos: photos.length,
    more: additions.length > 0 ? { list: additions.map((words) => ({ words })) } : { key: 'common:skipped' },
    filed: { at: filedAt },
  };
}
