import { inPairs } from '../../store/in-pairs.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Stage } from './stages.ts';

/** So few elements are read and sorted; of more, their places are counted. */
const READ_MAX = 1000;

/** Elements of one owner's list, or their number, for each owner. */
type Ranks = readonly number[];
type Element = { readonly id: string; readonly place: number };

/** The lists that several owners have of one stage, as one list: open cases the earliest deadline first, ended ones the newest. */
type Lists = {
  readonly sizes: Ranks;
  /** Elements before a place. Places grow along the list, in ms. */
  countBefore(place: number): Promise<Ranks>;
  read(from: Ranks, to: Ranks): Promise<readonly (readonly Element[])[]>;
};

/**
 * The ids from one rank to below another in the order of a stage; a case of two owners counts twice.
 * Redis: one range for each owner, and for a rank far down some 20 counts for each, so the depth costs nothing more.
 */
export async function idsAtStage(
  store: Store,
  owners: readonly string[],
  stage: Stage,
  sizes: Ranks,
  [from, to]: readonly [number, number],
): Promise<readonly string[]> {
  const lists = openLists(store, owners, stage, sizes);
  const [first, end] = await Promise.all([ranksAt(lists, from), ranksAt(lists, to)]);
  return inOrder(await lists.read(first, end)).map(({ id }) => id);
}

/** Splits the lists: `rank` elements lie before the split, none of them at a later place than one behind it. */
async function ranksAt(lists: Lists, rank: number): Promise<Ranks> {
  const { sizes } = lists;
  let low: Ranks = sizes.map(() => 0);
  let high: Ranks = sizes.map((size) => Math.min(size, Math.max(0, rank)));
  const isSplit = sum(sizes) <= rank || high.filter((n) => n > 0).length < 2;
  if (isSplit) return high;
  if (sum(high) > READ_MAX) {
    let [lowest, highest] = await endsOf(lists);
    for (let turn = 0; highest - lowest > 1 && sum(high) - sum(low) > READ_MAX; turn += 1) {
      // Where the rank would lie if places were even; by turns, and later always, in the middle, which comes to an end.
      const part = turn < 8 && turn % 2 === 0 ? (rank - sum(low)) / (sum(high) - sum(low)) : 0.5;
      const middle = Math.min(highest - 1, Math.max(lowest + 1, Math.round(lowest + part * (highest - lowest))));
      const counts = await lists.countBefore(middle);
      if (sum(counts) <= rank) [low, lowest] = [counts, middle];
      else [high, highest] = [high.map((n, i) => Math.min(n, counts[i] ?? 0)), middle];
    }
    // All that is left lies at one place, where the order of the owners decides.
    if (highest - lowest <= 1) return inTurn(low, high, rank - sum(low));
  }
  const between = await lists.read(low, high);
  const before = new Set(inOrder(between).slice(0, rank - sum(low)));
  return low.map((n, i) => n + (between[i] ?? []).filter((element) => before.has(element)).length);
}

/** The first place of all lists, and the one behind the last. */
async function endsOf({ sizes, read }: Lists): Promise<[number, number]> {
  const none = sizes.map(() => 0);
  const ends = await Promise.all([
    read(
      none,
      sizes.map((size) => Math.min(1, size)),
    ),
    read(
      sizes.map((size) => Math.max(0, size - 1)),
      sizes,
    ),
  ]);
  const places = ends.flat(2).map(({ place }) => place);
  return [Math.min(...places), Math.max(...places) + 1];
}

function inTurn(low: Ranks, high: Ranks, count: number): Ranks {
  let left = count;
  return low.map((n, i) => {
    const taken = Math.max(0, Math.min(left, (high[i] ?? 0) - n));
    left -= taken;
    return n + taken;
  });
}

function inOrder(lists: readonly (readonly Element[])[]): readonly Element[] {
  return lists.flat().toSorted((a, b) => a.place - b.place);
}

/** Adds numbers. */
export function sum(ranks: Ranks): number {
  return ranks.reduce((all, n) => all + n, 0);
}

function openLists({ redis, keys }: Store, owners: readonly string[], stage: Stage, sizes: Ranks): Lists {
  const isEnded = stage === 'ended';
  const keyOf = (owner: string) => keys.casesAtStage(owner, stage);
  return {
    sizes,
    countBefore: (place) =>
      orStoreAway(
        Promise.all(
          owners.map((owner) =>
            isEnded
              ? redis.zcount(keyOf(owner), `(${-place}`, '+inf')
              : redis.zcount(keyOf(owner), '-inf', `(${place}`),
          ),
        ),
      ),
    read: (from, to) =>
      Promise.all(
        owners.map(async (owner, i) => {
          const [first, end] = [from[i] ?? 0, to[i] ?? 0];
          if (first >= end) return [];
          const range = [keyOf(owner), String(first), String(end - 1)] as const;
          const flat = await orStoreAway(
            isEnded ? redis.zrange(...range, 'REV', 'WITHSCORES') : redis.zrange(...range, 'WITHSCORES'),
          );
          return inPairs(flat).map(([id, score]) => ({ id, place: isEnded ? -Number(score) : Number(score) }));
        }),
      ),
  };
}
