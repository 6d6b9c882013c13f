import type { Flow, FlowStep } from './flow.ts';
import { lastFew } from './last-few.ts';
import type { Session } from './session.ts';
import type { StepContext } from './step.ts';

/** A flow with the facts and the time (ms since the epoch) of one turn. */
export type FlowRun<F> = { readonly flow: Flow<F>; readonly facts: F; readonly now: number };

type SessionAnswers = Session['answers'];

/** True if results cached for one run hold for the other. */
export function isSameRun(one: FlowRun<unknown>, other: FlowRun<unknown>): boolean {
  return one.flow === other.flow && one.facts === other.facts && one.now === other.now;
}

export function findStep<F>(run: FlowRun<F>, id: string): FlowStep<F> | undefined {
  return run.flow.steps.find((step) => step.id === id);
}

/** The first relevant step without a valid answer. */
export function firstOpen<F>(run: FlowRun<F>, answers: SessionAnswers): FlowStep<F> | undefined {
  const { steps, context } = visibleSteps(run, answers);
  // What is offered is asked only if its answer, such as words that name a person, does not hold.
  const isLeft = (step: FlowStep<F>) => step.offered?.(context) === true && (context.answers[step.id] ?? null) === null;
  return steps.find((step) => !isAnswered(step, context) && !isLeft(step));
}

export function relevantSteps<F>(run: FlowRun<F>, answers: SessionAnswers): readonly FlowStep<F>[] {
  return visibleSteps(run, answers).steps;
}

/** The relevant step before the session's; undefined at the first. */
export function stepBefore<F>(run: FlowRun<F>, session: Session): FlowStep<F> | undefined {
  const { steps } = visibleSteps(run, session.answers);
  return steps[steps.findIndex((step) => step.id === session.step) - 1];
}

export function isRelevant<F>(run: FlowRun<F>, step: FlowStep<F>, answers: SessionAnswers): boolean {
  return visibleSteps(run, answers).steps.includes(step);
}

/** The context of the steps: only answers of relevant steps are in it. */
export function contextOf<F>(run: FlowRun<F>, answers: SessionAnswers): StepContext<F> {
  return visibleSteps(run, answers).context;
}

/** The relevant steps for a set of answers, and the context that they see. */
type VisibleSteps<F> = {
  readonly run: FlowRun<F>;
  readonly steps: readonly FlowStep<F>[];
  readonly context: StepContext<F>;
};

/** One turn needs the path of the same answers about twelve times; answers are never changed in place. */
const CACHE = lastFew<SessionAnswers, VisibleSteps<unknown>>();

/** Walks down the table once; `relevant` of a step sees only answers of relevant steps before it. */
function visibleSteps<F>(run: FlowRun<F>, answers: SessionAnswers): VisibleSteps<F> {
  const cached = CACHE.get(answers);
  if (cached && isSameRun(cached.run, run as FlowRun<unknown>)) return cached as unknown as VisibleSteps<F>; // the same flow and facts
  const visible: Record<string, unknown> = {};
  const context = { answers: visible, facts: run.facts, now: run.now };
  const steps: FlowStep<F>[] = [];
  for (const step of run.flow.steps) {
    if (!(step.relevant?.(context) ?? true)) continue;
    steps.push(step);
    if (answers[step.id] !== undefined) visible[step.id] = answers[step.id];
  }
  const path = { run, steps, context };
  CACHE.set(answers, path as unknown as VisibleSteps<unknown>);
  return path;
}

/** True if the step has an answer that it would still accept. Another group or a new flow version may void it. */
export function isAnswered<F>(step: FlowStep<F>, context: StepContext<F>): boolean {
  const answer = context.answers[step.id];
  if (answer === undefined) return false;
  return answer === null ? isOptional(step, context) : step.isStillValid(answer, context);
}

/** True if the step may be skipped, given the answers so far. */
export function isOptional<F>({ optional = false }: FlowStep<F>, context: StepContext<F>): boolean {
  return typeof optional === 'function' ? optional(context) : optional;
}
