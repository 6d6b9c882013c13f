import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SERIES } from '../../src/city/series.ts';
import { needsDocument } from '../../src/inspections/documents/document.ts';
import { DEFAULT_STANDARDS, defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import type { Item } from '../../src/inspections/standards/standard.ts';
import { EVIDENCE, isChecked, SHARES, VERIFY, VETOES } from '../../src/inspections/standards/standard.ts';

const FIRST_HASH = '2e0d3c8a4240e764dd746feb6bfb6cebbca4c6a310f16a00535e8979fa369036';
const versionOf = (series: string, version: number) => {
  const found = DEFAULT_STANDARDS.find((one) => one.series === series && one.version === version);
  if (!found) throw new Error(`There is no version ${version} of ${series}.`);
  return found;
};
const pointsOf = (items: readonly { readonly max: number }[]) => items.reduce((sum, { max }) => sum + max, 0);

describe('the built-in standards', () => {
  test('cover each series twice: a version stays as it is, and the newer one is in use', () => {
    const versions = DEFAULT_STANDARDS.map(({ series, version }) => `${series} ${version}`);
    expect(versions.toSorted()).toEqual(SERIES.flatMap((series) => [`${series} 1`, `${series} 2`]).toSorted());
    expect(defaultStandard('campus').version).toBe(2);
    // Rounds in use rest on version 1: nothing of it may change.
    const first = JSON.stringify(DEFAULT_STANDARDS.filter(({ version }) => version === 1));
    expect(createHash('sha256').update(first).digest('hex')).toBe(FIRST_HASH);
  });

  test.each(DEFAULT_STANDARDS.map(({ series, version }) => [series, version] as const))(
    '%s, version %i, has 100 points, numbered items and known kinds of evidence',
    (series, version) => {
      const { items, levels, vetoes } = versionOf(series, version);
      expect(pointsOf(items)).toBe(100);
      expect(items.map(({ no }) => no)).toEqual(items.map((_, i) => i + 1));
      for (const item of items) {
        expect(EVIDENCE).toEqual(expect.arrayContaining([...item.evidence]));
        expect(VERIFY).toEqual(expect.arrayContaining([...item.verify]));
        expect(Object.keys(item.words)).toEqual(['zh-CN', 'en']);
        // What the system computes comes from rows, and cases and surveys are never claimed.
        if (item.measure) expect(item.verify).toContain(item.measure.kind === 'documents' ? 'v3' : 'v2');
        if (item.evidence.join() === 'C' || item.evidence.includes('S')) expect(isChecked(item)).toBe(false);
      }
      expect(levels.map(({ id, min, heldDays }) => [id, min, heldDays])).toEqual([
        ['district', 80, 0],
        ['city', 90, 180],
      ]);
      expect(vetoes).toEqual(VETOES);
    },
  );

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

  test.each(SERIES)('%s, version 2, asks no more points, and counts documents where an issuer confirms', (series) => {
    const [first, second] = [versionOf(series, 1), versionOf(series, 2)];
    const same = ({ no, words, max, critical, evidence, basis }: Item) => ({
      no,
      words,
      max,
      critical,
      evidence,
      basis,
    });
    expect(second.items.map(same)).toEqual(first.items.map(same));
    const onPaper = second.items.filter(({ verify }) => verify.includes('v3'));
    expect(onPaper.length).toBeGreaterThan(0);
    for (const item of onPaper) {
      expect(item.evidence).toContain('D');
      // Either documents alone count, or checkers test the item and it needs a document besides.
      expect([item.measure?.kind, needsDocument(item)]).toEqual(
        item.verify.includes('v1') ? [undefined, true] : ['documents', false],
      );
    }
    expect(second.items.some(({ measure }) => measure?.kind === 'timed_drills')).toBe(true);
  });

  test('no figure of an item falls because more was found or reported', () => {
    // All shares have handled work as their whole; the only reversed goalposts are those of cases that came back.
    const reversed = DEFAULT_STANDARDS.flatMap(({ items }) => items).flatMap(({ measure }) =>
      measure && 'from' in measure && measure.from > measure.to ? [measure.kind] : [],
    );
    expect([...new Set(reversed)]).toEqual(['recurred']);
    expect(SHARES).not.toContain('reported');
  });
});
