import type { Input } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Option, Reading, Step, StepContext, StepSettings } from '../step.ts';
import { again } from '../step.ts';
import { tidyText } from '../tidy-text.ts';
import type { Words } from './text.ts';

/** Options in two levels, with a search by words, best match first. */
export type Tree = {
  readonly groups: readonly Option[];
  readonly leaves: (group: string) => readonly Option[];
  readonly find: (words: string) => readonly Option[];
  readonly leaf: (id: string) => Option | undefined;
};

type TreeDraft =
  /** All groups, although words are known. */
  | { readonly part: 'groups' }
  /** The leaves of one group. */
  | { readonly part: 'within'; readonly group: string }
  /** The leaves that match the words. */
  | { readonly part: 'found'; readonly words: string };

const NONE: Option = { id: 'none', means: 'no' };
const OFFERED_MAX = 3;

/** One leaf of a tree: group and leaf by two taps, or words, for which the best three leaves are offered. */
export function tree<Facts, Answers>(
  spec: StepSettings<Facts, Answers> & {
    readonly tree: (context: StepContext<Facts, Answers>) => Tree;
    /** Words that an earlier answer gave. */
    readonly known?: (context: StepContext<Facts, Answers>) => string | undefined;
    /** Other answers that words given here provide, so that they need not be written twice. */
    readonly keep?: (words: Words, context: StepContext<Facts, Answers>) => Readonly<Record<string, unknown>>;
  },
): Step<Facts, Answers, string> {
  const { tree: treeOf, known, keep, ...settings } = spec;
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
      const also = keep?.({ voice: input.voice, seconds: input.seconds }, context);
      return { ...again('voice_kept'), ...(also ? { also } : {}) };
    }
    if (input.type !== 'text') return again('invalid');
    const before = known?.(context);
    const said = tidyText(input.text);
    // Words that come later add to the earlier ones.
    const words = before === undefined ? said : `${before}\n${said}`;
    const also = keep?.({ text: words }, context);
    const found = offered(words, context);
    if (found.length === 0) return { ...again('no_match'), ...(also ? { also } : {}) };
    // Words that add to earlier ones may leave the list as it is, so that the person is told they are kept.
    const reason = before === undefined ? {} : { reason: 'words_kept' };
    return { type: 'more', draft: { part: 'found', words } satisfies TreeDraft, ...reason, ...(also ? { also } : {}) };
  };
  return {
    ...settings,
    kind: 'tree',
    wordings: ['within', 'found', 'options.none'],
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
    // Back from any other part leads to the groups.
    backInside: (draft) =>
      (draft as TreeDraft).part === 'groups' ? undefined : { draft: { part: 'groups' } satisfies TreeDraft },
    isStillValid: (answer, context) => typeof answer === 'string' && treeOf(context).leaf(answer) !== undefined,
    optionOfAnswer: (answer, context) => (typeof answer === 'string' ? treeOf(context).leaf(answer) : undefined),
  };
}
