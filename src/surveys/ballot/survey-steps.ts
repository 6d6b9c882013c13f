import type { Names, Option, Step, StepContext, StepKind } from '../../engine/step.ts';
import { again } from '../../engine/step.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { randomFrom } from '../../random.ts';
import type { SurveyAnswers, SurveyOption, SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { isAlone, isAsked, PLACES } from '../questionnaire/questionnaire.ts';

const WORDS_MAX = 300;

/** What the steps of a survey look at: its questions, each with its options in the order in which this person sees them. */
export type SurveyFacts = { readonly questions: readonly SurveyQuestion[] };

/** The step ids of the n-th question, by how it is answered; questions are data, and steps are not. */
const KINDS = { choice: 'q', choices: 'm', text: 't' } as const;

/** What was answered, by the codes of the questions. */
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

/** The same the other way round: what a session of this questionnaire would remember. */
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

function stepId(question: SurveyQuestion, n: number): string {
  return `${KINDS[kindOf(question)]}${n + 1}`;
}

function kindOf({ type }: SurveyQuestion): keyof typeof KINDS {
  return type === 'several' ? 'choices' : type === 'text' ? 'text' : 'choice';
}

type At = StepContext<SurveyFacts, unknown>;
type SurveyStep = { readonly id: string; readonly step: Step<SurveyFacts, unknown, unknown> };

/** A step for each place and each way of answering; those that the questionnaire does not have there are not asked. */
export function surveySteps(): readonly SurveyStep[] {
  return Array.from({ length: PLACES }, (_, n) =>
    (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => ({
      id: `${KINDS[kind]}${n + 1}`,
      step: stepAt(n, kind),
    })),
  ).flat();
}

function stepAt(n: number, kind: keyof typeof KINDS): Step<SurveyFacts, unknown, unknown> {
  const question = ({ facts }: At) => {
    const found = facts.questions[n];
    return found && kindOf(found) === kind ? found : undefined;
  };
  const common = {
    optional: true,
    relevant: (context: At) => {
      const found = question(context);
      // The engine keeps answers by the ids of their steps.
      const answers = context.answers as Readonly<Record<string, unknown>>;
      if (found === undefined || answers.begin !== 'start') return false;
      return found.showIf === undefined || isAsked(found, surveyAnswers(answers, context.facts.questions));
    },
    values: (context: At) => ({ at: n + 1, of: context.facts.questions.length }),
  };
  const options = (context: At) => optionsOf(question(context));
  const named = (step: Step<SurveyFacts, unknown, unknown>): Step<SurveyFacts, unknown, unknown> => ({
    ...step,
    ask: (context, draft) => ({ ...step.ask(context, draft), name: question(context)?.text ?? {} }),
  });
  switch (kind) {
    case 'choice':
      return named(choice<SurveyFacts, unknown, string>({ ...common, options }) as Step<SurveyFacts, unknown, unknown>);
    case 'choices':
      return named(
        several(
          choices<SurveyFacts, unknown, string>({ ...common, options }) as Step<SurveyFacts, unknown, unknown>,
          question,
        ),
      );
    case 'text':
      return named({
        ...common,
        kind: 'text' as StepKind,
        ask: () => ({}),
        isStillValid: (answer) => typeof answer === 'string',
        read: readWords,
      });
  }
}

const readWords: Step<SurveyFacts, unknown, unknown>['read'] = (input) => {
  if (input.type !== 'text' || input.text.trim() === '') return again('invalid');
  return { type: 'answer', value: [...input.text.trim()].slice(0, WORDS_MAX).join('') };
};

/** “None of these” and “hard to say” stand alone: a tick on them is the answer, and takes the others away. */
function several(
  step: Step<SurveyFacts, unknown, unknown>,
  question: (context: At) => SurveyQuestion | undefined,
): Step<SurveyFacts, unknown, unknown> {
  return {
    ...step,
    read: (input, context, draft) => {
      const reading = step.read(input, context, draft);
      const { options = [], max = options.length } = question(context) ?? {};
      if (reading.type !== 'more' || !Array.isArray(reading.draft)) return reading;
      const ticked = reading.draft as readonly string[];
      const alone = options.find((option) => ticked.at(-1) === option.code && isAlone(option));
      if (alone) return { type: 'answer', value: [alone.code] };
      return ticked.length > max ? { type: 'more', draft, reason: 'too_many' } : reading;
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

/** The questions as one person sees them: scales one way or the other, lists shuffled, what is no opinion always last. The same lot, the same order. */
export function ordered(questions: readonly SurveyQuestion[], lot: number): readonly SurveyQuestion[] {
  const random = randomFrom(lot);
  const reversed = random() < 0.5;
  return questions.map((question) => {
    const { options = [], order = 'fixed' } = question;
    const opinions = options.filter(({ role }) => role === undefined || role === 'decoy');
    const rest = options.filter((option) => !opinions.includes(option));
    const put: readonly SurveyOption[] =
      order === 'shuffled'
        ? opinions
            .map((option) => ({ option, at: random() }))
            .toSorted((a, b) => a.at - b.at)
            .map(({ option }) => option)
        : order === 'reversible' && reversed
          ? opinions.toReversed()
          : opinions;
    return options.length === 0 ? question : { ...question, options: [...put, ...rest] };
  });
}
