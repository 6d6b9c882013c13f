import { pickOne } from '../../engine/pick-one.ts';
import type { Step } from '../../engine/step.ts';
import { again } from '../../engine/step.ts';
import { tidyText } from '../../engine/tidy-text.ts';
import type { WorkView } from './find-work.ts';
import { WORK_FILTERS } from './find-work.ts';
import type { WorkAnswers, WorkContext, WorkFacts } from './load-work.ts';
import { listedName } from './work-card.ts';

/** Shorter words are no search, in characters. */
const SEARCH_MIN = 2;
const WHOLE: WorkView = { page: 0 };
/** Offers all that is in hand to a colleague. */
const HAND = { id: 'hand', opens: { flow: 'hand-over', argument: 'all' } };
/** Opens the dispatch of several cases. */
const MANY = { id: 'many', opens: { flow: 'dispatch-many', argument: 'all' } };

/** The list of open work: the most urgent first, ten a page, with parts by button and a search by typed words. */
export function workList(): Step<WorkFacts, WorkAnswers, string> {
  const viewOf = (draft: unknown) => (draft as WorkView | undefined) ?? WHOLE;
  const optionsOf = ({ facts, now }: WorkContext, { words, filter, page }: WorkView) => {
    const isWhole = words === undefined && filter === undefined;
    return [
      ...facts.work.map(({ record }) => ({ id: record.number, name: listedName(facts, record, now) })),
      ...(page > 0 ? [{ id: 'before' }] : []),
      ...(facts.more ? [{ id: 'more' }] : []),
      ...(filter === 'mine' && facts.total > 0 ? [HAND] : []),
      ...(isWhole && facts.dispatchable > 1 ? [MANY] : []),
      ...(isWhole ? WORK_FILTERS.map((id) => ({ id })) : [{ id: 'all' }]),
    ];
  };
  return {
    kind: 'choice',
    reviewed: false,
    resets: ['next'],
    wordings: [
      'found',
      'none',
      'not_found_words',
      'part',
      ...['before', 'more', 'all', MANY.id, HAND.id, ...WORK_FILTERS].map((id) => `options.${id}`),
    ],
    ask: (context, draft) => {
      const view = viewOf(draft);
      const { facts } = context;
      const searched = view.words === undefined ? 'part' : 'found';
      const empty = view.words === undefined ? 'none' : 'not_found_words';
      const part = facts.work.length === 0 ? empty : (view.words ?? view.filter) ? searched : 'ask';
      return { part, options: optionsOf(context, view), values: { words: view.words ?? '', count: facts.total } };
    },
    read: (input, context, draft) => {
      const view = viewOf(draft);
      const option = pickOne(optionsOf(context, view), input);
      if (option === 'all') return { type: 'more', draft: undefined };
      if (option === 'before') return { type: 'more', draft: { ...view, page: view.page - 1 } };
      if (option === 'more') return { type: 'more', draft: { ...view, page: view.page + 1 } };
      const filter = WORK_FILTERS.find((one) => one === option);
      if (filter) return { type: 'more', draft: { filter, page: 0 } satisfies WorkView };
      if (option !== undefined) return { type: 'answer', value: option };
      const words = input.type === 'text' ? tidyText(input.text) : '';
      return [...words].length < SEARCH_MIN
        ? again('invalid')
        : { type: 'more', draft: { words, page: 0 } satisfies WorkView };
    },
    backInside: () => ({ draft: undefined }),
    isStillValid: (answer, { facts }) => facts.work.some(({ record }) => record.number === answer),
  };
}
