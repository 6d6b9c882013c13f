import type { AnswerLine, Question } from './question.ts';
import type { Session } from './session.ts';
import type { Names } from './step.ts';

/** The result of one input. */
export type Advance =
  | Asked
  | Finished
  | { readonly type: 'paused'; readonly session: Session }
  | { readonly type: 'ended'; readonly how: 'dropped' | 'declined' | 'expired'; readonly step: string };

export type Finished = {
  readonly type: 'finished';
  readonly answers: Session['answers'];
  /** All answers, including those whose question later answers made irrelevant. */
  readonly given: Session['answers'];
  readonly answered?: AnswerLine;
};

export type Asked = {
  readonly type: 'asked';
  readonly session: Session;
  readonly question: Question;
  readonly because?: AskReason;
  readonly answered?: AnswerLine;
  /** True if no reply is needed: a further photo of one album. */
  readonly quiet?: boolean;
};

/** Why the same question is asked again, or a notice that precedes it. */
export type AskReason =
  | { readonly type: 'again'; readonly reason: string; readonly misses: number }
  /** `changed`: another person changed what the question is about, after it was shown. */
  | { readonly type: 'old_button' | 'changed' }
  | { readonly type: 'photo_kept' }
  | { readonly type: 'place_kept' }
  | { readonly type: 'found'; readonly name: Names }
  | { readonly type: 'photo_full'; readonly max: number };

/** Answers and photo album that a person sent before the flow was opened, and the draft of its first question. */
export type OpeningAnswers = {
  readonly answers?: Session['answers'];
  readonly album?: string | undefined;
  readonly draft?: unknown;
};
