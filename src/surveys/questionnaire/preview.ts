import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Questionnaire } from './questionnaire.ts';

/** Lists all questions with their options, so that organisers see what residents will be asked. */
export function previewMessage({ title, questions }: Questionnaire): LocalizedMessage {
  const lines = questions.map(({ text, options = [] }, i): Value => {
    const values = { n: i + 1, question: { names: text } };
    const answers = options.map((option): Value => ({ names: option.text }));
    if (answers.length === 0) return { key: 'flows/my-surveys:preview.open_question', values };
    return { key: 'flows/my-surveys:preview.question', values: { ...values, options: { joined: answers } } };
  });
  const values = { title: { names: title }, n: questions.length, questions: { list: lines } };
  return { key: 'flows/my-surveys:preview.all', values };
}
