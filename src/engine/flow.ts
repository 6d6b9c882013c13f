import type { Step, StepContext } from './step.ts';

/** A talk as a table: steps in the order in which they are asked. */
export type Flow<Facts = unknown, Answers = unknown> = {
  readonly id: string;
  readonly version: number;
  /** A talk left alone for longer than this ends with a notice. */
  readonly lifetimeSeconds: number;
  /** A light talk (a list, a setting) closes without asking and is never offered again. */
  readonly light: boolean;
  readonly steps: readonly FlowStep<Facts>[];
  /** Only carries the type of the answers; there is no such value. */
  readonly answers?: Answers;
};

export type FlowStep<Facts> = Step<Facts, Readonly<Record<string, unknown>>, unknown> & { readonly id: string };

type Head = {
  readonly id: string;
  readonly version: number;
  readonly lifetimeSeconds: number;
  readonly light?: boolean;
};

type Building<Facts, Answers> = {
  /** Adds the next question; what it reads from earlier answers is typed by the steps above it. */
  step<const Id extends string, Answer>(
    id: Id,
    step: Step<Facts, Answers, Answer>,
  ): Building<Facts, Answers & { readonly [K in Id]?: Answer | null }>;
  end(): Flow<Facts, Answers>;
};

/** Begins a flow; `.step(…)` adds its questions in talk order and `.end()` closes it. A skipped answer is null. */
export function flow<Facts>(head: Head): Building<Facts, StepContext['answers'] & Record<never, never>> {
  return building<Facts, Record<never, never>>({ light: false, ...head, steps: [] });
}

function building<Facts, Answers>(made: Flow<Facts, Answers>): Building<Facts, Answers> {
  return {
    step<const Id extends string, Answer>(id: Id, step: Step<Facts, Answers, Answer>) {
      // The engine keeps answers by id without their types; the builder is where the types are checked.
      const added = { ...step, id } as unknown as FlowStep<Facts>;
      return building<Facts, Answers & { readonly [K in Id]?: Answer | null }>({
        ...(made as Omit<typeof made, 'answers'>),
        steps: [...made.steps, added],
      });
    },
    end: () => made,
  };
}
