import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Formula, Term } from './formula.ts';
import { formulaFaults } from './formula.ts';
import { agreeToFormula, dropProposal, formulaOf, loadFormulas, proposeFormula } from './formula-store.ts';
import type { Month } from './month.ts';
import { addMonths, monthOf } from './month.ts';

type FormulaFacts = {
  readonly may: boolean;
  readonly me: string;
  readonly present: Month;
  readonly current: Formula;
  readonly next: number;
  readonly proposed?: Formula;
};
type FormulaContext = { readonly facts: FormulaFacts };

/** A proposal of another organiser waits for this one. */
const isWaiting = ({ facts: { proposed, me } }: FormulaContext) => proposed !== undefined && proposed.by !== me;
const isNew = (context: FormulaContext) => !isWaiting(context);
const MONTHS_AHEAD = 3;

/** Changes the formula: one organiser of the city proposes a version, another agrees. */
export const scoreFormula = flow<FormulaFacts>({ id: 'score-formula', version: 1, lifetimeSeconds: 24 * 3600 })
  .step(
    'agree',
    choice({
      relevant: isWaiting,
      options: ['agree', 'drop'],
      // A new proposal takes the place of the one that was read.
      confirms: ({ facts: { proposed } }) => proposed,
      reviewed: false,
      values: ({ facts: { proposed } }) => formulaValues(proposed),
    }),
  )
  .step(
    'weights',
    text({
      relevant: isNew,
      maxLength: 200,
      written: true,
      fits: (said) => numbersIn(said).length === 12,
      values: ({ facts: { current } }) => formulaValues(current),
    }),
  )
  .step(
    'goalposts',
    text({
      relevant: isNew,
      optional: true,
      maxLength: 300,
      written: true,
      fits: (said) => goalpostsIn(said) !== undefined,
      values: ({ facts: { current } }) => formulaValues(current),
    }),
  )
  .step(
    'from',
    choice({
      relevant: isNew,
      options: ({ facts: { present } }) =>
        Array.from({ length: MONTHS_AHEAD }, (_, i) => addMonths(present, i)).map((month) => ({
          id: month,
          name: { 'zh-CN': month, en: month },
        })),
    }),
  )
  .step(
    'review',
    review({
      relevant: isNew,
      values: ({ facts, answers }) => faultValues(termsOf(facts.current, answers.weights, answers.goalposts)),
      refuses: ({ facts, answers }) => {
        const [fault] = formulaFaults(termsOf(facts.current, answers.weights, answers.goalposts));
        return fault?.type;
      },
    }),
  )
  .end();

export const scoreFormulaTalk = talk({
  flow: scoreFormula,
  load: async ({ store, person, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const may = grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE);
    const { agreed, proposed } = await loadFormulas(store);
    return {
      may,
      me: store.pseudonym(person.urn),
      present: monthOf(now),
      current: formulaOf(agreed, addMonths(monthOf(now), MONTHS_AHEAD)),
      next: Math.max(...agreed.map(({ version }) => version)) + 1,
      ...(proposed ? { proposed } : {}),
    };
  },
  facts: (_city: City, _person, loaded): FormulaFacts => loaded,
  opens: () => ({}),
  guardsEnd: true,
  closed: ({ may }) => (may ? undefined : { key: 'flows/score-formula:not_you' }),
  finish: ({ agree, weights, goalposts, from }, { store, facts }) => {
    const { proposed, me, current, next } = facts;
    if (proposed && proposed.by !== me) {
      if (agree !== 'agree')
        return {
          outcome: 'formula_dropped',
          ...dropProposal(store, proposed),
          says: [{ key: 'flows/score-formula:dropped' }],
        };
      return {
        outcome: 'formula_agreed',
        ...agreeToFormula(store, proposed, me),
        says: [{ key: 'flows/score-formula:agreed', values: { version: proposed.version, from: proposed.from } }],
      };
    }
    const terms = termsOf(current, weights, goalposts);
    if (!from || formulaFaults(terms).length > 0)
      return noChange('formula_unchanged', { key: 'flows/score-formula:unchanged' });
    const formula: Formula = { version: next, from: from as Month, terms, by: me }; // an option of `from`
    return {
      outcome: 'formula_proposed',
      ...proposeFormula(store, formula),
      says: [{ key: 'flows/score-formula:proposed', values: { version: next, from } }],
    };
  },
});

/** The terms with new weights, and new goalposts of some indicators. */
function termsOf(
  { terms }: Formula,
  weights: Words | null | undefined,
  goalposts: Words | null | undefined,
): readonly Term[] {
  const typed = numbersIn(textOf(weights));
  const changed = goalpostsIn(textOf(goalposts)) ?? [];
  return terms.map((term, i) => {
    const posts = changed.find(({ nth }) => nth === i + 1);
    return { ...term, w: typed[i] ?? term.w, ...(posts ? { a: posts.a, b: posts.b } : {}) };
  });
}

function textOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}

/** All numbers of a text, in their order; digits may be full-width. A minus after a digit is a dash. */
function numbersIn(said: string): readonly number[] {
  return (said.normalize('NFKC').match(/(?<!\d)-?\d+(?:\.\d+)?/g) ?? []).map(Number);
}

/** Lines such as `4: 30 2`: the indicator's number and both goalposts in percent; undefined for anything else. */
function goalpostsIn(
  said: string,
): readonly { readonly nth: number; readonly a: number; readonly b: number }[] | undefined {
  const parts = said.split(/[\n;；，,]/).filter((part) => part.trim() !== '');
  const read = parts.map((part) => numbersIn(part));
  if (read.some(([nth = 0, ...posts]) => nth < 1 || nth > 12 || posts.length !== 2)) return undefined;
  return read.map(([nth = 0, a = 0, b = 0]) => ({ nth, a: a / 100, b: b / 100 }));
}

/** The sum of the weights, and the first faulty term by its number and name. */
function faultValues(terms: readonly Term[]): Readonly<Record<string, Value>> {
  const [fault] = formulaFaults(terms);
  const code = fault && 'code' in fault ? fault.code : undefined;
  return {
    sum: Number(terms.reduce((all, { w }) => all + w, 0).toFixed(4)),
    row: terms.findIndex((term) => term.code === code) + 1,
    indicator: code ? { key: `common:score_indicator.${code}` } : '',
  };
}

function formulaValues(formula: Formula | undefined): Readonly<Record<string, Value>> {
  const lines = (formula?.terms ?? []).map(
    ({ code, w, a, b }, i): Value => ({
      key: 'flows/score-formula:line',
      values: {
        row: i + 1,
        indicator: { key: `common:score_indicator.${code}` },
        weight: w,
        none: Math.round(100 * a),
        all: Math.round(100 * b),
      },
    }),
  );
  return { lines: { list: lines }, version: formula?.version ?? 0, from: formula?.from ?? '' };
}
