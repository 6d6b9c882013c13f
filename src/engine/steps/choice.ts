import { pickOne, pickSeveral } from '../pick-one.ts';
import type { Option, Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';

type ChoiceOptions<Facts, Answers, Id extends string> =
  | readonly (Id | (Option & { readonly id: Id }))[]
  | ((context: StepContext<Facts, Answers>) => readonly (Option & { readonly id: Id })[]);

/** Ends ticks that were left without “done”. It is no option, so they are no valid answer. */
const UNDONE = '~undone';

/** One of several options: ids worded in locales, or data computed from facts and earlier answers. */
export function choice<Facts, Answers, const Id extends string>(
  spec: StepSettings<Facts, Answers> & {
    readonly options: ChoiceOptions<Facts, Answers, Id>;
    /** The value that the buttons were shown with. After it changes, they are old buttons. */
    readonly confirms?: (context: StepContext<Facts, Answers>) => unknown;
    /** Maps typed words that are no option's label to an option. */
    readonly reads?: (words: string) => Id | undefined;
  },
): Step<Facts, Answers, Id> {
  const { options, confirms, reads, ...settings } = spec;
  const list = (context: StepContext<Facts, Answers>) => optionsOf(options, context);
  return {
    ...settings,
    kind: 'choice',
    ask: (context) => ({ options: list(context), ...(confirms ? { confirms: confirms(context) } : {}) }),
    read: (input, context) => {
      const id = pickOne(list(context), input) ?? (input.type === 'text' ? reads?.(input.text) : undefined);
      return id === undefined ? again('invalid') : { type: 'answer', value: id as Id };
    },
    isStillValid: (answer, context) => list(context).some((option) => option.id === answer),
  };
}

/** Several of many options: a tap ticks or unticks, "done" ends. Several typed numbers are the whole answer. */
export function choices<Facts, Answers, const Id extends string>(
  spec: StepSettings<Facts, Answers> & {
    readonly options: ChoiceOptions<Facts, Answers, Id>;
    readonly min?: number;
    readonly max?: number;
    /** Options that are ticked at first. */
    readonly starts?: (context: StepContext<Facts, Answers>) => readonly Id[];
  },
): Step<Facts, Answers, readonly Id[]> {
  const { options, min = 1, max = 99, starts, ...settings } = spec;
  const ticksOf = (context: StepContext<Facts, Answers>, draft: unknown) => ticks(draft ?? starts?.(context));
  const list = (context: StepContext<Facts, Answers>) => optionsOf(options, context);
  const bounds = { min, max };
  return {
    ...settings,
    kind: 'choices',
    ask: (context, draft) => ({ options: list(context), chosen: ticksOf(context, draft), done: true, values: bounds }),
    // First ticks without “done” survive a step back, but are no answer: the question is asked again, with them.
    draftAnswer: (draft, before) =>
      [
        ...ticks(draft),
        ...(Array.isArray(before) && !before.includes(UNDONE) ? [] : [UNDONE]),
      ] as readonly string[] as readonly Id[],
    draftFromAnswer: (answer) => (Array.isArray(answer) ? answer.filter((id) => id !== UNDONE) : undefined),
    read: (input, context, draft) => {
      const chosen = ticksOf(context, draft);
      if (input.type === 'choice' && input.option === '~done') {
        if (chosen.length < min) return { type: 'more', draft: chosen, reason: 'too_few' };
        return { type: 'answer', value: list(context).flatMap((o) => (chosen.includes(o.id) ? [o.id as Id] : [])) };
      }
      const several = pickSeveral(list(context), input);
      if (several) {
        // Several numbers are the whole answer, together with what was ticked before.
        const all = list(context).flatMap(({ id }) => (chosen.includes(id) || several.includes(id) ? [id as Id] : []));
        if (all.length > max) return { type: 'more', draft: chosen, reason: 'too_many' };
        return all.length < min ? { type: 'more', draft: all, reason: 'too_few' } : { type: 'answer', value: all };
      }
      const id = pickOne(list(context), input);
      if (id === undefined) return again('invalid');
      if (chosen.includes(id)) return { type: 'more', draft: chosen.filter((c) => c !== id) };
      if (chosen.length >= max) return { type: 'more', draft: chosen, reason: 'too_many' };
      return { type: 'more', draft: [...chosen, id] };
    },
    isStillValid: (answer, context) => {
      if (!Array.isArray(answer) || answer.length < min || answer.length > max) return false;
      const ids = list(context).map((option) => option.id);
      return answer.every((id) => ids.includes(id as Id));
    },
  };
}

function optionsOf<Facts, Answers, Id extends string>(
  options: ChoiceOptions<Facts, Answers, Id>,
  context: StepContext<Facts, Answers>,
): readonly Option[] {
  return typeof options === 'function'
    ? options(context)
    : options.map((option) => (typeof option === 'string' ? { id: option } : option));
}

function ticks(draft: unknown): readonly string[] {
  return Array.isArray(draft) ? (draft as readonly string[]) : [];
}
