import { describe, expect, test } from 'vitest';
import { SERIES } from '../../src/city/series.ts';
import { DEFAULT_STANDARDS, defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import { EVIDENCE, isChecked, SHARES, VERIFY, VETOES } from '../../src/inspections/standards/standard.ts';

const pointsOf = (items: readonly { readonly max: number }[]) => items.reduce((sum, { max }) => sum + max, 0);

describe('the built-in standards', () => {
  test('cover each series once', () => {
    expect(DEFAULT_STANDARDS.map(({ series }) => series).toSorted()).toEqual([...SERIES].toSorted());
  });

  test.each(SERIES)('%s has 100 points, numbered items and known kinds of evidence', (series) => {
    const { items, levels, vetoes } = defaultStandard(series);
    expect(pointsOf(items)).toBe(100);
    expect(items.map(({ no }) => no)).toEqual(items.map((_, i) => i + 1));
    for (const item of items) {
      expect(EVIDENCE).toEqual(expect.arrayContaining([...item.evidence]));
      expect(VERIFY).toEqual(expect.arrayContaining([...item.verify]));
      expect(Object.keys(item.words)).toEqual(['zh-CN', 'en']);
      // What the system computes comes from rows, and cases and surveys are never claimed.
      if (item.measure) expect(item.verify).toContain('v2');
      if (item.evidence.join() === 'C' || item.evidence.includes('S')) expect(isChecked(item)).toBe(false);
    }
    expect(levels.map(({ id, min, heldDays }) => [id, min, heldDays])).toEqual([
      ['district', 80, 0],
      ['city', 90, 180],
    ]);
    expect(vetoes).toEqual(VETOES);
  });

  test.each([
    ['station', 26, 6],
    ['campus', 28, 9],
    ['community', 28, 5],
  ] as const)('%s has %i items, %i of them starred', (series, count, stars) => {
    const { items } = defaultStandard(series);
    expect(items).toHaveLength(count);
    expect(items.filter(({ critical }) => critical)).toHaveLength(stars);
  });

  test.each(SERIES.filter((one) => !['station', 'campus', 'community'].includes(one)))(
    '%s has the common core of 60 points and 40 of its own',
    (series) => {
      const { items } = defaultStandard(series);
      expect(pointsOf(items.slice(0, 8))).toBe(60);
      expect(pointsOf(items.slice(8))).toBe(40);
    },
  );

  test('no figure of an item falls because more was found or reported', () => {
    // All shares have handled work as their whole; the only reversed goalposts are those of cases that came back.
    const reversed = DEFAULT_STANDARDS.flatMap(({ items }) => items).flatMap(({ measure }) =>
      measure && 'from' in measure && measure.from > measure.to ? [measure.kind] : [],
    );
    expect([...new Set(reversed)]).toEqual(['recurred']);
    expect(SHARES).not.toContain('reported');
  });
});
