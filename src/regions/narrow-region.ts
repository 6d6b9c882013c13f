import { pickOne } from '../engine/pick-one.ts';
import type { Names, Option, Reading, Step, StepContext } from '../engine/step.ts';
import { again } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import type { RegionTree } from './region-tree.ts';

/** The option that stops narrowing: it means all of the region chosen so far. */
export const HERE = 'here';

/** Regions offered for words that may mean several. */
const OFFERED_MAX = 8;

type RegionStepsSpec<Facts, Answers, Id extends string> = {
  /** Step ids, the widest level first. */
  readonly ids: readonly Id[];
  /** The region at which narrowing begins, `*` for the city; undefined where no region is asked. */
  readonly from: (context: StepContext<Facts, Answers>) => string | undefined;
  /** The levels that offer “here”: every one (the default), all but the first, or none. */
  readonly here?: 'every_level' | 'below_first' | 'never';
};

/** Regions found for typed words, to choose one of. */
type FoundDraft = { readonly found: readonly string[] };

/**
 * Steps that narrow a region, one per level, until no level is left or “here” is chosen; for `flow.steps`. A typed name
 * answers several levels at once.
 */
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
  const options = (context: StepContext<Facts, Answers>): readonly Option[] => {
    const { regions } = context.facts;
    const start = from(context);
    // The engine keeps answers by step id.
    const answers = context.answers as Readonly<Record<string, unknown>>;
    const above = depth === 0 ? start : answers[ids[depth - 1] ?? ''];
    if (start === undefined || typeof above !== 'string' || above === HERE) return [];
    const parts = partsOf(above, regions);
    const level = above === '*' ? 'city' : (regions.levelOf(above) ?? 'city');
    return parts.length > 0 ? [...(offersHere ? [{ id: HERE, wording: `whole.${level}` }] : []), ...parts] : [];
  };
  const step = choice<Facts, Answers, string>({
    relevant: (context) => options(context).length > 0,
    options,
    resets: ids.slice(depth + 1),
  });
  /** The answers of all steps that lead to a region; undefined if they do not lead there from this step. */
  const pathTo = (region: string, context: StepContext<Facts, Answers>): readonly string[] | undefined => {
    const { regions } = context.facts;
    const path: string[] = [];
    for (let above = from(context) ?? ''; path.length < ids.length && above !== region; above = path.at(-1) ?? '') {
      const next = partsOf(above, regions).find(({ id }) => regions.chain(region).includes(id));
      if (!next) return undefined;
      path.push(next.id);
    }
    return path.at(-1) === region && path.length > depth ? path : undefined;
  };
  const take = (region: string, context: StepContext<Facts, Answers>, found?: Names): Reading<string> => {
    const path = pathTo(region, context) ?? [];
    const also = Object.fromEntries(ids.slice(0, path.length).map((id, i) => [id, path[i]]));
    return { type: 'answer', value: path[depth] ?? region, also, ...(found ? { found } : {}) };
  };
  return {
    ...step,
    ask: (context, draft) => ({
      options: isFound(draft) ? draft.found.map((id) => namedOption(id, context.facts.regions)) : options(context),
      searches: true,
    }),
    read: (input, context, draft) => {
      const { regions } = context.facts;
      const shown = isFound(draft) ? draft.found.map((id): Option => ({ id })) : options(context);
      const picked = pickOne(shown, input);
      if (picked !== undefined) return take(picked, context);
      if (input.type !== 'text') return again('invalid');
      const found = regions
        .search(input.text)
        .filter((id) => pathTo(id, context))
        .slice(0, OFFERED_MAX);
      const [only] = found;
      if (only === undefined) return again('region_unknown');
      if (found.length === 1) return take(only, context, regions.nameOf(only));
      return { type: 'more', draft: { found } satisfies FoundDraft, reason: 'regions_found' };
    },
    backInside: () => ({ draft: undefined }),
  };
}

function partsOf(above: string, regions: RegionTree): readonly Option[] {
  return regions.below(above === '*' ? undefined : above);
}

/** A found region with the one around it, since names occur twice. */
function namedOption(id: string, regions: RegionTree): Option {
  const around = regions.nameOf(regions.chain(id)[1] ?? '') ?? {};
  const names = Object.entries(regions.nameOf(id) ?? { 'zh-CN': id });
  return {
    id,
    name: Object.fromEntries(
      names.map(([language, name]) => [
        language,
        language === 'en' ? `${name} (${around.en ?? ''})` : `${name}（${around[language] ?? ''}）`,
      ]),
    ),
  };
}

function isFound(draft: unknown): draft is FoundDraft {
  return typeof draft === 'object' && draft !== null && 'found' in draft;
}

/** The narrowest region among the answers of region steps; undefined if none was chosen. */
export function narrowest(...answers: readonly (string | null | undefined)[]): string | undefined {
  return answers.toReversed().find((answer) => answer && answer !== HERE) ?? undefined;
}
