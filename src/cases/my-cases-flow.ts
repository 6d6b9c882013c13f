import { flow } from '../engine/flow.ts';
import type { Names } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { talk } from '../people/talk.ts';
import { showCaseNumber } from './case-number.ts';
import type { KeptCase } from './case-store.ts';
import { loadOwnCases, moveCase } from './case-store.ts';
import { canWithdraw } from './hazard-case.ts';
import type { CaseCity } from './report-flow.ts';

type Facts = { readonly cases: readonly KeptCase[]; readonly nameOf: (category: string) => Names };

/** A resident looks at what she reported, and may take it back. */
export const myCases = flow<Facts>({ id: 'my-cases', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'case',
    choice({
      options: ({ facts }) => facts.cases.map(({ record }) => ({ id: record.number, name: listed(facts, record) })),
      resets: ['next', 'sure'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts, answers }) => {
        const kept = find(facts, answers.case);
        return [...(kept && canWithdraw(kept.record) ? [{ id: 'withdraw' }] : []), { id: 'done' }];
      },
      values: ({ facts, answers }) => cardOf(facts, find(facts, answers.case)),
      resets: ['sure'],
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
    if (answers.next !== 'withdraw' || answers.sure !== true) {
      return { outcome: 'cases_seen', ...nothing, says: [{ key: 'flows/my-cases:seen' }] };
    }
    if (!kept || !canWithdraw(kept.record)) {
      return {
        outcome: 'withdrawal_refused',
        ...nothing,
        says: [{ key: 'flows/my-cases:too_late', values: { number } }],
      };
    }
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

function listed(facts: Facts, { number, category }: KeptCase['record']): Names {
  const names = Object.entries(facts.nameOf(category));
  return Object.fromEntries(names.map(([language, name]) => [language, `${showCaseNumber(number)} ${name}`]));
}

function cardOf(facts: Facts, kept: KeptCase | undefined): Readonly<Record<string, unknown>> {
  if (!kept) return {};
  const { number, category, state, place, description, filedAt } = kept.record;
  return {
    number: showCaseNumber(number),
    category: { names: facts.nameOf(category) },
    state: { key: `common:case_state.${state}` },
    place: { place },
    description: { words: description },
    filed: { at: filedAt },
  };
}
