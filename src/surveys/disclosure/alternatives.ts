import type { Arc, LinkedTables, Network } from './linked-tables.ts';

/** Whether the value of a cell could also be one higher, and one lower. */
export type Room = { readonly up: boolean; readonly down: boolean };

/**
 * What may change: hidden cells as far as they have room; a shown cell only if it is hidden too, at a cost. Rooms and costs stay as
 * they are during a search.
 */
export type Hiding = {
  readonly isHidden: (cell: number) => boolean;
  readonly room: (cell: number) => Room;
  readonly cost: (cell: number) => number;
};

/** Cells whose values can change together while all sums stay, and the cost of hiding those that are shown. */
export type Alternative = { readonly cells: readonly number[]; readonly cost: number };

/** One direction of a cell: its value rises (or falls) by one on the way to node `to`. */
type Step = { readonly cell: number; readonly to: number; readonly rises: boolean };
type Way = { readonly steps: readonly Step[]; readonly at: number; readonly cost: number };

/** Passing a shared cell costs a little: then the other dimensions must change as well. */
const SHARED_COST = 1;

/**
 * Returns the search for the cheapest alternative of a cell. An alternative is a cycle in the network of a dimension, along which
 * values rise and fall by one. Where it changes shared cells, ways in the other dimensions' networks balance them.
 */
export function alternativesIn(
  { cells, networks, isShared }: LinkedTables,
  { isHidden, room, cost }: Hiding,
): (cell: number, buys: boolean) => Alternative | undefined {
  const searches = networks.map(openSearch);
  const rooms = Uint8Array.from(cells, (_, cell) => (room(cell).up ? UP : 0) | (room(cell).down ? DOWN : 0));
  const arcsOf = networks.map(({ arcs }) => new Map(arcs.map((arc) => [arc.cell, arc])));

  /** Returns the cheapest way from a node to one of the goals, by Dijkstra's method. */
  const way = (
    network: number,
    start: number,
    isGoal: (node: number) => boolean,
    { without, passesShared, used, buys }: Passage,
  ): Way | undefined => {
    const search = searches[network] as Search;
    const { first, stepCells, stepTos, stepRises, best, by, visitedIn } = search;
    search.round += 1;
    const { round } = search;
    best[start] = 0;
    visitedIn[start] = round;
    by[start] = -1;
    // Dearest first, so that the cheapest is taken from the end.
    const open = [start];
    const costs = [0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const paid = costs.pop() as number;
      if (isGoal(at)) return { steps: stepsTo(at, search), at, cost: paid };
      if (paid > (best[at] as number)) continue;
      for (let step = first[at] as number; step < (first[at + 1] as number); step += 1) {
        const cell = stepCells[step] as number;
        const shared = isShared[cell];
        if (cell === without || (shared && !passesShared) || used?.has(cell)) continue;
        const hidden = isHidden(cell);
        if (hidden ? !((rooms[cell] as number) & (stepRises[step] as number)) : !buys) continue;
        const spent = paid + (hidden ? 0 : cost(cell)) + (shared ? SHARED_COST : 0);
        const to = stepTos[step] as number;
        if (visitedIn[to] === round && spent >= (best[to] as number)) continue;
        best[to] = spent;
        visitedIn[to] = round;
        by[to] = step;
        const place = placeFor(spent, costs);
        if (place === costs.length) {
          open.push(to);
          costs.push(spent);
        } else {
          open.splice(place, 0, to);
          costs.splice(place, 0, spent);
        }
        // A goal at no further cost is taken at once: no open node costs less.
        if (spent === paid && isGoal(to)) break;
      }
    }
    return undefined;
  };

  /** Changes the other dimensions in such a way that shared cells change alike in all. */
  const balance = (changed: readonly Step[], without: number, buys: boolean): Way | undefined => {
    const shared = changed.filter(({ cell }) => isShared[cell]);
    const steps: Step[] = [];
    if (shared.length === 0) return { steps, at: 0, cost: 0 };
    let spent = 0;
    for (const network of networks.keys()) {
      if (network === without) continue;
      const excess = excessOf(shared, arcsOf[network] ?? new Map());
      const used = new Set<number>();
      for (let [start] = nodesWith(excess, 1); start !== undefined; [start] = nodesWith(excess, 1)) {
        const passage = { without: -1, passesShared: false, used, buys };
        const found = way(network, start, (node) => (excess.get(node) ?? 0) < 0, passage);
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
    if (!arc || !((rooms[cell] as number) & (rises ? UP : DOWN))) return undefined;
    const [start, goal] = rises ? [arc.to, arc.from] : [arc.from, arc.to];
    const own = way(network, start, (node) => node === goal, { without: cell, passesShared, buys });
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

/** The cells that a way may pass: not `without`, not those in use; shared and shown ones only if allowed. */
type Passage = {
  readonly without: number;
  readonly passesShared: boolean;
  readonly used?: ReadonlySet<number>;
  readonly buys: boolean;
};

const UP = 1;
const DOWN = 2;

/**
 * A network in flat arrays: the steps from a node are those from `first` of it to `first` of the next. The others are of the
 * search under way: `best` and `by` hold for the nodes that were visited in this round. Filling them anew would cost more than most
 * searches.
 */
type Search = {
  readonly first: Int32Array;
  readonly stepCells: Int32Array;
  readonly stepFroms: Int32Array;
  readonly stepTos: Int32Array;
  /** UP or DOWN. */
  readonly stepRises: Uint8Array;
  readonly best: Float64Array;
  /** The step that led to a node; −1 at the start. */
  readonly by: Int32Array;
  readonly visitedIn: Int32Array;
  round: number;
};

function openSearch({ nodes, arcs }: Network): Search {
  const first = new Int32Array(nodes + 1);
  for (const { from, to } of arcs) for (const node of [from, to]) first[node + 1] = (first[node + 1] ?? 0) + 1;
  for (let node = 0; node < nodes; node += 1) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const next = first.slice();
  const search: Search = {
    first,
    stepCells: new Int32Array(2 * arcs.length),
    stepFroms: new Int32Array(2 * arcs.length),
    stepTos: new Int32Array(2 * arcs.length),
    stepRises: new Uint8Array(2 * arcs.length),
    best: new Float64Array(nodes),
    by: new Int32Array(nodes),
    visitedIn: new Int32Array(nodes),
    round: 0,
  };
  const add = (cell: number, from: number, to: number, rises: number) => {
    const step = next[from] ?? 0;
    next[from] = step + 1;
    search.stepCells[step] = cell;
    search.stepFroms[step] = from;
    search.stepTos[step] = to;
    search.stepRises[step] = rises;
  };
  for (const { cell, from, to } of arcs) {
    add(cell, from, to, UP);
    add(cell, to, from, DOWN);
  }
  return search;
}

/** Returns where to insert into a list whose dearest comes first; of equal costs the last one is taken first. */
function placeFor(cost: number, costs: readonly number[]): number {
  let [from, to] = [0, costs.length];
  if (to === 0 || (costs[to - 1] as number) >= cost) return to;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((costs[middle] as number) < cost) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Returns the steps that led to a node, the last one first. */
function stepsTo(node: number, { stepCells, stepFroms, stepTos, stepRises, by }: Search): readonly Step[] {
  const steps: Step[] = [];
  for (let step = by[node] as number; step >= 0; step = by[stepFroms[step] as number] as number) {
    steps.push({ cell: stepCells[step] ?? 0, to: stepTos[step] ?? 0, rises: stepRises[step] === UP });
  }
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
