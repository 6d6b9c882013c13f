import { advance, currentQuestion } from '../engine/advance.ts';
import type { Advance, Asked, Finished } from '../engine/advance-result.ts';
import type { Input } from '../engine/input.ts';
import type { Contact } from '../people/contact.ts';
import { encryptAnswer } from '../people/encrypt-answer.ts';
import type { Talk } from '../people/talk.ts';
import type { Reply } from './reply.ts';
import { closedWhileOpen, showResult } from './show-result.ts';
import type { Playing, TurnContext } from './turn-context.ts';

/** Plays one input into a talk. `refine` may replace the reason for which a question is asked again. */
export function playInput(
  { session, talk }: Playing,
  input: Input,
  reply: Reply,
  refine: (result: Advance) => Advance = (result) => result,
): void {
  const { context } = reply;
  const facts = reply.factsOf(talk);
  if (closedWhileOpen(talk, reply)) return;
  const result = withEncrypted(refine(advance(talk.flow, session, input, facts, context.now)), talk, context);
  if (!('answered' in result) || !result.answered) return showResult(result, talk, reply);
  const { answered } = result;
  const learnt = (talk.learns ?? unchanged)(reply.contact, answered, context.now);
  if (learnt !== reply.contact) reply.note(`learnt:${talk.flow.id}.${answered.step}`);
  reply.learn(learnt);
  const said = talk.says?.(answered, answersOf(result), facts);
  if (said) {
    reply.settleTapped(answered);
    reply.say(said);
  }
  if (result.type !== 'asked') return showResult(result, talk, reply);
  // A consent given just now changes which earlier questions are relevant, and so the way back.
  const question = currentQuestion(talk.flow, result.session, reply.factsOf(talk), context.now);
  showResult({ ...result, question }, talk, reply);
}

/** Encrypts an answer that the talk seals, before it enters the session. */
function withEncrypted(result: Advance, { seals = [] }: Talk, { person, store }: TurnContext): Advance {
  const step = 'answered' in result ? result.answered?.step : undefined;
  if (step === undefined || !seals.includes(step)) return result;
  const encrypted = (answers: Readonly<Record<string, unknown>>) => {
    const answer = answers[step];
    return typeof answer === 'string' ? { ...answers, [step]: encryptAnswer(answer, person.urn, store) } : answers;
  };
  if (result.type === 'asked')
    return { ...result, session: { ...result.session, answers: encrypted(result.session.answers) } };
  if (result.type !== 'finished') return result;
  return { ...result, answers: encrypted(result.answers), given: encrypted(result.given) };
}

const unchanged = (contact: Contact): Contact => contact;

function answersOf(result: Asked | Finished): Readonly<Record<string, unknown>> {
  return result.type === 'asked' ? result.session.answers : result.answers;
}
