import type { Premises } from '../city/premises.ts';
import type { Series } from '../city/series.ts';
import { randomFrom } from '../random.ts';
import type { Region } from '../regions/region.ts';
import words from './city-names.json' with { type: 'json' };

/** Premises of the made-up city: in each street two of each of these series, which draws of inspections choose from. */
export function demoPremises(regions: readonly Region[]): readonly Premises[] {
  const random = randomFrom(20261129);
  const streets = regions.filter(({ level }) => level === 'street');
  const drawn = streets.flatMap((street, s) =>
    Object.entries(words.premises).flatMap(([series, pair]) =>
      pair.map(([zh = '', en = ''], i): Premises => {
        const inside = regions.filter(({ parent }) => parent === street.id);
        const community = inside[Math.floor(random() * inside.length)] ?? street;
        const name = (street.names['zh-CN'] ?? '').replace(words.street_ending, '');
        return {
          id: `${series}_${s + 1}_${i + 1}`,
          series: series as Series, // the keys of the file
          names: { 'zh-CN': `${name}${zh}`, en: `${en}, ${street.names.en ?? ''}` },
          region: community.id,
          ...pointIn(community),
        };
      }),
    ),
  );
  return [...drawn, ...namedPremises(regions)];
}

/** The middle of a region's outline. */
function pointIn({ ground }: Region): Pick<Premises, 'point'> {
  const ring = (ground?.coordinates[0] ?? []) as readonly (readonly [number, number])[];
  if (ring.length === 0) return {};
  const mean = (axis: 0 | 1) => ring.reduce((sum, pair) => sum + pair[axis], 0) / ring.length;
  return { point: { longitude: mean(0), latitude: mean(1) } };
}

/** The school and the estates whose rounds the demo shows. */
function namedPremises(regions: readonly Region[]): readonly Premises[] {
  return words.creation.premises.flatMap(([id = '', series, zh = '', en = '', region]): Premises[] => {
    const community = regions.find((one) => one.id === region);
    if (!community) return [];
    const names = { 'zh-CN': zh, en };
    return [{ id, series: series as Series, names, region: community.id, ...pointIn(community) }];
  });
}
