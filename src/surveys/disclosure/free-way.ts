import type { Network, Passage, Step, Terrain, Way } from './flat-network.ts';
import { DOWN, UP } from './flat-network.ts';

/** One end of a search: the nodes that it has visited in this round, in order, and the step that led to each (−1: none). */
type End = {
  readonly queue: Int32Array;
  readonly visitedIn: Int32Array;
  readonly by: Int32Array;
  next: number;
  length: number;
};

/** Finds a way from a node to one of the goals, or returns undefined. */
export type FindFreeWay = (start: number, goals: readonly number[], passage: Passage) => Way | undefined;

/**
 * Returns the search for a way over hidden cells alone, which costs nothing. It goes from both ends: a way has few steps, and the
 * network has thousands.
 */
export function freeWayIn(network: Network, { hidden, isShared, rooms }: Terrain): FindFreeWay {
  const { first, stepCells, stepTos, stepRises } = network;
  const [fromStart, fromGoals] = [endOf(network), endOf(network)];
  let round = 0;
  return (start, goals, { without, passesShared, used }) => {
    round += 1;
    begin(fromStart, [start], round);
    begin(fromGoals, goals, round);
    if (goals.includes(start)) return { steps: [], at: start, cost: 0 };
    while (fromStart.next < fromStart.length && fromGoals.next < fromGoals.length) {
      const isForward = fromStart.length - fromStart.next <= fromGoals.length - fromGoals.next;
      const end = isForward ? fromStart : fromGoals;
      const other = isForward ? fromGoals : fromStart;
      const at = end.queue[end.next] as number;
      end.next += 1;
      for (let step = first[at] as number; step < (first[at + 1] as number); step += 1) {
        const to = stepTos[step] as number;
        const cell = stepCells[step] as number;
        if (end.visitedIn[to] === round || cell === without || !hidden[cell]) continue;
        if ((isShared[cell] && !passesShared) || used?.has(cell)) continue;
        const rises = stepRises[step] as number;
        // Seen from the goals, a way takes its steps backwards.
        if (!((rooms[cell] as number) & (isForward ? rises : UP + DOWN - rises))) continue;
        end.visitedIn[to] = round;
        end.by[to] = step;
        if (other.visitedIn[to] === round) return joined(to, network, fromStart, fromGoals);
        end.queue[end.length] = to;
        end.length += 1;
      }
    }
    return undefined;
  };
}

function endOf({ nodes }: Network): End {
  const [queue, visitedIn, by] = [new Int32Array(nodes), new Int32Array(nodes), new Int32Array(nodes)];
  return { queue, visitedIn, by, next: 0, length: 0 };
}

function begin(end: End, nodes: readonly number[], round: number): void {
  let at = 0;
  for (const node of nodes) {
    end.queue[at] = node;
    at += 1;
    end.visitedIn[node] = round;
    end.by[node] = -1;
  }
  end.next = 0;
  end.length = nodes.length;
}

/** Joins the two halves of a way at the node where they met. */
function joined(met: number, { stepCells, stepFroms, stepTos, stepRises }: Network, one: End, other: End): Way {
  const steps: Step[] = [];
  let at = met;
  for (let step = one.by[at] as number; step >= 0; step = one.by[at] as number) {
    steps.push({ cell: stepCells[step] ?? 0, to: stepTos[step] ?? 0, rises: stepRises[step] === UP });
    at = stepFroms[step] as number;
  }
  at = met;
  for (let step = other.by[at] as number; step >= 0; step = other.by[at] as number) {
    at = stepFroms[step] as number;
    steps.push({ cell: stepCells[step] ?? 0, to: at, rises: stepRises[step] === DOWN });
  }
  return { steps, at, cost: 0 };
}
