import type { Advance, Asked, AskReason } from './advance-result.ts';
import type { FlowStep } from './flow.ts';
import { addAnswers, moveTo, omit, settle } from './move-session.ts';
import type { FlowRun } from './path.ts';
import { contextOf, findStep, firstOpen } from './path.ts';
import type { Question } from './question.ts';
import { lineOf, questionOf } from './question.ts';
import type { Session } from './session.ts';
import type { Names, Reading } from './step.ts';

/** Applies what a step has read in an input. */
export function applyReading<F>(run: FlowRun<F>, session: Session, step: FlowStep<F>, reading: Reading): Advance {
  switch (reading.type) {
    case 'answer':
      return applyAnswer(run, session, step, reading.value, reading);
    case 'more': {
      const { [step.id]: _cleared, ...others } = session.answers;
      const before = reading.clears ? { ...session, answers: others } : session;
      const asked = ask(run, { ...alsoAnswered(run, before, reading.also), draft: reading.draft });
      const because = reading.reason === undefined ? {} : { because: askAgain(reading.reason, 1) };
      return { ...asked, ...because, quiet: reading.quiet ?? false };
    }
    case 'again': {
      const misses = (session.misses ?? 0) + 1;
      return {
        ...ask(run, { ...alsoAnswered(run, session, reading.also), misses }),
        because: askAgain(reading.reason, misses),
      };
    }
    case 'go': {
      const target = findStep(run, reading.step);
      return target ? ask(run, moveTo(run, session, target.id)) : showOldButton(run, session);
    }
    case 'skipped':
      return applyAnswer(run, session, step, null);
    case 'declined':
      return { type: 'ended', how: 'declined', step: step.id };
  }
}

/** Stores an answer, and asks the next open question or ends the talk. */
export function applyAnswer<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  value: unknown,
  { also, found }: { readonly also?: Session['answers']; readonly found?: Names } = {},
): Advance {
  const answers = { ...session.answers, [step.id]: value };
  const changed = isSame(session.answers[step.id], value) ? [] : (step.changeResets ?? []);
  const resets = [...(step.resets ?? []), ...changed, ...(value === false ? (step.noResets ?? []) : [])];
  for (const later of resets) delete answers[later];
  Object.assign(answers, also);
  const answered = lineOf(run, answers, step);
  const there =
    session.seal === undefined ? session : { ...session, seals: { ...session.seals, [step.id]: session.seal } };
  const all = readOut(run, answers);
  const next = firstOpen(run, all);
  // A review never counts as answered: after "send" it is the first open step unless an answer is missing.
  if (next && next.id !== step.id) {
    const because = found ? { because: { type: 'found', name: found } as const } : {};
    return { ...ask(run, moveTo(run, { ...there, answers: all }, next.id)), answered, ...because };
  }
  return { type: 'finished', answers: contextOf(run, all).answers, given: all, answered };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Adds what the answers already say to what is missing. */
export function readOut<F>(run: FlowRun<F>, answers: Session['answers']): Session['answers'] {
  const more = run.flow.readsOut?.(answers, run.facts) ?? {};
  return Object.keys(more).length === 0 ? answers : { ...more, ...answers };
}

function alsoAnswered<F>(run: FlowRun<F>, session: Session, also: Session['answers'] | undefined): Session {
  const added = addAnswers(session, also);
  return also === undefined ? added : { ...added, answers: readOut(run, added.answers) };
}

/** Shows the present question for a tap on a button of an earlier one, or for an answer to what has changed since. */
export function showOldButton<F>(
  run: FlowRun<F>,
  session: Session,
  type: 'old_button' | 'changed' = 'old_button',
): Asked {
  const question = questionOf(run, settle(run, session));
  return { type: 'asked', session: noteSeal(run, session, question), question, because: { type } };
}

/** Asks the session's question and renews its lifetime. */
export function ask<F>(run: FlowRun<F>, session: Session): Asked {
  const expires = run.now + run.flow.lifetimeSeconds * 1000;
  const question = questionOf(run, session);
  return { type: 'asked', session: noteSeal(run, { ...session, expires }, question), question };
}

/** Notes what the person sees now. A card of the person's own answers is left out: only the person changes them. */
function noteSeal<F>(run: FlowRun<F>, session: Session, question: Question): Session {
  const { step, kind } = question;
  const isOthers = (kind === 'choice' || kind === 'confirm') && findStep(run, step)?.review !== true;
  const rest = omit(session, 'seal');
  return isOthers && question.seal !== '' ? { ...rest, seal: question.seal } : rest;
}

/** Why the same question is asked again. */
export function askAgain(reason: string, misses: number): AskReason {
  return { type: 'again', reason, misses };
}
