import type { Input } from './input.ts';

/** What a step may look at: the answers so far, the facts handed in from outside, and the time (ms since the epoch). */
export type StepContext<Facts = unknown, Answers = Readonly<Record<string, unknown>>> = {
  readonly answers: Answers;
  readonly facts: Facts;
  readonly now: number;
};

/** One thing to choose. Options that are data (categories, regions) bring their name by language; the others are worded in locales. */
export type Option = {
  readonly id: string;
  readonly name?: Names;
  /** Its button opens another talk with what the argument says, and is no answer here. */
  readonly opens?: { readonly flow: string; readonly argument: string };
  /** Typed 对, 好的 or 不是 choose this option. */
  readonly means?: 'yes' | 'no';
};
export type Names = Readonly<Record<string, string>>;

/** What a step asks now. `part` names the sentence when a step has several; `takes` lets a channel offer its own one-tap button. */
export type Asking = {
  readonly part?: string;
  /** The question itself, where it is data. */
  readonly name?: Names;
  readonly options?: readonly Option[];
  readonly chosen?: readonly string[];
  readonly done?: boolean;
  readonly takes?: 'location' | 'contact';
  /** What the buttons confirm (a place, a whole card); one that shows something else is an old button. */
  readonly confirms?: unknown;
  readonly values?: Readonly<Record<string, unknown>>;
};

/** How a step understood an input. `again` is news, not an error: `reason` says which sentence helps. */
export type Reading<Answer = unknown> =
  | { readonly type: 'answer'; readonly value: Answer }
  | ({
      readonly type: 'more';
      readonly draft: unknown;
      readonly quiet?: boolean;
      readonly reason?: string;
      /** What was answered here before is taken back. */
      readonly clears?: true;
    } & Also)
  | ({ readonly type: 'again'; readonly reason: string } & Also)
  | { readonly type: 'go'; readonly step: string }
  | { readonly type: 'skipped' }
  | { readonly type: 'declined' };

/** Answers to other questions that the same words gave. */
type Also = { readonly also?: Readonly<Record<string, unknown>> };

export type StepKind =
  | 'choice'
  | 'tree'
  | 'choices'
  | 'text'
  | 'number'
  | 'date'
  | 'phone'
  | 'place'
  | 'spot'
  | 'photos'
  | 'voice'
  | 'confirm';

/** What every kind of step can be told. `resets` names later answers that a new answer here makes void. */
export type Common<Facts, Answers> = {
  readonly optional?: boolean;
  readonly relevant?: (context: StepContext<Facts, Answers>) => boolean;
  readonly resets?: readonly string[];
  /** False keeps the answer off the review card. */
  readonly reviewed?: boolean;
  /** What the question's wording names besides its own bounds. */
  readonly values?: (context: StepContext<Facts, Answers>) => Readonly<Record<string, unknown>>;
};

/** One question of a flow: how it is asked, how an input is read, and whether a kept answer still holds. */
export type Step<Facts, Answers, Answer> = Common<Facts, Answers> & {
  readonly kind: StepKind;
  readonly review?: boolean;
  readonly ask: (context: StepContext<Facts, Answers>, draft: unknown) => Asking;
  readonly read: (input: Input, context: StepContext<Facts, Answers>, draft: unknown) => Reading<Answer>;
  readonly isStillValid: (answer: unknown, context: StepContext<Facts, Answers>) => boolean;
  /** What a step that gathers has so far, as an answer: kept when the person goes back in between. */
  readonly gathered?: (draft: unknown) => Answer | undefined;
  /** Where a step that gathers begins when it is asked once more: with what it has. */
  readonly draftOf?: (answer: unknown) => unknown;
  /** Where back leads inside a step that asks in parts; undefined: to the question before. */
  readonly inside?: (draft: unknown) => { readonly draft: unknown } | undefined;
  /** The option that an answer is, where it is not among those asked at first. */
  readonly named?: (answer: unknown, context: StepContext<Facts, Answers>) => Option | undefined;
};

export const again = (reason: string): { readonly type: 'again'; readonly reason: string } => ({
  type: 'again',
  reason,
});
