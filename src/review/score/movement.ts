import type { Direction } from '../../surveys/estimate/compare.ts';
import { changeOf, significantChanges } from '../../surveys/estimate/compare.ts';
import type { Interval } from '../../surveys/estimate/intervals.ts';
import { wilson } from '../../surveys/estimate/intervals.ts';
import type { Count } from './shrink.ts';

/** The change of a share between two months, with its bounds. */
export type Movement = Interval & { readonly direction: Direction };

/**
 * Compares the shares of regions with those of an earlier month. A direction needs both a Newcombe interval without 0 and
 * a test that is significant over all regions (Benjamini & Hochberg 1995). Undefined where a month has no trial.
 */
export function movements(
  pairs: readonly { readonly newer: Count; readonly older: Count }[],
): readonly (Movement | undefined)[] {
  const known = pairs.map(({ newer, older }) =>
    newer.n > 0 && older.n > 0 ? { newer: shareOf(newer), older: shareOf(older) } : undefined,
  );
  const directions = significantChanges(known.flatMap((pair) => pair ?? []));
  let next = 0;
  return known.map((pair) => {
    if (!pair) return undefined;
    const direction = directions[next++];
    const change = changeOf(pair.newer, pair.older);
    return { ...change, direction: direction === change.direction ? change.direction : 'no_difference' };
  });
}

function shareOf({ y, n }: Count) {
  const p = Math.min(1, Math.max(0, y / n));
  return { ...wilson(p, n), nEff: n, variance: (p * (1 - p)) / n };
}
