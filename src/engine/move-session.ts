import type { FlowStep } from './flow.ts';
import type { FlowRun } from './path.ts';
import { findStep, firstOpen, isRelevant } from './path.ts';
import { questionOf } from './question.ts';
import type { Session } from './session.ts';

/** Moves the session to a step that the flow still asks. Thus a new flow version never strands a session. */
export function settle<F>(run: FlowRun<F>, stored: Session): Session {
  const session = stored.version === run.flow.version ? stored : { ...stored, version: run.flow.version };
  const answers = withoutChanged(run, session);
  const step = findStep(run, session.step);
  if (answers === session.answers && step && isRelevant(run, step, answers)) return session;
  const next = firstOpen(run, answers) ?? run.flow.steps.at(-1);
  return moveTo(run, { ...session, answers }, next?.id ?? '');
}

/**
 * Drops answers to what others have changed since: the next open objection, another text. A question with a seal of its own
 * shows the change itself.
 */
function withoutChanged<F>(run: FlowRun<F>, session: Session): Session['answers'] {
  const { answers, seals = {}, step: here } = session;
  const sealOf = (step: string) => questionOf(run, { ...omit(session, 'draft', 'leaving'), step }).seal;
  const changed = Object.keys(seals).filter((id) => {
    const step = id === here || answers[id] === undefined ? undefined : findStep(run, id);
    return step && isRelevant(run, step, answers) && sealOf(id) !== seals[id];
  });
  if (changed.length === 0 || (findStep(run, here) && sealOf(here) !== '')) return answers;
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !changed.includes(id)));
}

/** Puts the session on another step; its draft begins with the answer given there before. */
export function moveTo<F>(run: FlowRun<F>, session: Session, id: string): Session {
  const there = { ...omit(session, 'draft', 'misses', 'leaving', 'seal'), step: id };
  const draft = findStep(run, id)?.draftFromAnswer?.(session.answers[id]);
  return draft === undefined ? there : { ...there, draft };
}

/** Stores the draft as the step's answer, so that photos sent so far survive a step back. */
export function keepDraft<F>(session: Session, step: FlowStep<F>): Session {
  const answer = session.draft === undefined ? undefined : step.draftAnswer?.(session.draft, session.answers[step.id]);
  return answer === undefined ? session : { ...session, answers: { ...session.answers, [step.id]: answer } };
}

/** Adds answers to other questions that the same input gave; they replace older ones. */
export function addAnswers(session: Session, also: Session['answers'] = {}): Session {
  return omit({ ...session, answers: { ...session.answers, ...also } }, 'misses');
}

/** Removes fields from the session; returns the same object if none was set. */
export function omit(session: Session, ...fields: readonly ('draft' | 'misses' | 'leaving' | 'seal')[]): Session {
  if (fields.every((field) => session[field] === undefined)) return session;
  const rest: Record<string, unknown> = { ...session };
  for (const field of fields) delete rest[field];
  return rest as Session;
}
