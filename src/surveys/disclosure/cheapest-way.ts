import type { Network, Passage, Step, Terrain, Way } from './flat-network.ts';
import { UP } from './flat-network.ts';

/** Passing a shared cell costs a little: then the other dimensions must change as well. */
const SHARED_COST = 1;

/** The steps that led to the nodes visited in this round. Filling the arrays anew would cost more than most searches. */
type Visits = {
  readonly best: Float64Array;
  /** The step that led to a node; −1 at the start. */
  readonly by: Int32Array;
  readonly visitedIn: Int32Array;
};

/** Finds the cheapest way from a node to one of the goals, or returns undefined. */
export type FindCheapestWay = (start: number, isGoal: (node: number) => boolean, passage: Passage) => Way | undefined;

/** Returns the search for the cheapest way, by Dijkstra's method. */
export function cheapestWayIn(network: Network, { hidden, isShared, rooms, costs: costOf }: Terrain): FindCheapestWay {
  const { nodes, first, stepCells, stepTos, stepRises } = network;
  const visits: Visits = {
    best: new Float64Array(nodes),
    by: new Int32Array(nodes),
    visitedIn: new Int32Array(nodes),
  };
  const { best, by, visitedIn } = visits;
  let round = 0;
  return (start, isGoal, { without, passesShared, used, buys }) => {
    round += 1;
    best[start] = 0;
    visitedIn[start] = round;
    by[start] = -1;
    // Dearest first, so that the cheapest is taken from the end.
    const open = [start];
    const costs = [0];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      const paid = costs.pop() as number;
      if (isGoal(at)) return { steps: stepsTo(at, network, visits), at, cost: paid };
      if (paid > (best[at] as number)) continue;
      for (let step = first[at] as number; step < (first[at + 1] as number); step += 1) {
        const cell = stepCells[step] as number;
        const shared = isShared[cell];
        if (cell === without || (shared && !passesShared) || used?.has(cell)) continue;
        const isHidden = hidden[cell] === 1;
        if (isHidden ? !((rooms[cell] as number) & (stepRises[step] as number)) : !buys) continue;
        const spent = paid + (isHidden ? 0 : (costOf[cell] as number)) + (shared ? SHARED_COST : 0);
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
function stepsTo(node: number, { stepCells, stepFroms, stepTos, stepRises }: Network, { by }: Visits): readonly Step[] {
  const steps: Step[] = [];
  for (let step = by[node] as number; step >= 0; step = by[stepFroms[step] as number] as number) {
    steps.push({ cell: stepCells[step] ?? 0, to: stepTos[step] ?? 0, rises: stepRises[step] === UP });
  }
  return steps;
}
