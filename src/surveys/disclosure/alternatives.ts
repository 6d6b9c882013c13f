import { cheapestWayIn } from './cheapest-way.ts';
import type { Network, Passage, Step, Terrain, Way } from './flat-network.ts';
import { DOWN, UP } from './flat-network.ts';
import { freeWayIn } from './free-way.ts';
import type { LinkedTables } from './linked-tables.ts';

/**
 * What may change: hidden cells as far as they have room; a shown cell only if it is hidden too, at a cost. Rooms and costs stay as
 * they are during a search.
 */
export type Hiding = Omit<Terrain, 'isShared'>;

/** Cells whose values can change together while all sums stay, and the cost of hiding those that are shown. */
export type Alternative = { readonly cells: readonly number[]; readonly cost: number };

/**
 * Returns the search for an alternative of a cell: the cheapest one if it may buy, else one of hidden cells alone. An alternative
 * is a cycle in the network of a dimension, along which values rise and fall by one. Where it changes shared cells, ways in the
 * other dimensions' networks balance them.
 */
export function alternativesIn(
  { networks, isShared }: LinkedTables,
  hiding: Hiding,
): (cell: number, buys: boolean) => Alternative | undefined {
  const { rooms } = hiding;
  const terrain: Terrain = { ...hiding, isShared };
  const ways = networks.map((network) => ({
    free: freeWayIn(network, terrain),
    cheapest: cheapestWayIn(network, terrain),
  }));
  const way = (network: number, start: number, goals: readonly number[], passage: Passage): Way | undefined =>
    passage.buys
      ? ways[network]?.cheapest(start, (node) => goals.includes(node), passage)
      : ways[network]?.free(start, goals, passage);

  /** Changes the other dimensions in such a way that shared cells change alike in all. */
  const balance = (changed: readonly Step[], without: number, buys: boolean): Way | undefined => {
    const shared = changed.filter(({ cell }) => isShared[cell]);
    const steps: Step[] = [];
    if (shared.length === 0) return { steps, at: 0, cost: 0 };
    let spent = 0;
    for (const [network, { arcOf }] of networks.entries()) {
      if (network === without) continue;
      const excess = excessOf(shared, arcOf);
      const used = new Set<number>();
      for (let start = sourceIn(excess); start !== undefined; start = sourceIn(excess)) {
        const goals = [...excess.keys()].filter((node) => (excess.get(node) ?? 0) < 0);
        const found = way(network, start, goals, { without: -1, passesShared: false, used, buys });
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
    const network = networks.findIndex(({ arcOf }) => arcOf[cell]);
    const arc = networks[network]?.arcOf[cell];
    if (!arc || !((rooms[cell] as number) & (rises ? UP : DOWN))) return undefined;
    const [start, goal] = rises ? [arc.to, arc.from] : [arc.from, arc.to];
    const own = way(network, start, [goal], { without: cell, passesShared, buys });
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

function sourceIn(excess: ReadonlyMap<number, number>): number | undefined {
  for (const [node, amount] of excess) if (amount > 0) return node;
  return undefined;
}

/** Returns by how much more flows into each node than out of it once these cells have changed. */
function excessOf(changed: readonly Step[], arcOf: Network['arcOf']): Map<number, number> {
  const excess = new Map<number, number>();
  for (const { cell, rises } of changed) {
    const arc = arcOf[cell];
    if (!arc) continue;
    const [from, to] = rises ? [arc.from, arc.to] : [arc.to, arc.from];
    excess.set(to, (excess.get(to) ?? 0) + 1);
    excess.set(from, (excess.get(from) ?? 0) - 1);
  }
  return excess;
}
