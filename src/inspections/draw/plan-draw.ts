import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import type { Store } from '../../store/store.ts';
import type { Standard } from '../standards/standard.ts';
import { isChecked } from '../standards/standard.ts';
import { loadStandards } from '../standards/standard-store.ts';
import type { Checker } from './checkers.ts';
import { checkersOf, loadCheckers, loadLastCheckers } from './checkers.ts';
import type { InspectionDraw } from './draw.ts';
import { CHECKERS } from './draw-visits.ts';
import type { Frame } from './frame.ts';
import type { Pairing } from './pairing.ts';
import { loadPairings, pairsAt } from './pairing.ts';

/** All from the store that a frame is made of. */
export type FrameSources = {
  readonly checkers: readonly Checker[];
  readonly standards: readonly Standard[];
  /** Pseudonyms of the last checkers, by premises. */
  readonly last: ReadonlyMap<string, readonly string[]>;
  readonly pairings: readonly Pairing[];
};

/** Loads what a frame of this region is made of. */
export async function loadSources(store: Store, region: string, city: City, now: number): Promise<FrameSources> {
  const [checkers, standards, last, pairings] = await Promise.all([
    loadCheckers(store, region, city, now),
    loadStandards(store),
    loadLastCheckers(store),
    loadPairings(store, now),
  ]);
  return { checkers, standards, last, pairings };
}

/** The premises of a region in these series. */
export function premisesIn(
  { region, series }: Pick<InspectionDraw, 'region' | 'series'>,
  { premises, regions }: Pick<City, 'premises' | 'regions'>,
): readonly Premises[] {
  return [...premises.values()].filter(
    (one) => series.includes(one.series) && regions.chain(one.region).includes(region),
  );
}

/** Builds the frame of a draw. */
export function frameOf(
  draw: InspectionDraw,
  city: City,
  { checkers, standards, last, pairings }: FrameSources,
): Frame {
  // Without a lot, the frame holds the designated premises alone.
  const within = premisesIn(draw, city).filter(({ id }) => draw.each > 0 || draw.named.includes(id));
  const premises = within.map(({ id, series, region }) => ({
    id,
    series,
    street: city.regions.above(region, 'street') ?? region,
    named: draw.named.includes(id),
  }));
  return {
    each: draw.each,
    premises,
    checkers: checkersOf(draw.id, checkers, within, { last, pairings, ground: city }),
    pairs: pairsAt(within, pairings, city),
    items: standards
      .filter(({ series }) => draw.series.includes(series))
      .flatMap(({ series, items }) =>
        items.filter(isChecked).map(({ no, critical = false }) => ({ series, no, critical })),
      ),
  };
}

/** The reason why a frame cannot be drawn; undefined if it can. */
export function frameRefusal(
  { premises, checkers }: Frame,
  auditors: number,
): { readonly why: 'no_premises' | 'no_auditor' | 'few_checkers'; readonly premises?: string } | undefined {
  if (premises.length === 0) return { why: 'no_premises' };
  if (auditors === 0) return { why: 'no_auditor' };
  const lacking = premises.find(({ id }) => checkers.filter(({ not }) => !not.includes(id)).length < CHECKERS);
  return lacking && { why: 'few_checkers', premises: lacking.id };
}

/** Finds designated premises by typed names; \`unknown\` is the first name that fits none, or several. */
export function namedPremises(
  typed: string,
  premises: readonly Premises[],
): { readonly ids: readonly string[]; readonly unknown?: string } {
  const names = typed.split(/[,，、;；\n]/u).flatMap((one) => one.trim() || []);
  const found = names.map((name) => {
    const exact = premises.filter((one) => Object.values(one.names).includes(name));
    const fitting =
      exact.length > 0 ? exact : premises.filter((one) => Object.values(one.names).some((n) => n.includes(name)));
    return { name, id: fitting.length === 1 ? fitting[0]?.id : undefined };
  });
  const lost = found.find(({ id }) => id === undefined);
  return lost ? { ids: [], unknown: lost.name } : { ids: found.flatMap(({ id }) => id ?? []) };
}
