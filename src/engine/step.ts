import type { Input } from './input.ts';

/** Input of every step function: the answers so far, the flow's facts, and the time (ms since the epoch). */
export type StepContext<Facts = unknown, Answers = Readonly<Record<string, unknown>>> = {
  readonly answers: Answers;
  readonly facts: Facts;
  readonly now: number;
};

/** One thing to choose. Options that are data (categories, regions) carry their names; the others are worded in locales. */
export type Option = {
  readonly id: string;
  readonly name?: Names;
  /** A key in `common` that words the option in every flow. */
  readonly wording?: string;
  /** Values that the option's wording in locales names. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The button opens another flow with this argument instead of answering. */
  readonly opens?: { readonly flow: string; readonly argument: string };
  /** Typed 对 or 好的 (yes), 不是 (no), 修好了 (solved), 没修完 (partly), 没修好 (unsolved) choose this option. */
  readonly means?: 'yes' | 'no' | 'solved' | 'partly' | 'unsolved';
};
/** A name by language tag. */
export type Names = Readonly<Record<string, string>>;

/** The question of a step. `part` selects the sentence where a step has several. */
export type Asking = {
  readonly part?: string;
  /** The question's text where it is data and not in locales. */
  readonly name?: Names;
  readonly options?: readonly Option[];
  readonly chosen?: readonly string[];
  readonly done?: boolean;
  /** The channel may offer its own one-tap button for this. */
  readonly takes?: 'location' | 'contact';
  /** Typed words are the answer here, so that no word opens another flow. */
  readonly takesWords?: boolean;
  /** The step itself looks typed names up, also among options that it does not show. */
  readonly searches?: boolean;
  /** The value that the buttons confirm (a place, a whole card). After it changes, they are old buttons. */
  readonly confirms?: unknown;
  readonly values?: Readonly<Record<string, unknown>>;
};

/** How a step read an input. `again` is no error: `reason` names the sentence that helps. */
export type Reading<Answer = unknown> =
  /** `found` is the name that typed words stood for; it is shown before the next question. */
  | ({ readonly type: 'answer'; readonly value: Answer; readonly found?: Names } & Also)
  | ({
      readonly type: 'more';
      readonly draft: unknown;
      readonly quiet?: boolean;
      readonly reason?: string;
      /** Removes the earlier answer of this step. */
      readonly clears?: true;
    } & Also)
  | ({ readonly type: 'again'; readonly reason: string } & Also)
  | { readonly type: 'go'; readonly step: string }
  | { readonly type: 'skipped' }
  | { readonly type: 'declined' };

/** Answers to other steps that the same input gave. */
type Also = { readonly also?: Readonly<Record<string, unknown>> };

/** All kinds of questions. Each has a file in steps/; an answer that is no plain text needs a case in question-wording.ts. */
export const STEP_KINDS = [
  'choice',
  'tree',
  'choices',
  'text',
  'number',
  'date',
  'phone',
  'place',
  'spot',
  'photos',
  'voice',
  'confirm',
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

/** Settings that every kind of step accepts. */
export type StepSettings<Facts, Answers> = {
  /** May be skipped; a predicate where that depends on earlier answers or facts. */
  readonly optional?: boolean | ((context: StepContext<Facts, Answers>) => boolean);
  readonly relevant?: (context: StepContext<Facts, Answers>) => boolean;
  /** Not asked by itself: the review card offers it. It needs a review. */
  readonly offered?: (context: StepContext<Facts, Answers>) => boolean;
  /** Steps whose answers a new answer here deletes. */
  readonly resets?: readonly string[];
  /** Steps whose answers another answer here deletes; the same answer again keeps them. */
  readonly changeResets?: readonly string[];
  /** Steps whose answers a no here deletes. */
  readonly noResets?: readonly string[];
  /** False keeps the answer off the review card. */
  readonly reviewed?: boolean;
  /** Values of the question's wording besides the step's own bounds. */
  readonly values?: (context: StepContext<Facts, Answers>) => Readonly<Record<string, unknown>>;
};

/** One question of a flow: how it asks, reads an input, and checks a kept answer. */
export type Step<Facts, Answers, Answer> = StepSettings<Facts, Answers> & {
  readonly kind: StepKind;
  readonly review?: boolean;
  /** At a review: the step that words, or a voice message, are for. */
  readonly words?: string | ((context: StepContext<Facts, Answers>, said: string | undefined) => string);
  /** Locale keys of this kind under the step's id, besides `ask` and `invalid`. */
  readonly wordings?: readonly string[];
  readonly ask: (context: StepContext<Facts, Answers>, draft: unknown) => Asking;
  readonly read: (input: Input, context: StepContext<Facts, Answers>, draft: unknown) => Reading<Answer>;
  readonly isStillValid: (answer: unknown, context: StepContext<Facts, Answers>) => boolean;
  /** The answer that a draft already amounts to; kept when the person goes back. `before`: the answer so far. */
  readonly draftAnswer?: (draft: unknown, before?: unknown) => Answer | undefined;
  /** The draft with which the step starts when it is asked again. */
  readonly draftFromAnswer?: (answer: unknown) => unknown;
  /** The draft to which back leads inside a step with parts; undefined: back leaves the step. */
  readonly backInside?: (draft: unknown) => { readonly draft: unknown } | undefined;
  /** The option of an answer that is not among those of the first part. */
  readonly optionOfAnswer?: (answer: unknown, context: StepContext<Facts, Answers>) => Option | undefined;
};

/** Asks again; the reason is a key of `common:again` or of the step. */
export const again = (reason: string): { readonly type: 'again'; readonly reason: string } => ({
  type: 'again',
  reason,
});
