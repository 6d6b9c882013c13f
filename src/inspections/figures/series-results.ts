import type { Series } from '../../city/series.ts';
import { SERIES } from '../../city/series.ts';
import type { Names } from '../../engine/step.ts';
import type { Store } from '../../store/store.ts';
import { loadVersions } from '../standards/standard-store.ts';
import type { Visit } from '../visits/visit.ts';
import { isAnnulled } from '../visits/visit-rules.ts';
import { visitsDue } from '../visits/visit-store.ts';
import { countsByLot } from './inspection-month.ts';

/** Results of drawn visits by series and item. It names no premises. */
export type SeriesResult = {
  readonly series: Series;
  /** Premises that were visited. */
  readonly premises: number;
  /** Items that were not met, the most frequent first: premises where it was so, of those where it was looked at. */
  readonly items: readonly { readonly words: Names; readonly failed: number; readonly of: number }[];
};

/** With fewer premises a result would tell of a single one. */
const PREMISES_MIN = 5;
const ITEMS_MAX = 3;

/** Reads the results of the visits by lot whose last day lies between two times (ms since the epoch). */
export async function readSeriesResults(store: Store, from: number, to: number): Promise<readonly SeriesResult[]> {
  const visits: Visit[] = [];
  for await (const batch of visitsDue(store, from, to))
    visits.push(
      ...batch
        .map(({ record }) => record)
        .filter((visit) => countsByLot(visit) && visit.state === 'left' && !isAnnulled(visit)),
    );
  const found = SERIES.map(async (series): Promise<readonly SeriesResult[]> => {
    const own = visits.filter((visit) => visit.series === series);
    const premises = new Set(own.map((visit) => visit.premises)).size;
    if (premises < PREMISES_MIN) return [];
    return [{ series, premises, items: failedMost(own, await wordsOf(store, series)) }];
  });
  return (await Promise.all(found)).flat();
}

function failedMost(visits: readonly Visit[], words: ReadonlyMap<string, Names>): SeriesResult['items'] {
  const keys = new Set(visits.flatMap(({ standard, items }) => items.map((no) => `${standard} ${no}`)));
  return [...keys]
    .map((key) => {
      const marks = visits.flatMap(({ standard, premises, agreed = {} }) =>
        Object.entries(agreed).flatMap(([no, { mark }]) =>
          `${standard} ${no}` === key && mark !== 'na' ? [{ premises, mark }] : [],
        ),
      );
      const failed = marks.filter(({ mark }) => mark === 'none');
      const count = (some: typeof marks) => new Set(some.map(({ premises }) => premises)).size;
      return { words: words.get(key) ?? {}, failed: count(failed), of: count(marks) };
    })
    .filter(({ failed, of }) => failed > 0 && of >= PREMISES_MIN)
    .toSorted((a, b) => b.failed / b.of - a.failed / a.of || b.failed - a.failed)
    .slice(0, ITEMS_MAX);
}

async function wordsOf(store: Store, series: Series): Promise<ReadonlyMap<string, Names>> {
  const versions = await loadVersions(store, series);
  return new Map(
    versions.flatMap(({ version, items }) => items.map(({ no, words }) => [`${version} ${no}`, words] as const)),
  );
}
