import type { Input } from '../input.ts';
import { pickOne } from '../pick-one.ts';
import type { Common, Option, Reading, Scene, Step } from '../step.ts';
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
type Draft =
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
    readonly tree: (scene: Scene<Facts, Answers>) => Tree;
    readonly known?: (scene: Scene<Facts, Answers>) => string | undefined;
    readonly keep?: (words: Words) => Readonly<Record<string, unknown>>;
  },
): Step<Facts, Answers, string> {
  const { tree: treeOf, known, keep, ...common } = spec;
  const offered = (words: string, scene: Scene<Facts, Answers>) => treeOf(scene).find(words).slice(0, OFFERED_MAX);
  const draftNow = (kept: unknown, scene: Scene<Facts, Answers>): Draft | undefined => {
    if (kept !== undefined) return kept as Draft;
    const words = known?.(scene);
    return words !== undefined && offered(words, scene).length > 0 ? { part: 'found', words } : undefined;
  };
  const optionsOf = (draft: Draft | undefined, scene: Scene<Facts, Answers>): readonly Option[] => {
    switch (draft?.part) {
      case undefined:
      case 'groups':
        return treeOf(scene).groups;
      case 'within':
        return treeOf(scene).leaves(draft.group);
      case 'found':
        return [...offered(draft.words, scene), NONE];
    }
  };
  const readWords = (input: Input, scene: Scene<Facts, Answers>): Reading<string> => {
    if (input.type === 'voice') {
      const also = keep?.({ voice: input.voice, seconds: input.seconds });
      return { ...again('voice_kept'), ...(also ? { also } : {}) };
    }
    if (input.type !== 'text') return again('invalid');
    const words = tidyText(input.text);
    if (offered(words, scene).length === 0) return again('no_match');
    const also = keep?.({ text: words });
    return { type: 'more', draft: { part: 'found', words } satisfies Draft, ...(also ? { also } : {}) };
  };
  return {
    ...common,
    kind: 'tree',
    ask: (scene, kept) => {
      const draft = draftNow(kept, scene);
      const part = draft?.part === 'groups' ? 'ask' : (draft?.part ?? 'ask');
      return { part, options: optionsOf(draft, scene) };
    },
    read: (input, scene, kept) => {
      const draft = draftNow(kept, scene);
      const option = pickOne(optionsOf(draft, scene), input);
      if (option === undefined) return readWords(input, scene);
      if (option === NONE.id) return { type: 'more', draft: { part: 'groups' } satisfies Draft };
      const group = draft === undefined || draft.part === 'groups';
      return group
        ? { type: 'more', draft: { part: 'within', group: option } satisfies Draft }
        : { type: 'answer', value: option };
    },
    // A wrong group is one tap to mend.
    inside: (draft) => ((draft as Draft).part === 'groups' ? undefined : { draft: { part: 'groups' } satisfies Draft }),
    holds: (answer, scene) => typeof answer === 'string' && treeOf(scene).leaf(answer) !== undefined,
    named: (answer, scene) => (typeof answer === 'string' ? treeOf(scene).leaf(answer) : undefined),
  };
}
