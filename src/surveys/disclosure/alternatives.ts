import type { Arc, LinkedTables } from './linked-tables.ts';

/** Whether the value of a cell could also be one higher, and one lower. */
export type Room = { readonly up: boolean; readonly down: boolean };

/** What may change: hidden cells as far as they have room; a shown cell only if it is hidden too, at a cost. */
export type Hiding = {
  readonly isHidden: (cell: number) => boolean;
  readonly room: (cell: number) => Room;
  readonly cost: (cell: number) => number;
};

/** Cells whose values can change together while all sums stay, and the cost of hiding those that are shown. */
export type Alternative = { readonly cells: readonly number[]; readonly cost: number };

/** One direction of a cell: its value rises (or falls) by one on the way to node `to`. */
type Step = { readonly cell: number; readonly to: number; readonly rises: boolean };
/** A node on the search, with the step that led there. */
type Reached = { readonly at: number; readonly cost: number; readonly by?: Step; readonly before?: Reached };
type Way = { readonly steps: readonly Step[]; readonly at: number; readonly cost: number };

/** Passing a shared cell costs a little: then the other dimensions must change as well. */
const SHARED_COST = 1;

/**
 * Returns the search for the cheapest alternative of a cell. An alternative is a cycle in the network of a dimension, along which
 * values rise and fall by one. Where it changes shared cells, ways in the other dimensions' networks balance them.
 */
export function alternativesIn(
  { networks, isShared }: LinkedTables,
  { isHidden, room, cost }: Hiding,
): (cell: number, buys: boolean) => Alternative | undefined {
  const stepsOf = networks.map(({ nodes, arcs }) => {
    const steps: Step[][] = Array.from({ length: nodes }, () => []);
    for (const { cell, from, to } of arcs) {
      steps[from]?.push({ cell, to, rises: true });
      steps[to]?.push({ cell, to: from, rises: false });
    }
    return steps;
  });
  const arcsOf = networks.map(({ arcs }) => new Map(arcs.map((arc) => [arc.cell, arc])));

  /** Returns the cheapest way from a node to one of the goals, by Dijkstra's method. */
  const way = (
    network: number,
    start: number,
    isGoal: (node: number) => boolean,
    mayPass: (cell: number) => boolean,
    buys: boolean,
  ): Way | undefined => {
    const best = new Float64Array(stepsOf[network]?.length ?? 0).fill(Number.POSITIVE_INFINITY);
    best[start] = 0;
    // Dearest first, so that the cheapest is taken from the end.
    const open: Reached[] = [{ at: start, cost: 0 }];
    for (let reached = open.pop(); reached; reached = open.pop()) {
      if (isGoal(reached.at)) return { steps: stepsTo(reached), at: reached.at, cost: reached.cost };
      if (reached.cost > (best[reached.at] as number)) continue;
      for (const step of stepsOf[network]?.[reached.at] ?? []) {
        if (!mayPass(step.cell)) continue;
        const hidden = isHidden(step.cell);
        if (hidden ? !room(step.cell)[step.rises ? 'up' : 'down'] : !buys) continue;
        const spent = reached.cost + (hidden ? 0 : cost(step.cell)) + (isShared[step.cell] ? SHARED_COST : 0);
        if (spent >= (best[step.to] as number)) continue;
        best[step.to] = spent;
        open.splice(placeFor(spent, open), 0, { at: step.to, cost: spent, by: step, before: reached });
        // A goal at no further cost is taken at once: no open node costs less.
        if (spent === reached.cost && isGoal(step.to)) break;
      }
    }
    return undefined;
  };

  /** Changes the other dimensions in such a way that shared cells change alike in all. */
  const balance = (changed: readonly Step[], without: number, buys: boolean): Way | undefined => {
    const shared = changed.filter(({ cell }) => isShared[cell]);
    const steps: Step[] = [];
    let spent = 0;
    for (const network of networks.keys()) {
      if (shared.length === 0 || network === without) continue;
      const excess = excessOf(shared, arcsOf[network] ?? new Map());
      const used = new Set<number>();
      for (let [start] = nodesWith(excess, 1); start !== undefined; [start] = nodesWith(excess, 1)) {
        const found = way(
          network,
          start,
          (node) => (excess.get(node) ?? 0) < 0,
          (cell) => !isShared[cell] && !used.has(cell),
          buys,
        );
        if (!found) return undefined;
        for (const { cell } of found.steps) used.add(cell);
        excess.set(start, (excess.get(start) ?? 0) - 1);
        excess.set(found.at, (excess.get(found.at) ?? 0) + 1);
        steps.push(...found.steps);
        spent += found.cost;
      }
    }
    return { steps, at: 0, cost: spent };
  };

  const alternative = (cell: number, rises: boolean, passesShared: boolean, buys: boolean): Alternative | undefined => {
    const network = arcsOf.findIndex((arcs) => arcs.has(cell));
    const arc = arcsOf[network]?.get(cell);
    if (!arc || !room(cell)[rises ? 'up' : 'down']) return undefined;
    const [start, goal] = rises ? [arc.to, arc.from] : [arc.from, arc.to];
    const mayPass = (one: number) => one !== cell && (passesShared || !isShared[one]);
    const own = way(network, start, (node) => node === goal, mayPass, buys);
    if (!own) return undefined;
    const changed = [{ cell, to: start, rises }, ...own.steps];
    const others = balance(changed, network, buys);
    if (!others) return undefined;
    return { cells: [...changed, ...others.steps].map((step) => step.cell), cost: own.cost + others.cost };
  };

  return (cell, buys) => {
    let best: Alternative | undefined;
    for (const passesShared of [false, true]) {
      for (const rises of [false, true]) {
        const found = alternative(cell, rises, passesShared, buys);
        if (found && found.cost < (best?.cost ?? Number.POSITIVE_INFINITY)) best = found;
        if (best && (!buys || best.cost === 0)) return best;
      }
    }
    return best;
  };
}

/** Returns where to insert into a list whose dearest comes first. */
function placeFor(cost: number, open: readonly Reached[]): number {
  let [from, to] = [0, open.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((open[middle]?.cost ?? 0) < cost) to = middle;
    else from = middle + 1;
  }
  return from;
}

function stepsTo(reached: Reached): readonly Step[] {
  const steps: Step[] = [];
  for (let one: Reached | undefined = reached; one?.by; one = one.before) steps.push(one.by);
  return steps;
}

function nodesWith(excess: ReadonlyMap<number, number>, least: number): readonly number[] {
  return [...excess].flatMap(([node, amount]) => (amount >= least ? [node] : []));
}

/** Returns by how much more flows into each node than out of it once these cells have changed. */
function excessOf(changed: readonly Step[], arcs: ReadonlyMap<number, Arc>): Map<number, number> {
  const excess = new Map<number, number>();
  for (const { cell, rises } of changed) {
    const arc = arcs.get(cell);
    if (!arc) continue;
    const [from, to] = rises ? [arc.from, arc.to] : [arc.to, arc.from];
    excess.set(to, (excess.get(to) ?? 0) + 1);
    excess.set(from, (excess.get(from) ?? 0) - 1);
  }
  return excess;
}
