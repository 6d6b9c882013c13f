import type { Input } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Common, Option, Reading, Step, StepContext } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';
import type { Words } from './text.ts';

/** Two levels of things to choose from, and a search by words, best first. */
export type Tree = {
  readonly groups: readonly Option[];
  readonly leaves: (group: string) => readonly Option[];
  readonly find: (words: string) => readonly Option[];
  readonly leaf: (id: string) => Option | undefined;
};

/** groups: all groups, though words are known · within: one group · found: what the words may mean. */
type TreeDraft =
  | { readonly part: 'groups' }
  | { readonly part: 'within'; readonly group: string }
  | { readonly part: 'found'; readonly words: string };

const NONE: Option = { id: 'none', means: 'no' };
const OFFERED_MAX = 3;

/**
 * One leaf of a tree: group and leaf by two taps, or words, for which the best three are offered. `known` gives words that
 * were said before; `keep` says which other answers the words are good for, so that nothing is written twice.
 */
export function tree<Facts, Answers>(
  spec: Common<Facts, Answers> & {
    readonly tree: (context: StepContext<Facts, Answers>) => Tree;
    readonly known?: (context: StepContext<Facts, Answers>) => string | undefined;
    readonly keep?: (words: Words) => Readonly<Record<string, unknown>>;
  },
): Step<Facts, Answers, string> {
  const { tree: treeOf, known, keep, ...common } = spec;
  const offered = (words: string, context: StepContext<Facts, Answers>) =>
    treeOf(context).find(words).slice(0, OFFERED_MAX);
  const draftNow = (kept: unknown, context: StepContext<Facts, Answers>): TreeDraft | undefined => {
    if (kept !== undefined) return kept as TreeDraft;
    const words = known?.(context);
    return words !== undefined && offered(words, context).length > 0 ? { part: 'found', words } : undefined;
  };
  const optionsOf = (draft: TreeDraft | undefined, context: StepContext<Facts, Answers>): readonly Option[] => {
    switch (draft?.part) {
      case undefined:
      case 'groups':
        return treeOf(context).groups;
      case 'within':
        return treeOf(context).leaves(draft.group);
      case 'found':
        return [...offered(draft.words, context), NONE];
    }
  };
  const readWords = (input: Input, context: StepContext<Facts, Answers>): Reading<string> => {
    if (input.type === 'voice') {
      const also = keep?.({ voice: input.voice, seconds: input.seconds });
      return { ...again('voice_kept'), ...(also ? { also } : {}) };
    }
    if (input.type !== 'text') return again('invalid');
    const words = tidyText(input.text);
    if (offered(words, context).length === 0) return again('no_match');
    const also = keep?.({ text: words });
    return { type: 'more', draft: { part: 'found', words } satisfies TreeDraft, ...(also ? { also } : {}) };
  };
  return {
    ...common,
    kind: 'tree',
    ask: (context, kept) => {
      const draft = draftNow(kept, context);
      const part = draft?.part === 'groups' ? 'ask' : (draft?.part ?? 'ask');
      return { part, options: optionsOf(draft, context) };
    },
    read: (input, context, kept) => {
      const draft = draftNow(kept, context);
      const option = pickOne(optionsOf(draft, context), input);
      if (option === undefined) return readWords(input, context);
      if (option === NONE.id) return { type: 'more', draft: { part: 'groups' } satisfies TreeDraft };
      const group = draft === undefined || draft.part === 'groups';
      return group
        ? { type: 'more', draft: { part: 'within', group: option } satisfies TreeDraft }
        : { type: 'answer', value: option };
    },
    // A wrong group is one tap to mend.
    inside: (draft) =>
      (draft as TreeDraft).part === 'groups' ? undefined : { draft: { part: 'groups' } satisfies TreeDraft },
    isStillValid: (answer, context) => typeof answer === 'string' && treeOf(context).leaf(answer) !== undefined,
    named: (answer, context) => (typeof answer === 'string' ? treeOf(context).leaf(answer) : undefined),
  };
}
