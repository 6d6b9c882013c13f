import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawVisits, listText } from '../../src/inspections/draw/draw-visits.ts';
import type { Frame } from '../../src/inspections/draw/frame.ts';
import { frameText, readFrame } from '../../src/inspections/draw/frame.ts';
import { hashOf, lotOf } from '../../src/surveys/wave/draw.ts';

const SEED = '2026-12 station';
const lot = (name: string) => lotOf(SEED, name);
const numbers = (to: number) => Array.from({ length: to }, (_, i) => i + 1);

const FRAME: Frame = {
  each: 3,
  premises: numbers(6).map((n) => ({ id: `U0${n}`, series: 'station', street: '990101001' })),
  checkers: [
    { code: 'C1', not: ['U01'] },
    { code: 'C2', not: [] },
    { code: 'C3', not: ['U05'] },
    { code: 'C4', not: [] },
  ],
  items: numbers(24).map((no) => ({ series: 'station', no, critical: false })),
};

test('the published seed gives this order of premises, these checkers and these items', () => {
  const order = drawVisits({ ...FRAME, each: 6 }, lot).map(({ premises }) => premises);
  expect(order).toEqual(['U05', 'U01', 'U03', 'U04', 'U02', 'U06']);
  expect(['U05', 'U01', 'U03'].map((id) => lot(id).slice(0, 8))).toEqual(['1c2b20b5', '1d50fad9', '2b961c01']);
  const visits = drawVisits(FRAME, lot);
  expect(visits.map(({ premises, checkers }) => [premises, ...checkers])).toEqual([
    ['U05', 'C1', 'C4'],
    ['U01', 'C3', 'C2'],
    ['U03', 'C3', 'C4'],
  ]);
  expect(visits[0]?.items).toEqual([5, 1, 21, 10, 14, 16, 11, 6]);
});

test('sha256sum in a shell gives the same lot', () => {
  const out = execFileSync('sh', ['-c', `printf %s "${SEED} U01" | sha256sum`], { encoding: 'utf8' });
  expect(out.split(' ')[0]).toBe(lot('U01'));
  expect(out).toMatch(/^1d50fad9541e/);
});

test('designated premises stand apart, and every ★ item is looked at', () => {
  const frame = {
    ...FRAME,
    each: 1,
    premises: FRAME.premises.map((one) => ({ ...one, named: one.id === 'U06' })),
    items: FRAME.items.map((one) => ({ ...one, critical: one.no > 21 })),
  };
  const visits = drawVisits(frame, lot);
  expect(visits.map(({ premises, named }) => [premises, named])).toEqual([
    ['U06', true],
    ['U05', false],
  ]);
  expect(visits[0]?.items.slice(0, 3)).toEqual([22, 23, 24]);
  expect(visits[0]?.items).toHaveLength(11);
  expect(listText(visits).split('\n')[1]).toMatch(/^U05 lot C\d,C\d 22,23,24,05,01,21/);
});

test('each stratum of series and street gives the same number of premises', () => {
  const premises = ['a', 'b'].flatMap((street) =>
    ['station', 'campus'].flatMap((series) =>
      numbers(5).map((n) => ({ id: `${series}-${street}-${n}`, series, street })),
    ),
  );
  const drawn = drawVisits({ ...FRAME, each: 2, premises }, lot).map(({ premises: id }) => id.slice(0, -2));
  expect(Object.entries(Object.groupBy(drawn, (key) => key)).map(([key, all]) => [key, all?.length])).toEqual([
    ['campus-a', 2],
    ['campus-b', 2],
    ['station-a', 2],
    ['station-b', 2],
  ]);
});

test('a frame is read back from its text, and its text does not depend on the order of its parts', () => {
  const text = frameText(FRAME);
  expect(frameText(readFrame(text))).toBe(text);
  const shuffled = { ...FRAME, premises: FRAME.premises.toReversed(), checkers: FRAME.checkers.toReversed() };
  expect(hashOf(frameText(shuffled))).toBe(hashOf(text));
  expect(() => readFrame('each 1\nbribe C1')).toThrow('no known kind');
});

test('for any seed no checker meets a conflict, pairs differ, and loads differ by the fewest visits', () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 6 }), (seed, each) => {
      const frame = { ...FRAME, each };
      const visits = drawVisits(frame, (name) => lotOf(seed, name));
      expect(new Set(visits.map(({ premises }) => premises)).size).toBe(each);
      for (const { premises, checkers, items } of visits) {
        expect(new Set(checkers).size).toBe(2);
        expect(new Set(items).size).toBe(8);
        for (const code of checkers)
          expect(frame.checkers.find((one) => one.code === code)?.not).not.toContain(premises);
      }
      const load = frame.checkers.map(({ code }) => visits.filter(({ checkers }) => checkers.includes(code)).length);
      expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(2);
    }),
    { numRuns: 50 },
  );
});
