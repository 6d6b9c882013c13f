import type { Step, StepContext } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import type { RegionTree } from './region-tree.ts';

/** The answer that goes no further down: all of what was chosen before. */
export const HERE = 'here';

type Narrowing<Facts, Answers> = {
  /** The steps' own ids, the widest first. */
  readonly ids: readonly string[];
  /** Where it begins: a region, or * for everywhere; undefined where it is not asked now. */
  readonly from: (context: StepContext<Facts, Answers>) => string | undefined;
  /** Whether all of where it begins can be chosen. */
  readonly whole?: boolean;
  /** False: it is followed down to the end, and nobody may say “here” before. */
  readonly stops?: false;
};

/** Steps that lead from a wide region to a narrow one, a level each, as long as there is one below and nobody said “here”. */
export function narrowRegion<Facts extends { readonly regions: RegionTree }, Answers>(
  { ids, from, whole = true, stops }: Narrowing<Facts, Answers>,
  depth: number,
): Step<Facts, Answers, string> {
  const options = (context: StepContext<Facts, Answers>) => {
    const begins = from(context);
    // The engine keeps answers by the ids of their steps.
    const answers = context.answers as Readonly<Record<string, unknown>>;
    const above = depth === 0 ? begins : answers[ids[depth - 1] ?? ''];
    if (begins === undefined || typeof above !== 'string' || above === HERE) return [];
    const parts = context.facts.regions.below(above === '*' ? undefined : above);
    return parts.length > 0 ? [...((depth > 0 || whole) && stops !== false ? [{ id: HERE }] : []), ...parts] : [];
  };
  return choice<Facts, Answers, string>({
    relevant: (context) => options(context).length > 0,
    options,
    resets: ids.slice(depth + 1),
  });
}

/** The narrowest region that was chosen; undefined if none was. */
export function narrowest(...chosen: readonly (string | null | undefined)[]): string | undefined {
  return chosen.toReversed().find((one) => one && one !== HERE) ?? undefined;
}
