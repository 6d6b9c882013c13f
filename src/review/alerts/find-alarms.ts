import type { RegionTree } from '../../regions/region-tree.ts';
import { adjustPValues } from '../../surveys/estimate/distributions.ts';
import type { Alarm, AlarmContext } from './alarm.ts';
import type { Verdict } from './detectors/judge-week.ts';
import { judgeDrift, judgeWeek } from './detectors/judge-week.ts';
import { poissonTail } from './detectors/poisson.ts';
import { scanGroups } from './scan-groups.ts';
import type { CaseCounts } from './series/case-counts.ts';
import type { ReadySeries } from './series/ready-series.ts';
import { judgedOf, readySeries } from './series/ready-series.ts';
import { isDense } from './series/series.ts';

/** False discovery rate of a week's tests (Benjamini & Hochberg 1995). */
const DISCOVERY_RATE = 0.1;

/** Finds the alarms of the last week, the least likely first. All tests of the week share one false discovery rate. */
export function findAlarms(counts: CaseCounts, context: AlarmContext): readonly Alarm[] {
  const w = counts.weeks - 1;
  if (w < 1) return [];
  const all = readySeries(counts, context);
  const ready = all.filter(({ series }) => isDense(series.weeks));
  const judged = ready.map((one) => ({ one, verdict: judgeWeek(judgedOf(one), w, context.halvings) }));
  const adjusted = adjustPValues(
    judged.map(({ verdict }) => verdict.p),
    'bh',
  );
  const found = judged.filter(({ verdict }, i) => verdict.isAlarm && (adjusted[i] ?? 1) <= DISCOVERY_RATE);
  const weekly = withoutDoubles(
    found.map(({ one, verdict }) => alarmOf(one, verdict)),
    context,
  );
  const scanned = scanGroups(counts, all, context).filter(
    (alarm) => !weekly.some((one) => isSame(one, alarm, context)),
  );
  const known = [...weekly, ...scanned];
  const drifts = ready
    .filter(({ series }) => series.level === 'city')
    .flatMap((one) => {
      const verdict = judgeDrift(judgedOf(one), w, context.halvings);
      return verdict?.isAlarm ? [alarmOf(one, verdict)] : [];
    })
    .filter((alarm) => !known.some((one) => isSame(one, alarm, context)));
  return [...known, ...drifts].sort((a, b) => a.p - b.p || b.count - a.count);
}

function alarmOf({ series, factors }: ReadySeries, { detector, count, expected, p }: Verdict): Alarm {
  const factor = factors.at(-1) ?? { rain: 1, campaign: 1 };
  return { what: series.what, regions: [series.region], detector, count, expected, p, weeks: 1, factor };
}

/** Share of the excess of a larger region that one smaller region must explain to stand for it. */
const EXPLAINS = 0.5;
/** A smaller region is named beside a larger one only if chance does not explain its part of the rise. */
const BESIDE_ALPHA = 0.005;

/**
 * Leaves one alarm of each rise. A finer one that explains half of the excess replaces a larger one; else the larger
 * one stays, and a finer one only if its count is unlikely for its share of the whole rise.
 */
function withoutDoubles(alarms: readonly Alarm[], context: AlarmContext): readonly Alarm[] {
  const { regions } = context;
  const depth = ({ regions: [region = ''] }: Alarm) => regions.chain(region).length;
  const kept: Alarm[] = [];
  for (const alarm of alarms.toSorted((a, b) => depth(a) - depth(b))) {
    const isExplained = alarms.some(
      (fine) => isInside(fine, alarm, context) && excessOf(fine) >= EXPLAINS * excessOf(alarm),
    );
    if (isExplained) continue;
    const raised = kept
      .filter((large) => isInside(alarm, large, context))
      .map((large) => alarm.expected + excessOf(large) / siblingsIn(alarm, large, regions));
    if (raised.every((expected) => poissonTail(alarm.count, expected) <= BESIDE_ALPHA)) kept.push(alarm);
  }
  return kept;
}

function excessOf({ count, expected }: Alarm): number {
  return count - expected;
}

/** Number of regions of the finer level in the larger region. */
function siblingsIn(fine: Alarm, large: Alarm, regions: RegionTree): number {
  const level = regions.levelOf(fine.regions[0] ?? '') ?? 'street';
  return Math.max(1, regions.within(large.regions[0] ?? '', level).length);
}

/** True if one alarm is about a smaller region, or the same one, of the same group. */
function isInside(fine: Alarm, large: Alarm, { regions, categories }: AlarmContext): boolean {
  const groupOf = (what: string) => categories.get(what)?.group ?? what;
  if (groupOf(fine.what) !== groupOf(large.what)) return false;
  const depth = ({ regions: [region = ''] }: Alarm) => regions.chain(region).length;
  return (
    depth(fine) > depth(large) &&
    fine.regions.every((region) => regions.chain(region).some((one) => large.regions.includes(one)))
  );
}

/** True if two alarms tell of the same rise. */
function isSame(one: Alarm, other: Alarm, context: AlarmContext): boolean {
  const groupOf = (what: string) => context.categories.get(what)?.group ?? what;
  const { regions } = context;
  const touches = (a: string, b: string) => regions.chain(a).includes(b) || regions.chain(b).includes(a);
  return groupOf(one.what) === groupOf(other.what) && one.regions.some((a) => other.regions.some((b) => touches(a, b)));
}
