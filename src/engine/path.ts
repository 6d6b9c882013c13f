import type { Flow, FlowStep } from './flow.ts';
import type { Session } from './session.ts';
import type { Scene } from './step.ts';

/** A flow being played: its table, the facts handed in from outside, and the time (ms since the epoch). */
export type Play<F> = { readonly flow: Flow<F>; readonly facts: F; readonly now: number };

type Answers = Session['answers'];

export function findStep<F>(play: Play<F>, id: string): FlowStep<F> | undefined {
  return play.flow.steps.find((step) => step.id === id);
}

/** The first question that is asked and not yet answered. */
export function firstOpen<F>(play: Play<F>, answers: Answers): FlowStep<F> | undefined {
  const scene = sceneOf(play, answers);
  return relevantSteps(play, answers).find((step) => !isAnswered(step, scene));
}

export function relevantSteps<F>(play: Play<F>, answers: Answers): readonly FlowStep<F>[] {
  return play.flow.steps.filter((step) => isRelevant(play, step, answers));
}

/** The question before this one; undefined at the first. */
export function stepBefore<F>(play: Play<F>, session: Session): FlowStep<F> | undefined {
  const steps = relevantSteps(play, session.answers);
  return steps[steps.findIndex((step) => step.id === session.step) - 1];
}

export function isRelevant<F>(play: Play<F>, step: FlowStep<F>, answers: Answers): boolean {
  return step.relevant?.(sceneOf(play, answers, step.id)) ?? true;
}

/** Steps see the answers of steps that the flow still asks; while relevance is decided, only of those before them. */
export function sceneOf<F>({ flow, facts, now }: Play<F>, answers: Answers, upTo?: string): Scene<F> {
  const seen: Record<string, unknown> = {};
  const scene = { answers: seen, facts, now };
  for (const step of flow.steps) {
    if (step.id === upTo) break;
    if (answers[step.id] !== undefined && (step.relevant?.(scene) ?? true)) seen[step.id] = answers[step.id];
  }
  return scene;
}

/** An answer that its step would no longer take (another group was chosen, the flow changed) counts as not given. */
export function isAnswered<F>(step: FlowStep<F>, scene: Scene<F>): boolean {
  const answer = scene.answers[step.id];
  if (answer === undefined) return false;
  return answer === null ? (step.optional ?? false) : step.holds(answer, scene);
}
