import { inPairs } from '../../store/records/in-pairs.ts';
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
 * Redis: one range for each owner, and for a rank far down some ten counts for each, so the depth costs little more.
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
  while (sum(high) - sum(low) > READ_MAX) {
    const place = await placeBetween(lists, low, high);
    // Other processes have taken the rest of the list away meanwhile.
    if (place === undefined) return high;
    const before = await lists.countBefore(place);
    if (sum(before) > rank) {
      high = high.map((n, i) => Math.min(n, before[i] ?? 0));
      continue;
    }
    const upTo = await lists.countBefore(place + 1);
    // Many deadlines are alike, such as the end of a day. At one place, the order of the owners decides.
    if (sum(upTo) > rank) return inTurn(before, upTo, rank - sum(before));
    low = upTo;
  }
  const between = await lists.read(low, high);
  const before = new Set(inOrder(between).slice(0, rank - sum(low)));
  return low.map((n, i) => n + (between[i] ?? []).filter((element) => before.has(element)).length);
}

/** The place of the middle element of the longest part: each look halves it, however the places lie. */
async function placeBetween({ read }: Lists, low: Ranks, high: Ranks): Promise<number | undefined> {
  const lengths = high.map((n, i) => n - (low[i] ?? 0));
  const longest = lengths.indexOf(Math.max(...lengths));
  const middle = Math.floor(((low[longest] ?? 0) + (high[longest] ?? 0)) / 2);
  const [from, to] = [middle, middle + 1].map((at) => lengths.map((_, i) => (i === longest ? at : 0)));
  return (await read(from ?? [], to ?? [])).flat()[0]?.place;
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
