import { createHash } from 'node:crypto';
import type { Names } from '../../engine/step.ts';
import defaults from './default-questionnaires.json' with { type: 'json' };

export const QUESTION_TYPES = ['single', 'several', 'scale', 'text', 'info'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

/** Roles of special options. `decoy` names a thing that does not exist, to detect indiscriminate agreement. */
export const OPTION_ROLES = ['dont_know', 'not_applicable', 'none', 'other', 'decoy'] as const;
export type OptionRole = (typeof OPTION_ROLES)[number];

/** Returns true if an option cannot be ticked together with others. */
export function isExclusive({ role }: Pick<SurveyOption, 'role'>): boolean {
  return role === 'dont_know' || role === 'not_applicable' || role === 'none';
}

/** One option of a question. Its code never changes; its wording may. `score` runs from 0 (worst) to 100. */
export type SurveyOption = {
  readonly code: string;
  readonly text: Names;
  readonly score?: number;
  readonly role?: OptionRole;
};

/** Orders of options: as written; as written or reversed; shuffled, with non-opinions last. */
export const ORDERS = ['fixed', 'reversible', 'shuffled'] as const;

export type SurveyQuestion = {
  readonly code: string;
  readonly type: QuestionType;
  readonly text: Names;
  readonly options?: readonly SurveyOption[];
  readonly order?: (typeof ORDERS)[number];
  /** The most options that may be ticked. */
  readonly max?: number;
  /** The question is asked only after one of these answers to an earlier question. */
  readonly showIf?: { readonly question: string; readonly in: readonly string[] };
};

/** The questions of a survey. A wave holds a frozen copy. */
export type Questionnaire = {
  readonly key: string;
  readonly version: number;
  readonly title: Names;
  readonly questions: readonly SurveyQuestion[];
  /** A ballot with answers to all of these that were asked is valid, even if it was left before the end. */
  readonly valid: readonly string[];
};

/** The most questions, information texts included, that the flow can ask. */
export const QUESTION_SLOTS = 24;

/** The built-in questionnaires; the first is the default. */
export const QUESTIONNAIRES = defaults as readonly Questionnaire[];

/** Answers by question code: option codes, or text for a text question; null if skipped. */
export type SurveyAnswers = Readonly<Record<string, readonly string[] | string | null | undefined>>;

/** Returns true if the answers before a question meet its condition. */
export function isAsked({ showIf }: SurveyQuestion, answers: SurveyAnswers): boolean {
  if (!showIf) return true;
  const given = answers[showIf.question];
  return Array.isArray(given) && given.some((code) => showIf.in.includes(code));
}

/** Keeps answers to questions that are asked, with codes that exist; drops all others. */
export function validAnswers({ questions }: Questionnaire, given: SurveyAnswers): SurveyAnswers {
  const kept: Record<string, readonly string[] | string | null> = {};
  for (const question of questions) {
    const answer = given[question.code];
    if (answer === undefined || !isAsked(question, kept)) continue;
    if (answer === null) {
      kept[question.code] = null;
      continue;
    }
    if (question.type === 'text') {
      if (typeof answer === 'string' && answer !== '') kept[question.code] = answer;
      continue;
    }
    const known = (question.options ?? []).map(({ code }) => code);
    const most = question.type === 'several' ? (question.max ?? known.length) : 1;
    const fits = Array.isArray(answer) && answer.length >= 1 && answer.length <= most;
    if (fits && new Set(answer).size === answer.length && answer.every((code) => known.includes(code)))
      kept[question.code] = answer as readonly string[];
  }
  return kept;
}

/** Classifies a ballot: all questions answered, only the required ones, or not even these. */
export function completeness(
  { questions, valid }: Questionnaire,
  answers: SurveyAnswers,
): 'complete' | 'partial' | 'broken_off' {
  const asked = questions.filter((question) => question.type !== 'info' && isAsked(question, answers));
  const needed = asked.filter(({ code }) => valid.includes(code));
  // A required question that was skipped cannot be counted either.
  if (needed.some(({ code }) => answers[code] === undefined || answers[code] === null)) return 'broken_off';
  return asked.every(({ code }) => answers[code] !== undefined) ? 'complete' : 'partial';
}

/** Returns the codes of all options but "don't know" and "does not apply". */
export function opinionCodes({ options = [] }: SurveyQuestion): readonly string[] {
  return options.filter(({ role }) => role !== 'dont_know' && role !== 'not_applicable').map(({ code }) => code);
}

/** Returns a hash of a questionnaire's content (the first 16 hex digits of SHA-256). */
export function questionnaireHash(questionnaire: Questionnaire): string {
  return createHash('sha256').update(JSON.stringify(questionnaire)).digest('hex').slice(0, 16);
}
