import { cutText } from '../../engine/cut-text.ts';
import type { Names, Option, Step, StepContext, StepKind } from '../../engine/step.ts';
import { again } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { randomFrom } from '../../random.ts';
import type { SurveyAnswers, SurveyOption, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { isAsked, isExclusive, QUESTION_SLOTS } from '../questionnaire/questionnaire.ts';

/** Length limit of a written answer, characters. */
const TEXT_MAX = 300;

/** The questions of a survey, with options in the order of one ballot. */
export type SurveyFacts = { readonly questions: readonly SurveyQuestion[] };

/**
 * Prefixes of step ids by kind of answer. The steps of a flow are fixed, the questions are data: so each slot has a step of
 * every kind, of which at most one is asked.
 */
const PREFIXES = { choice: 'q', choices: 'm', text: 't' } as const;

/** Converts answers by step id into answers by question code. */
export function surveyAnswers(
  answers: Readonly<Record<string, unknown>>,
  questions: readonly SurveyQuestion[],
): SurveyAnswers {
  const found: Record<string, readonly string[] | string | null> = {};
  for (const [n, question] of questions.entries()) {
    const answer = answers[stepId(question, n)];
    if (answer === null) found[question.code] = null;
    else if (typeof answer === 'string') found[question.code] = question.type === 'text' ? answer : [answer];
    else if (Array.isArray(answer)) found[question.code] = answer as readonly string[];
  }
  return found;
}

/** Converts answers by question code into answers by step id. */
export function stepAnswers(
  answers: SurveyAnswers,
  questions: readonly SurveyQuestion[],
): Readonly<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  for (const [n, question] of questions.entries()) {
    const answer = answers[question.code];
    if (answer === undefined) continue;
    const one = Array.isArray(answer) && kindOf(question) === 'choice' ? answer[0] : answer;
    found[stepId(question, n)] = one;
  }
  return found;
}

export function stepId(question: SurveyQuestion, n: number): string {
  return `${PREFIXES[kindOf(question)]}${n + 1}`;
}

function kindOf({ type }: SurveyQuestion): keyof typeof PREFIXES {
  return type === 'several' ? 'choices' : type === 'text' ? 'text' : 'choice';
}

type SurveyContext = StepContext<SurveyFacts, unknown>;
type SurveyStep = Step<SurveyFacts, unknown, unknown>;

/** Creates the steps of every slot; a step is skipped if its slot has no question of its kind. */
export function surveySteps(): Readonly<Record<string, SurveyStep>> {
  const kinds = Object.keys(PREFIXES) as (keyof typeof PREFIXES)[];
  return Object.fromEntries(
    Array.from({ length: QUESTION_SLOTS }, (_, n) =>
      kinds.map((kind) => [`${PREFIXES[kind]}${n + 1}`, stepAt(n, kind)] as const),
    ).flat(),
  );
}

function stepAt(n: number, kind: keyof typeof PREFIXES): SurveyStep {
  const question = ({ facts }: SurveyContext) => {
    const found = facts.questions[n];
    return found && kindOf(found) === kind ? found : undefined;
  };
  const common = {
    optional: true,
    relevant: (context: SurveyContext) => {
      const found = question(context);
      // The engine keeps answers by step id.
      const answers = context.answers as Readonly<Record<string, unknown>>;
      if (found === undefined || answers.begin !== 'start') return false;
      return found.showIf === undefined || isAsked(found, surveyAnswers(answers, context.facts.questions));
    },
    values: (context: SurveyContext) => ({ at: n + 1, of: context.facts.questions.length }),
  };
  const options = (context: SurveyContext) => optionsOf(question(context));
  const withText = (step: SurveyStep): SurveyStep => ({
    ...step,
    ask: (context, draft) => ({ ...step.ask(context, draft), name: question(context)?.text ?? {} }),
  });
  switch (kind) {
    case 'choice':
      return withText(choice<SurveyFacts, unknown, string>({ ...common, options }) as SurveyStep);
    case 'choices':
      return withText(
        withExclusiveOptions(choices<SurveyFacts, unknown, string>({ ...common, options }) as SurveyStep, question),
      );
    case 'text':
      return withText({
        ...common,
        kind: 'text' as StepKind,
        ask: () => ({ takesWords: true }),
        isStillValid: (answer) => typeof answer === 'string',
        read: readText,
      });
  }
}

const readText: SurveyStep['read'] = (input) => {
  if (input.type !== 'text' || input.text.trim() === '') return again('invalid');
  return { type: 'answer', value: cutText(input.text.trim(), TEXT_MAX) };
};

/** A tick on an exclusive option (“none of these”, “hard to say”) answers the question and clears the other ticks. */
function withExclusiveOptions(
  step: SurveyStep,
  question: (context: SurveyContext) => SurveyQuestion | undefined,
): SurveyStep {
  return {
    ...step,
    read: (input, context, draft) => {
      const reading = step.read(input, context, draft);
      const { options = [], max = options.length } = question(context) ?? {};
      // Several typed numbers are an answer at once; an exclusive option among them contradicts the others.
      if (reading.type === 'answer' && Array.isArray(reading.value)) {
        const given = options.filter(({ code }) => (reading.value as readonly string[]).includes(code));
        if (given.length > 1 && given.some(isExclusive)) return again('invalid');
        return given.length > max ? { type: 'more', draft, reason: 'too_many' } : reading;
      }
      if (reading.type !== 'more' || !Array.isArray(reading.draft)) return reading;
      const ticked = reading.draft as readonly string[];
      const exclusive = options.find((option) => ticked.at(-1) === option.code && isExclusive(option));
      if (exclusive) return { type: 'answer', value: [exclusive.code] };
      // After a step back an exclusive option is ticked; another tick takes its place.
      const left = ticked.filter((code) => !options.some((option) => option.code === code && isExclusive(option)));
      return left.length > max ? { type: 'more', draft, reason: 'too_many' } : { ...reading, draft: left };
    },
    ask: (context, draft) => {
      const { options = [], max = options.length } = question(context) ?? {};
      const asking = step.ask(context, draft);
      return { ...asking, values: { ...asking.values, max } };
    },
  };
}

function optionsOf(question: SurveyQuestion | undefined): readonly (Option & { readonly id: string })[] {
  if (question?.type === 'info') return [{ id: 'seen', name: SEEN }];
  return (question?.options ?? []).map(({ code, text }) => ({ id: code, name: text }));
}

const SEEN: Names = { 'zh-CN': '→', en: '→' };

/**
 * Orders options against order effects: scales in one of two directions, lists shuffled, non-opinions always last. The same
 * lot gives the same order.
 */
export function orderOptions(questions: readonly SurveyQuestion[], lot: number): readonly SurveyQuestion[] {
  const random = randomFrom(lot);
  const reversed = random() < 0.5;
  return questions.map((question) => {
    const { options = [], order = 'fixed' } = question;
    const opinions = options.filter(({ role }) => role === undefined || role === 'decoy');
    const rest = options.filter((option) => !opinions.includes(option));
    const reordered: readonly SurveyOption[] =
      order === 'shuffled'
        ? opinions
            .map((option) => ({ option, at: random() }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ option }) => option)
        : order === 'reversible' && reversed
          ? opinions.toReversed()
          : opinions;
    return options.length === 0 ? question : { ...question, options: [...reordered, ...rest] };
  });
}
