import type { Flow, FlowStep } from './flow.ts';
import type { Session } from './session.ts';
import type { StepContext } from './step.ts';

/** A flow being played: its table, the facts handed in from outside, and the time (ms since the epoch). */
export type Play<F> = { readonly flow: Flow<F>; readonly facts: F; readonly now: number };

type SessionAnswers = Session['answers'];

/** What was found out about the one holds for the other. */
export function isSamePlay(one: Play<unknown>, other: Play<unknown>): boolean {
  return one.flow === other.flow && one.facts === other.facts && one.now === other.now;
}

export function findStep<F>(play: Play<F>, id: string): FlowStep<F> | undefined {
  return play.flow.steps.find((step) => step.id === id);
}

/** The first question that is asked and not yet answered. */
export function firstOpen<F>(play: Play<F>, answers: SessionAnswers): FlowStep<F> | undefined {
  const { steps, context } = visibleSteps(play, answers);
  return steps.find((step) => !isAnswered(step, context));
}

export function relevantSteps<F>(play: Play<F>, answers: SessionAnswers): readonly FlowStep<F>[] {
  return visibleSteps(play, answers).steps;
}

/** The question before this one; undefined at the first. */
export function stepBefore<F>(play: Play<F>, session: Session): FlowStep<F> | undefined {
  const { steps } = visibleSteps(play, session.answers);
  return steps[steps.findIndex((step) => step.id === session.step) - 1];
}

export function isRelevant<F>(play: Play<F>, step: FlowStep<F>, answers: SessionAnswers): boolean {
  return visibleSteps(play, answers).steps.includes(step);
}

/** Steps see the answers of steps that the flow still asks. */
export function contextOf<F>(play: Play<F>, answers: SessionAnswers): StepContext<F> {
  return visibleSteps(play, answers).context;
}

/** The questions that are asked, given these answers, and what they see of them. */
type VisibleSteps<F> = {
  readonly play: Play<F>;
  readonly steps: readonly FlowStep<F>[];
  readonly context: StepContext<F>;
};

/** One turn asks for the path of the same answers a dozen times; answers are never changed in place. */
const known = new WeakMap<SessionAnswers, VisibleSteps<unknown>>();

/** While relevance is decided, a step sees only the answers of relevant steps before it: one walk down the table. */
function visibleSteps<F>(play: Play<F>, answers: SessionAnswers): VisibleSteps<F> {
  const before = known.get(answers);
  if (before && isSamePlay(before.play, play as Play<unknown>)) return before as unknown as VisibleSteps<F>; // the same flow and facts
  const seen: Record<string, unknown> = {};
  const context = { answers: seen, facts: play.facts, now: play.now };
  const steps: FlowStep<F>[] = [];
  for (const step of play.flow.steps) {
    if (!(step.relevant?.(context) ?? true)) continue;
    steps.push(step);
    if (answers[step.id] !== undefined) seen[step.id] = answers[step.id];
  }
  const path = { play, steps, context };
  known.set(answers, path as unknown as VisibleSteps<unknown>);
  return path;
}

/** An answer that its step would no longer take (another group was chosen, the flow changed) counts as not given. */
export function isAnswered<F>(step: FlowStep<F>, context: StepContext<F>): boolean {
  const answer = context.answers[step.id];
  if (answer === undefined) return false;
  return answer === null ? (step.optional ?? false) : step.isStillValid(answer, context);
}
