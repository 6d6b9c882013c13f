import { randomFrom } from '../src/random.ts';
import { findAlarms } from '../src/review/alerts/find-alarms.ts';
import { isDense, seriesOf } from '../src/review/alerts/series/series.ts';
import { ALARM_CITY, chanceCounts } from './alerts/made-counts.ts';
import type { Options } from './options.ts';
import { median, print, rowOf } from './report.ts';

/** Weeks of history: the EARS detectors, and Farrington's with three years. */
const HISTORIES = [26, 160] as const;
/** The city's cases in a year; 16 streets with 56 categories then have some 340 dense series. */
const CASES_A_YEAR = 20_000;

/** Measures one Monday: all detectors, offsets and the scan over all series of a city, from its weekly counts. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? (quick ? 1 : 5);
  const runs = HISTORIES.map((weeks) => ({
    weeks,
    times: Array.from({ length: rounds }, (_, round) => {
      const counts = chanceCounts(randomFrom(round + 1), weeks, CASES_A_YEAR);
      const series = seriesOf(counts, ALARM_CITY).filter((one) => isDense(one.weeks)).length;
      const from = performance.now();
      findAlarms(counts, ALARM_CITY);
      return { seconds: (performance.now() - from) / 1000, series };
    }),
  }));
  const rows = runs.flatMap(({ weeks, times }) => [
    rowOf(
      'alerts',
      `${weeks}_weeks`,
      'seconds',
      's',
      times.map(({ seconds }) => seconds),
    ),
    rowOf(
      'alerts',
      `${weeks}_weeks`,
      'series',
      '',
      times.map(({ series }) => series),
    ),
  ]);
  const targets = runs.map(
    ({ weeks, times }) =>
      ({
        what: `judging a week of ${weeks} weeks`,
        value: median(times.map(({ seconds }) => seconds)),
        bound: 1,
        at: 'most',
        unit: ' s',
      }) as const,
  );
  const footer = [
    'series: the dense ones; each is judged, and the groups are scanned over neighbouring streets with 999 maps.',
  ];
  print(rows, targets, footer, json);
}
