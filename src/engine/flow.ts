import type { Step, StepContext } from './step.ts';

/** A conversation as a table of steps, in the order in which they are asked. */
export type Flow<Facts = unknown, Answers = unknown> = {
  readonly id: string;
  readonly version: number;
  /** A session without input for this long ends with a notice. */
  readonly lifetimeSeconds: number;
  /** A light flow (a list, a setting) closes without a question and is not offered again. */
  readonly light: boolean;
  readonly steps: readonly FlowStep<Facts>[];
  /** Answers that earlier ones already say; they fill only what is missing. */
  readonly readsOut?: (answers: Readonly<Record<string, unknown>>, facts: Facts) => Readonly<Record<string, unknown>>;
  /** Carries only the type of the answers; never set. */
  readonly answers?: Answers;
};

export type FlowStep<Facts> = Step<Facts, Readonly<Record<string, unknown>>, unknown> & { readonly id: string };

type FlowSettings<Facts> = Pick<Flow<Facts>, 'readsOut'> & {
  readonly id: string;
  readonly version: number;
  readonly lifetimeSeconds: number;
  readonly light?: boolean;
};

type FlowBuilder<Facts, Answers> = {
  /** Adds the next question. The answers that it reads are typed by the steps above it. */
  step<const Id extends string, Answer>(
    id: Id,
    step: Step<Facts, Answers, Answer>,
  ): FlowBuilder<Facts, Answers & { readonly [K in Id]?: Answer | null }>;
  /** Adds several questions in the order of the object's keys. */
  steps<Id extends string, Answer>(
    steps: Readonly<Record<Id, Step<Facts, Answers, Answer>>>,
  ): FlowBuilder<Facts, Answers & { readonly [K in Id]?: Answer | null }>;
  end(): Flow<Facts, Answers>;
};

/** Begins a flow: `.step(…)` adds a question, `.end()` closes the table. A skipped answer is null. */
export function flow<Facts>(
  settings: FlowSettings<Facts>,
): FlowBuilder<Facts, StepContext['answers'] & Record<never, never>> {
  return builderOf<Facts, Record<never, never>>({ light: false, ...settings, steps: [] });
}

function builderOf<Facts, Answers>(made: Flow<Facts, Answers>): FlowBuilder<Facts, Answers> {
  const add = <Id extends string, Answer>(steps: Readonly<Record<Id, Step<Facts, Answers, Answer>>>) => {
    // The engine keeps answers by id without their types; the builder is where the types are checked.
    const added = Object.entries<object>(steps).map(([id, step]) => ({ ...step, id })) as unknown as FlowStep<Facts>[];
    return builderOf<Facts, Answers & { readonly [K in Id]?: Answer | null }>({
      ...(made as Omit<typeof made, 'answers'>),
      steps: [...made.steps, ...added],
    });
  };
  return {
    step: <const Id extends string, Answer>(id: Id, step: Step<Facts, Answers, Answer>) =>
      add({ [id]: step } as Readonly<Record<Id, typeof step>>), // TypeScript gives a computed key the type string
    steps: add,
    end: () => made,
  };
}
