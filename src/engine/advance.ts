import type { Advance, Asked, Finished, OpeningAnswers } from './advance-result.ts';
import { applyAnswer, applyReading, ask, askAgain, readOut, showOldButton } from './apply-reading.ts';
import type { Flow, FlowStep } from './flow.ts';
import type { Input } from './input.ts';
import { keepInput } from './keep-input.ts';
import { keepDraft, moveTo, omit, settle } from './move-session.ts';
import type { FlowRun } from './path.ts';
import { contextOf, findStep, firstOpen, stepBefore } from './path.ts';
import { pickOne } from './pick-one.ts';
import type { Control, Question } from './question.ts';
import { isControl, LEAVE, questionOf } from './question.ts';
import type { Session } from './session.ts';

/** Opens a flow at its first open question; `opening` answers are not asked again. */
export function open<F>(
  flow: Flow<F>,
  talk: string,
  facts: F,
  now: number,
  opening: OpeningAnswers = {},
): Asked | Finished {
  const run = { flow, facts, now };
  const { album, draft } = opening;
  const answers = readOut(run, opening.answers ?? {});
  const session = { flow: flow.id, version: flow.version, talk, step: '', answers, expires: now };
  // A button under a message may bring all answers; the flow then finishes without a question.
  if (!firstOpen(run, answers)) return { type: 'finished', answers: contextOf(run, answers).answers, given: answers };
  const first = settle(run, album === undefined ? session : { ...session, album });
  return ask(run, draft === undefined ? first : { ...first, draft });
}

/** Asks the current question again after a pause, an announcement or a restart. */
export function resume<F>(flow: Flow<F>, stored: Session, facts: F, now: number): Advance {
  const run = { flow, facts, now };
  if (now > stored.expires) return { type: 'ended', how: 'expired', step: stored.step };
  return ask(run, omit(settle(run, stored), 'leaving'));
}

/** Returns the current question of a session, as its buttons show it. */
export function currentQuestion<F>(flow: Flow<F>, session: Session, facts: F, now: number): Question {
  const run = { flow, facts, now };
  return questionOf(run, settle(run, session));
}

/** Applies one input to a session. Pure: equal arguments give an equal result. */
export function advance<F>(flow: Flow<F>, stored: Session, input: Input, facts: F, now: number): Advance {
  const run = { flow, facts, now };
  if (now > stored.expires) return { type: 'ended', how: 'expired', step: stored.step };
  const session = settle(run, stored);
  if (Object.keys(session.answers).length < Object.keys(stored.answers).length)
    return showOldButton(run, session, 'changed');
  const step = findStep(run, session.step);
  if (!step) throw new Error(`Flow ${flow.id} has no steps.`);

  if (input.type === 'choice') {
    const here = session.leaving ? LEAVE : session.step;
    // Buttons of earlier questions stay on the screen; a tap on one must not answer this question.
    if (input.talk !== session.talk || input.step !== here) return showOldButton(run, stored);
    const question = questionOf(run, session);
    if (!isOffered(question, input.option)) return showOldButton(run, stored);
    if (question.seal !== '' && !isControl(input.option) && input.seal !== question.seal) {
      return showOldButton(run, stored, input.seal === session.seal ? 'changed' : 'old_button');
    }
    if (session.leaving) return applyLeave(run, session, input.option);
    if (isControl(input.option) && input.option !== '~done') return applyControl(run, session, step, input.option);
  }
  if (input.type === 'text' && session.leaving) {
    const option = pickOne(questionOf(run, session).options, input);
    if (option) return applyLeave(run, session, option);
    return { ...ask(run, session), because: askAgain('invalid', (session.misses ?? 0) + 1) };
  }
  if (input.type === 'text' && session.seal !== undefined && session.seal !== questionOf(run, session).seal)
    return showOldButton(run, stored, 'changed');
  const staying = omit(session, 'leaving');
  const kept = keepInput(run, staying, step, input);
  if (kept) return kept;
  return applyReading(run, staying, step, step.read(input, contextOf(run, session.answers), session.draft));
}

function applyControl<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  control: Exclude<Control, '~done'>,
): Advance {
  switch (control) {
    case '~back': {
      // Inside a question with parts, back first leaves the part.
      const inside = session.draft === undefined ? undefined : step.backInside?.(session.draft);
      if (inside) return ask(run, { ...moveTo(run, session, step.id), ...inside });
      return ask(run, moveTo(run, keepDraft(session, step), stepBefore(run, session)?.id ?? step.id));
    }
    case '~skip':
      return applyAnswer(run, session, step, null);
    case '~keep':
      return ask(run, moveTo(run, session, firstOpen(run, session.answers)?.id ?? step.id));
    case '~leave':
      if (run.flow.light) return { type: 'ended', how: 'dropped', step: step.id };
      return ask(run, { ...omit(session, 'misses'), leaving: true });
  }
}

function applyLeave<F>(run: FlowRun<F>, session: Session, option: string): Advance {
  if (option === 'drop') return { type: 'ended', how: 'dropped', step: session.step };
  const staying = ask(run, omit(session, 'leaving'));
  return option === 'later' ? { type: 'paused', session: staying.session } : staying;
}

/** True if the question shows a button for this option. */
function isOffered({ options, controls, review }: Question, option: string): boolean {
  if (isControl(option)) return controls.includes(option);
  return options.some(({ id }) => id === option) || review.some(({ step }) => `fix.${step}` === option);
}
