import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Premises } from '../../src/city/premises.ts';
import { premisesScope } from '../../src/city/series.ts';
import type { Checker } from '../../src/inspections/draw/checkers.ts';
import { checkersOf } from '../../src/inspections/draw/checkers.ts';
import { checkerCode } from '../../src/inspections/draw/draw.ts';
import { drawVisits, listText } from '../../src/inspections/draw/draw-visits.ts';
import type { Frame } from '../../src/inspections/draw/frame.ts';
import { frameText, readFrame } from '../../src/inspections/draw/frame.ts';
import type { Pairing } from '../../src/inspections/draw/pairing.ts';
import { pairsAt } from '../../src/inspections/draw/pairing.ts';
import { makeRepeats } from '../../src/inspections/visits/make-visits.ts';
import type { Visit } from '../../src/inspections/visits/visit.ts';
import { sendSheet, withdraw } from '../../src/inspections/visits/visit-rules.ts';
import type { Region } from '../../src/regions/region.ts';
import { regionTree } from '../../src/regions/region-tree.ts';
import { keysOf } from '../../src/store/keys.ts';
import type { Store } from '../../src/store/store.ts';
import { hashOf, lotOf } from '../../src/surveys/wave/draw.ts';
import { inOrderOfLot } from '../../src/surveys/wave/lot-order.ts';

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

test('the order of lots is a permutation, which the seed and the names alone decide', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      fc.nat(),
      (seed, names, by) => {
        const orderOf = (some: readonly string[]) => inOrderOfLot(some, (name) => lotOf(seed, name));
        const drawn = orderOf(names);
        expect(drawn.toSorted()).toEqual(names.toSorted());
        const turned = names.map((_, i) => names[(i + by) % names.length] ?? '');
        expect(orderOf(turned)).toEqual(drawn);
      },
    ),
  );
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

const REGIONS = regionTree(regionsOf());

/** Two districts with two streets each, and two communities in each street. */
function regionsOf(): readonly Region[] {
  const named = (id: string) => ({ names: { 'zh-CN': id } });
  const streets = ['9901010010', '9901010020', '9901020010', '9901020020'].map((id) => `${id}00`);
  return [
    { id: '990100000000', level: 'city', ...named('市') },
    ...['990101000000', '990102000000'].map(
      (id) => ({ id, level: 'district', parent: '990100000000', ...named(id) }) as const,
    ),
    ...streets.map((id) => ({ id, level: 'street', parent: `${id.slice(0, 6)}000000`, ...named(id) }) as const),
    ...streets.flatMap((street) =>
      ['1', '2'].map((n) => {
        const id = `${street.slice(0, -1)}${n}`;
        return { id, level: 'community', parent: street, ...named(id) } as const;
      }),
    ),
  ];
}

test('one in ten of the visits without a finding is repeated, the first by lot, by people who had no part in them', () => {
  const found = (n: number, mark: 'full' | 'none'): Visit => ({
    ...{ id: `visit_${mark}${n}`, of: 'draw_x', premises: `${mark}${n}`, series: 'station', standard: 1 },
    ...{ region: '990101001001', items: [1], checkers: ['C1', 'C2'], password: '青石', state: 'left', sheets: {} },
    ...{ from: '2026-12-01', until: '2026-12-05', agreed: { 1: { mark } } },
  });
  const visits = [...numbers(25).map((n) => found(n, 'full')), ...numbers(30).map((n) => found(n, 'none'))];
  const frame = { ...FRAME, checkers: numbers(6).map((n) => ({ code: `C${n}`, not: [] })) };
  const store = { keys: keysOf('test') } as Store;
  const { change, ids } = makeRepeats(store, visits, { frame, lot, checkers: [], until: '2026-12-09', now: 0 });
  const first = numbers(25)
    .map((n) => `full${n}`)
    .sort((a, b) => (lot(`${a} again`) < lot(`${b} again`) ? -1 : 1));
  const made = change.writes.flatMap(([command, , ...rest]) => {
    const fields = rest.map(String);
    const at = fields.indexOf('record');
    return command === 'HSET' && at >= 0 ? [JSON.parse(fields[at + 1] ?? '') as Visit] : [];
  });
  expect(ids).toHaveLength(3);
  expect(made.map(({ premises }) => premises)).toEqual(first.slice(0, 3));
  for (const { checkers } of made) expect(checkers.filter((code) => ['C1', 'C2'].includes(code))).toEqual([]);
});

test('one checker decides nothing: where no other is free of conflict, the visit waits for its last day', () => {
  const visit: Visit = {
    ...{ id: 'visit_x', of: 'draw_x', premises: 'P1', series: 'station', standard: 1, region: '990101001001' },
    ...{
      items: [1],
      checkers: ['C1', 'C2'],
      password: '青石',
      state: 'arrived',
      from: '2026-12-01',
      until: '2026-12-05',
    },
    sheets: { C1: { marks: { 1: { mark: 'full' } }, photos: {} } },
  };
  const sent = sendSheet(visit, 'C1', 1);
  for (const alone of [withdraw(sent, 'C2', undefined), sendSheet(withdraw(visit, 'C2', undefined), 'C1', 1)]) {
    expect(alone).toMatchObject({ state: 'arrived', checkers: ['C1'], withdrawn: ['C2'] });
    expect(alone.agreed).toBeUndefined();
  }
  const second = { ...sent, sheets: { ...sent.sheets, C2: { marks: { 1: { mark: 'full' } }, photos: {} } } } as const;
  expect(sendSheet(second, 'C2', 2)).toMatchObject({ state: 'agreed', agreed: { 1: { mark: 'full' } } });
});

test('a checker of the last visit does not check the same premises again', () => {
  const checkers = ['a', 'b'].map((pseudonym): Checker => ({ urn: `telegram:${pseudonym}`, pseudonym, grants: [] }));
  const premises = ['P1', 'P2'].map((id) => ({ id, series: 'station', region: '990101001001' }) as const);
  const last = new Map([['P1', ['a', 'c']]]);
  const ground = { regions: REGIONS, premises: new Map() };
  const frame = checkersOf('draw_x', checkers, premises, { last, pairings: [], ground });
  expect(frame.map(({ not }) => not)).toEqual([['P1'], []]);
});

test('in any draw neither side of a pairing checks the other, and the published frame alone repeats the draw', () => {
  const streets = REGIONS.all('street');
  const communities = REGIONS.all('community');
  const ids = numbers(8).map((n) => `P${n}`);
  const side = fc.constantFrom(...ids, ...streets);
  const pairing = fc
    .record({ weak: side, helper: side })
    .filter(({ weak, helper }) => weak !== helper)
    .map((pair): Pairing => ({ ...pair, from: 0, until: 1 }));
  const scope = fc.constantFrom(...communities, ...streets, ...ids.map(premisesScope), 'water', '*');
  const person = fc.record({
    grants: fc.uniqueArray(scope, { maxLength: 2 }),
    home: fc.option(fc.constantFrom(...communities), { nil: undefined }),
  });
  let met = 0;
  fc.assert(
    fc.property(
      fc.array(pairing, { minLength: 1, maxLength: 4 }),
      fc.array(person, { minLength: 4, maxLength: 12 }),
      fc.array(fc.constantFrom(...communities), { minLength: 8, maxLength: 8 }),
      fc.string(),
      (pairings, people, places, seed) => {
        const premises = ids.map((id, i): Premises => ({ id, series: 'station', names: {}, region: places[i] ?? '' }));
        const ground = { regions: REGIONS, premises: new Map(premises.map((one) => [one.id, one])) };
        const checkers = people.map(
          ({ grants, home }, n): Checker => ({
            urn: `telegram:${n}`,
            pseudonym: `p${n}`,
            grants: grants.map((one) => ({ role: 'grid_worker', scope: one, since: 0 })),
            ...(home === undefined ? {} : { home }),
          }),
        );
        const frame: Frame = {
          each: 8,
          premises: premises.map(({ id, region }) => ({ id, series: 'station', street: region })),
          checkers: checkersOf('draw_x', checkers, premises, { last: new Map(), pairings, ground }),
          pairs: pairsAt(premises, pairings, ground),
          items: FRAME.items,
        };
        const lots = (name: string) => lotOf(seed, name);
        const visits = drawVisits(frame, lots);
        for (const visit of visits) {
          const { region = '' } = ground.premises.get(visit.premises) ?? {};
          const around = [visit.premises, ...REGIONS.chain(region)];
          for (const { pseudonym, grants, home } of checkers) {
            if (!visit.checkers.includes(checkerCode('draw_x', pseudonym))) continue;
            met += 1;
            // The premises and streets to which the checker belongs.
            const scopes = grants.map((one) => one.scope);
            const own = [
              ...ids.filter((id) => scopes.includes(premisesScope(id)) || ground.premises.get(id)?.region === home),
              ...[...scopes, ...(home === undefined ? [] : [home])].flatMap((id) => REGIONS.chain(id)),
            ];
            for (const { weak, helper } of pairings) {
              expect(own.includes(helper) && around.includes(weak)).toBe(false);
              expect(own.includes(weak) && around.includes(helper)).toBe(false);
            }
          }
        }
        const text = frameText(frame);
        expect(listText(drawVisits(readFrame(text), lots))).toBe(listText(visits));
        expect(frameText(readFrame(text))).toBe(text);
      },
    ),
    { numRuns: 200 },
  );
  expect(met).toBeGreaterThan(500);
});
