import { cutText } from '../../engine/cut-text.ts';
import type { Option, Step, StepContext } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { isAsked } from '../questionnaire/questionnaire.ts';
import type { AnswerSurveyFacts } from './ballot-access.ts';
import { stepId, surveyAnswers } from './survey-steps.ts';

type ChangeContext = StepContext<AnswerSurveyFacts, { readonly begin?: string | null }>;
type ChangeStep = Step<AnswerSurveyFacts, { readonly begin?: string | null }, string>;

/** Length of a question on a button, characters. */
const SHOWN_MAX = 20;

/** True if the ballot was handed in before. */
export function isChange({ answers, facts }: ChangeContext): boolean {
  return answers.begin === 'start' && facts.access?.entry.disposition === 'complete';
}

/** Lists the questions of a ballot that was handed in: which answer to change, hand in again, or withdraw. No answer is shown. */
export function changeStep(): ChangeStep {
  const step = choice<AnswerSurveyFacts, { readonly begin?: string | null }, string>({
    options: listed,
    relevant: isChange,
    reviewed: false,
  });
  return {
    ...step,
    read: (input, context, draft) => {
      const reading = step.read(input, context, draft);
      if (reading.type !== 'answer' || reading.value === 'send') return reading;
      // 这次不答 stands under the beginning.
      return { type: 'go', step: reading.value === 'withdraw' ? 'begin' : reading.value };
    },
    isStillValid: (answer) => answer === 'send',
  };
}

function listed({ answers, facts: { questions } }: ChangeContext): readonly Option[] {
  // The engine keeps answers by step id.
  const given = surveyAnswers(answers as Readonly<Record<string, unknown>>, questions);
  const asked = questions.flatMap((question, n): readonly Option[] => {
    if (question.type === 'info' || !isAsked(question, given)) return [];
    const names = Object.entries(question.text).map(([tag, text]) => [tag, cutText(text, SHOWN_MAX)]);
    return [{ id: stepId(question, n), name: Object.fromEntries(names) }];
  });
  return [...asked, { id: 'send' }, { id: 'withdraw' }];
}
