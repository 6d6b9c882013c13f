import type { Step, StepContext } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import type { RegionTree } from './region-tree.ts';

/** The option that stops narrowing: it means all of the region chosen so far. */
export const HERE = 'here';

type RegionStepsSpec<Facts, Answers, Id extends string> = {
  /** Step ids, the widest level first. */
  readonly ids: readonly Id[];
  /** The region at which narrowing begins, `*` for the city; undefined where no region is asked. */
  readonly from: (context: StepContext<Facts, Answers>) => string | undefined;
  /** The levels that offer “here”: every one (the default), all but the first, or none. */
  readonly here?: 'every_level' | 'below_first' | 'never';
};

/** Steps that narrow a region, one per level, until no level is left or “here” is chosen; for `flow.steps`. */
export function regionSteps<Facts extends { readonly regions: RegionTree }, Answers, Id extends string>(
  spec: RegionStepsSpec<Facts, Answers, Id>,
): Readonly<Record<Id, Step<Facts, Answers, string>>> {
  const steps = spec.ids.map((id, depth) => [id, regionStep(spec, depth)] as const);
  return Object.fromEntries(steps) as Readonly<Record<Id, Step<Facts, Answers, string>>>; // one entry per id
}

function regionStep<Facts extends { readonly regions: RegionTree }, Answers>(
  { ids, from, here = 'every_level' }: RegionStepsSpec<Facts, Answers, string>,
  depth: number,
): Step<Facts, Answers, string> {
  const offersHere = here === 'every_level' || (here === 'below_first' && depth > 0);
  const options = (context: StepContext<Facts, Answers>) => {
    const start = from(context);
    // The engine keeps answers by step id.
    const answers = context.answers as Readonly<Record<string, unknown>>;
    const above = depth === 0 ? start : answers[ids[depth - 1] ?? ''];
    if (start === undefined || typeof above !== 'string' || above === HERE) return [];
    const parts = context.facts.regions.below(above === '*' ? undefined : above);
    return parts.length > 0 ? [...(offersHere ? [{ id: HERE }] : []), ...parts] : [];
  };
  return choice<Facts, Answers, string>({
    relevant: (context) => options(context).length > 0,
    options,
    resets: ids.slice(depth + 1),
  });
}

/** The narrowest region among the answers of region steps; undefined if none was chosen. */
export function narrowest(...answers: readonly (string | null | undefined)[]): string | undefined {
  return answers.toReversed().find((answer) => answer && answer !== HERE) ?? undefined;
}
