import { inOrderOfLot } from '../../surveys/wave/lot-order.ts';
import type { Frame } from './frame.ts';
import { stratumOf } from './frame.ts';

/** Items that the lot adds to the ★ items of each visit. */
export const ITEMS_BY_LOT = 8;
/** Checkers of a visit; they fill their sheets apart. */
export const CHECKERS = 2;

/** A visit as drawn. `named` premises were designated (指定) and took part in no lot. */
export type DrawnVisit = {
  readonly premises: string;
  readonly series: string;
  readonly named: boolean;
  readonly checkers: readonly string[];
  /** Numbers of the items: all ★ in their order, then those by lot. */
  readonly items: readonly number[];
};

/** Returns the lot of a name: SHA-256 of "<seed> <name>" in hexadecimal digits. The smallest comes first. */
export type Lot = (name: string) => string;

/**
 * Draws a frame: designated premises, then `each` premises of every stratum by lot; two checkers with the smallest load
 * for each; all ★ items and eight by lot. The same frame and lots give the same visits. Runs in a browser too.
 */
export function drawVisits(frame: Frame, lot: Lot): readonly DrawnVisit[] {
  const loads = new Map<string, number>();
  return drawPremises(frame, lot).map(({ id, series, named = false }): DrawnVisit => {
    const checkers: string[] = [];
    for (let n = 0; n < CHECKERS; n += 1) {
      const next = nextChecker(frame, id, { loads, besides: checkers, lot });
      if (next === undefined) continue;
      checkers.push(next);
    }
    for (const code of checkers) loads.set(code, (loads.get(code) ?? 0) + 1);
    return { premises: id, series, named, checkers, items: drawItems(frame, { id, series }, lot) };
  });
}

/** Orders the designated premises, then the first of each stratum by lot; strata stand in the order of their keys. */
export function drawPremises({ premises, each }: Pick<Frame, 'premises' | 'each'>, lot: Lot): Frame['premises'] {
  const byLot = (some: Frame['premises']) => inOrderOfLot(some, ({ id }) => lot(id));
  const strata = Map.groupBy(
    premises.filter(({ named }) => !named),
    stratumOf,
  );
  const keys = [...strata.keys()].sort();
  return [
    ...byLot(premises.filter(({ named }) => named)),
    ...keys.flatMap((key) => byLot(strata.get(key) ?? []).slice(0, each)),
  ];
}

/** The checker without a conflict who has the fewest visits; among equals the smallest lot of "<premises> <checker>". */
export function nextChecker(
  { checkers }: Pick<Frame, 'checkers'>,
  premises: string,
  how: { readonly loads: ReadonlyMap<string, number>; readonly besides: readonly string[]; readonly lot: Lot },
): string | undefined {
  const free = checkers.filter(({ code, not }) => !not.includes(premises) && !how.besides.includes(code));
  const load = (code: string) => how.loads.get(code) ?? 0;
  const least = Math.min(...free.map(({ code }) => load(code)));
  return inOrderOfLot(
    free.filter(({ code }) => load(code) === least),
    ({ code }) => how.lot(`${premises} ${code}`),
  )[0]?.code;
}

/** All ★ items of the series, then eight others by the lot of "<premises> <number>", which has two digits. */
export function drawItems(
  { items }: Pick<Frame, 'items'>,
  { id, series }: { readonly id: string; readonly series: string },
  lot: Lot,
): readonly number[] {
  const own = items.filter((item) => item.series === series);
  const others = own.filter(({ critical }) => !critical);
  return [
    ...own.filter(({ critical }) => critical).map(({ no }) => no),
    ...inOrderOfLot(others, ({ no }) => lot(`${id} ${twoDigits(no)}`))
      .slice(0, ITEMS_BY_LOT)
      .map(({ no }) => no),
  ];
}

/** A number as lots and frames write it: 05. */
export function twoDigits(no: number): string {
  return String(no).padStart(2, '0');
}

/** The list of a draw, one line a visit. Its hash is published at the draw, its text at the end. */
export function listText(visits: readonly DrawnVisit[]): string {
  return visits
    .map(({ premises, named, checkers, items }) =>
      [premises, named ? 'named' : 'lot', checkers.join(','), items.map(twoDigits).join(',')].join(' '),
    )
    .join('\n');
}
