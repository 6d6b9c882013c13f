import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Questionnaire } from './questionnaire.ts';

/** Lists all questions with their options, as residents will read them. A button plays them; `about` names them to that talk. */
export function previewMessage({ title, questions }: Questionnaire, about: string): LocalizedMessage {
  const lines = questions.map(({ text, options = [] }, i): Value => {
    const values = { n: i + 1, question: { names: text } };
    const answers = options.map((option): Value => ({ names: option.text }));
    if (answers.length === 0) return { key: 'flows/my-surveys:preview.open_question', values };
    return { key: 'flows/my-surveys:preview.question', values: { ...values, options: { joined: answers } } };
  });
  const values = { title: { names: title }, n: questions.length, questions: { list: lines } };
  const buttons = [{ label: 'flows/my-surveys:preview.play', flow: 'preview-survey', argument: about }] as const;
  return { key: 'flows/my-surveys:preview.all', values, buttons };
}
