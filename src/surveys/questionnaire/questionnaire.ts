import { createHash } from 'node:crypto';
import type { Names } from '../../engine/step.ts';
import defaults from './default-questionnaires.json' with { type: 'json' };

export const QUESTION_TYPES = ['single', 'several', 'scale', 'text', 'info'] as const;
export type QuestionType = (typeof QUESTION_TYPES)[number];

/** Options that are no opinion: not known, does not apply, none of these; something that is not listed; and one that does not exist, to see who says yes to anything. */
export const OPTION_ROLES = ['dont_know', 'not_applicable', 'none', 'other', 'decoy'] as const;

/** Whether an option stands alone: whoever ticks it can tick nothing besides. */
export function isAlone({ role }: Pick<SurveyOption, 'role'>): boolean {
  return role === 'dont_know' || role === 'not_applicable' || role === 'none';
}
export type OptionRole = (typeof OPTION_ROLES)[number];

/** One thing to choose. Codes stay for ever; wording has versions. `score` runs from 0 (worst) to 100. */
export type SurveyOption = {
  readonly code: string;
  readonly text: Names;
  readonly score?: number;
  readonly role?: OptionRole;
};

/** How options are put: as written; as written or the other way round; shuffled, with what is no opinion at the end. */
export const ORDERS = ['fixed', 'reversible', 'shuffled'] as const;

export type SurveyQuestion = {
  readonly code: string;
  readonly type: QuestionType;
  readonly text: Names;
  readonly options?: readonly SurveyOption[];
  readonly order?: (typeof ORDERS)[number];
  /** How many may be ticked. */
  readonly max?: number;
  /** Asked only of those who gave one of these answers to an earlier question. */
  readonly showIf?: { readonly question: string; readonly in: readonly string[] };
};

/** What a survey asks. Once a wave is open its questionnaire is frozen with it. */
export type Questionnaire = {
  readonly key: string;
  readonly version: number;
  readonly title: Names;
  readonly questions: readonly SurveyQuestion[];
  /** Whoever answered these counts, even if they left before the end. */
  readonly valid: readonly string[];
};

/** As many questions, texts to be read among them, as a talk has places for. */
export const PLACES = 24;

/** The questionnaires that come with the product; the first is the usual one. */
export const QUESTIONNAIRES = defaults as readonly Questionnaire[];

/** What somebody answered: the codes of each question; words where it asks for words; null where it was passed over. */
export type SurveyAnswers = Readonly<Record<string, readonly string[] | string | null | undefined>>;

/** Whether a question is asked, given the answers before it. */
export function isAsked({ showIf }: SurveyQuestion, answers: SurveyAnswers): boolean {
  if (!showIf) return true;
  const given = answers[showIf.question];
  return Array.isArray(given) && given.some((code) => showIf.in.includes(code));
}

/** The answers that the questionnaire takes: of questions that are asked, with codes that exist. What else lies there is left out. */
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

/** Whether somebody answered to the end, far enough to count, or not. */
export function completeness(
  { questions, valid }: Questionnaire,
  answers: SurveyAnswers,
): 'complete' | 'partial' | 'broken_off' {
  // Whoever passed over what counts has said nothing that could be counted.
  if (valid.some((code) => answers[code] === undefined || answers[code] === null)) return 'broken_off';
  const asked = questions.filter((question) => question.type !== 'info' && isAsked(question, answers));
  return asked.every(({ code }) => answers[code] !== undefined) ? 'complete' : 'partial';
}

/** The codes that are an opinion: neither "don't know" nor "does not apply". */
export function validCodes({ options = [] }: SurveyQuestion): readonly string[] {
  return options.filter(({ role }) => role !== 'dont_know' && role !== 'not_applicable').map(({ code }) => code);
}

/** Names a questionnaire by what it says: whoever has the same text has the same name. */
export function hashOf(questionnaire: Questionnaire): string {
  return createHash('sha256').update(JSON.stringify(questionnaire)).digest('hex').slice(0, 16);
}
