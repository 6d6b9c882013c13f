import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { clockAt } from '../../src/calendar.ts';
import type { City } from '../../src/city/city.ts';
import { randomFrom } from '../../src/random.ts';
import { hashOfBulletin } from '../../src/review/bulletin/bulletin.ts';
import { pastText } from '../../src/review/bulletin/bulletin-card.ts';
import { bulletinDue } from '../../src/review/bulletin/bulletin-job.ts';
import { composeBulletin } from '../../src/review/bulletin/compose-bulletin.ts';
import { differenceInDifferences, isClearEffect, oriented } from '../../src/review/bulletin/effect.ts';
import { lintFaults, SENTENCES } from '../../src/review/bulletin/sentence.ts';
import type { WeakPoint } from '../../src/review/bulletin/weak-points.ts';
import { findWeakPoints } from '../../src/review/bulletin/weak-points.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import { funnelOf, isOutside } from '../../src/review/score/funnel.ts';
import type { Month } from '../../src/review/score/month.ts';
import { workingDayAfter } from '../../src/review/score/month.ts';
import type { CollectedRegion, MonthScore } from '../../src/review/score/month-score.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import type { Count } from '../../src/review/score/shrink.ts';
import { shrink } from '../../src/review/score/shrink.ts';

const of = (y: number, n: number): Count => ({ y, n });
const OTHERS = { before: of(150, 250), after: of(155, 250) };

describe('the effect of a measure', () => {
  test('43 of 50 after 30 of 50, others 155 of 250 after 150: +24 points, from 5 to 43', () => {
    const { did, se, lo, hi } = differenceInDifferences({
      own: { before: of(30, 50), after: of(43, 50) },
      others: OTHERS,
    });
    expect(did).toBeCloseTo(0.24, 12);
    expect(se).toBeCloseTo(0.0954484154, 10);
    expect([lo, hi].map((x) => x.toFixed(4))).toEqual(['0.0529', '0.4271']);
  });

  test('38 of 50 after 30 of 50: +14 points, which the interval does not part from 0', () => {
    const effect = differenceInDifferences({ own: { before: of(30, 50), after: of(38, 50) }, others: OTHERS });
    expect([effect.did, effect.lo, effect.hi].map((x) => x.toFixed(4))).toEqual(['0.1400', '-0.0594', '0.3394']);
    expect(isClearEffect(effect, of(38, 50), { theta: 0.65, v: 0.002 })).toBe(false);
  });

  test('a share that only returns to its shrunken expectation is no effect, also if the DiD parts from 0', () => {
    const effect = differenceInDifferences({ own: { before: of(30, 50), after: of(43, 50) }, others: OTHERS });
    expect(isClearEffect(effect, of(43, 50), { theta: 0.66, v: 0.002 })).toBe(true);
    expect(isClearEffect(effect, of(43, 50), { theta: 0.82, v: 0.002 })).toBe(false);
  });

  test('of an indicator of which less is better, a fall counts as better', () => {
    const raw = differenceInDifferences({
      own: { before: of(20, 50), after: of(7, 50) },
      others: { before: of(100, 250), after: of(95, 250) },
    });
    expect(oriented('rework', raw).did).toBeCloseTo(-raw.did, 12);
    expect(oriented('rework', raw).lo).toBeGreaterThan(0);
    expect(oriented('cured_in_time', raw)).toBe(raw);
  });

  test('the worst of 16 streets rises from 66 to 74 % by itself; the shrunken expectation foretells it', () => {
    const random = randomFrom(20261129);
    const [J, n, rounds] = [16, 50, 4000];
    const draw = (p: number) => Array.from({ length: n }, () => Number(random() < p)).reduce((a, b) => a + b, 0);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const sums = { worst: 0, next: 0, expected: 0 };
    for (let round = 0; round < rounds; round += 1) {
      const ps = Array.from({ length: J }, () => Math.min(1, 0.8 + 0.05 * normal()));
      const counts = ps.map((p) => of(draw(p), n));
      const worst = counts.reduce((at, { y }, i) => (y < (counts[at]?.y ?? n) ? i : at), 0);
      // The prior is that of the months before, as in production.
      const prior = { m: 0.8, M: (0.8 * 0.2) / 0.05 ** 2 - 1 };
      sums.worst += (counts[worst]?.y ?? 0) / n;
      sums.next += ps[worst] ?? 0;
      sums.expected += shrink(counts[worst] ?? of(0, 1), prior).theta;
    }
    expect(sums.worst / rounds).toBeCloseTo(0.659, 2);
    expect(sums.next / rounds).toBeCloseTo(0.742, 2);
    expect(Math.abs(sums.expected - sums.next) / rounds).toBeLessThan(0.01);
  });
});

describe('the words of a bulletin', () => {
  test.each(['zh-CN', 'en'])(
    'each sentence of the closed set in %s has no cause and no rank, and 显著 only if tested',
    (language) => {
      const { sentence } = JSON.parse(readFileSync(`locales/${language}/flows/my-bulletin.json`, 'utf8')) as {
        readonly sentence: Readonly<Record<string, string>>;
      };
      expect(Object.keys(sentence).sort()).toEqual([...SENTENCES].sort());
      for (const kind of SENTENCES) expect([kind, lintFaults(sentence[kind] ?? '', kind)]).toEqual([kind, []]);
    },
  );

  test.each([
    ['因为下雨，积水多了', ['cause']],
    ['整改导致满意率上升', ['cause']],
    ['城东街道排名第三名', ['rank']],
    ['显著上升', ['untested']],
    ['人手不够，先做别的', []],
  ])('a person writes %s: %j', (words, faults) => {
    expect(lintFaults(words)).toEqual(faults);
  });
});

test('the third working day after September 2026 is the tenth of October', () => {
  expect(clockAt(workingDayAfter('2026-09', 3) ?? 0).slice(0, 10)).toBe('2026-10-10');
  expect(clockAt(bulletinDue('2026-09'))).toBe('2026-10-10T09:00:00');
});

const STREETS = Array.from({ length: 8 }, (_, i) => `street_${i + 1}`);

/** A month of eight streets; `counts` replaces the cells of some. */
function month(
  month: Month,
  counts: Readonly<Record<string, CollectedRegion['cells']>> = {},
  earlier: readonly MonthScore[] = [],
): MonthScore {
  const usual = { confirmed_solved: of(60, 100), cured_in_time: of(97, 100), rework: of(3, 100) };
  const streets = STREETS.map(
    (id): CollectedRegion => ({ id, level: 'street', cells: { ...usual, ...counts[id] }, filed: 100 }),
  );
  const city: CollectedRegion = {
    id: 'city',
    level: 'city',
    filed: 800,
    cells: { confirmed_solved: of(480, 800), cured_in_time: of(776, 800), rework: of(24, 800), ...counts.city },
  };
  return monthScore({ month, formula: FIRST_FORMULA, regions: [city, ...streets], earlier });
}

const COUNTS = {
  letterCounts: { sent: 1, met: 0, not_done: 0, withdrawn: 0, late: 0 },
  alertCounts: { raised: 0, confirmed: 0, false: 0, known_cause: 0, open: 0 },
};
const MADE = {
  withheld: [],
  promiseCounts: { settled: 0, kept: 0, late: 0, changed: 0, broken: 0, unproven: 0, overdue: 0 },
  alerts: [],
  ...COUNTS,
  version: 1,
  now: workingDayAfter('2026-10', 3) ?? 0,
};

describe('weak points', () => {
  test('an outlier of the funnel comes first, one to a street, three to a city, each with one proposal', () => {
    const score = month('2026-10', {
      street_3: { cured_in_time: of(60, 100), confirmed_solved: of(20, 100) },
      street_5: { rework: of(40, 100) },
    });
    const points = findWeakPoints(score, []);
    expect(points).toHaveLength(3);
    expect(new Set(points.map(({ region }) => region)).size).toBe(3);
    expect(points.slice(0, 2).map(({ region, basis }) => [region, basis])).toEqual(
      expect.arrayContaining([
        ['street_3', 'funnel'],
        ['street_5', 'funnel'],
      ]),
    );
    for (const { proposal } of points) expect(['announcement', 'inspection', 'task', 'pairing']).toContain(proposal);
  });

  test('below thirty trials the exact tail says what is an outlier, as in the funnel', () => {
    // None of 25 where one in ten is usual: 3.2 standard deviations on the root scale, and 14 % by chance.
    const funnel = funnelOf([of(0, 25), ...Array.from({ length: 9 }, () => of(10, 100))], 0.1).points[0];
    expect(funnel).toMatchObject({ zAdjusted: expect.closeTo(-3.2, 1), exact: expect.closeTo(0.144, 2) });
    const cell = { code: 'took_part', status: 'own', y: 0, n: 25, theta: 0.05, v: 0.001, loss: 5 } as const;
    const street = { region: 'street_1', level: 'street', filed: 9, priorShare: 0 } as const;
    const cells = funnel ? [{ ...cell, funnel: { ...funnel, outside: isOutside(funnel) } }] : [];
    expect(findWeakPoints({ formula: FIRST_FORMULA, regions: [{ ...street, cells }] })).toMatchObject([
      { basis: 'goal' },
    ]);
  });

  test('a confirmed alert leads, and cells without own data are never weak', () => {
    const alert = { id: 'alert_abcd1234', street: 'street_7', what: 'flooding' } as const;
    const score = month('2026-10', { street_2: { satisfied: { y: 1, n: 100, from: 'city' } } });
    const points = findWeakPoints(score, [alert]);
    expect(points[0]).toMatchObject({ basis: 'alert', region: 'street_7', id: 'alert_abcd1234' });
    expect(points.some((point) => point.basis !== 'alert' && point.code === 'satisfied')).toBe(false);
  });

  test('a street with many reports is not weaker than one with few: the number of reports is no reason', () => {
    const few = findWeakPoints(month('2026-10', { street_1: { cured_in_time: of(97, 100) } }));
    const many = findWeakPoints(month('2026-10', { street_1: { cured_in_time: of(970, 1000) } }));
    const inStreet = (points: typeof few) =>
      points.filter(({ region, basis }) => region === 'street_1' && basis === 'funnel').length;
    expect(inStreet(many)).toBe(inStreet(few));
  });
});

describe('a bulletin', () => {
  const september = month('2026-09', { street_3: { cured_in_time: of(60, 100) } });
  const october = month('2026-10', { street_3: { cured_in_time: of(90, 100) } }, [september]);
  const weak = findWeakPoints(september);
  const answers = new Map([[weak[0]?.id ?? '', { answer: 'adopted', by: 'p', at: 1 } as const]]);
  const made = composeBulletin({ ...MADE, score: october, before: september, last: { weak, answers } });

  test('has numbers with bounds, a sure movement, streets without ranks, and what came of the weak points before', () => {
    expect(made.numbers.map(({ code }) => code)).toEqual(['confirmed_solved', 'cured_in_time', 'rework']);
    for (const { lo, percent, hi, n } of made.numbers) {
      expect(lo).toBeLessThanOrEqual(percent);
      expect(hi).toBeGreaterThanOrEqual(percent);
      expect(n).toBeGreaterThan(0);
    }
    expect(made.sentences[0]).toMatchObject({
      kind: 'moved_up',
      region: 'street_3',
      code: 'cured_in_time',
      values: { p1: 60, p2: 90, d: 30 },
    });
    expect(made.streets).toHaveLength(8);
    expect(made.past[0]).toMatchObject({
      answer: { answer: 'adopted' },
      sentence: { kind: 'effect', values: { after: 90 } },
    });
  });

  test('names at most five sure movements, the largest first', () => {
    const all = (y: number) => Object.fromEntries(STREETS.map((id, i) => [id, { cured_in_time: of(y + i, 100) }]));
    const before = month('2026-09', all(50));
    const { sentences } = composeBulletin({ ...MADE, score: month('2026-10', all(90), [before]), before });
    const moved = sentences.filter(({ kind }) => kind === 'moved_up');
    expect(moved).toHaveLength(5);
    const sizes = moved.map(({ values }) => values.d ?? 0);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  });

  test('names the holidays of two months, and never says that there are none where the known list ends before', () => {
    const holidaysAt = (day: string) =>
      composeBulletin({ ...MADE, score: october, now: Date.parse(`${day}T02:00:00Z`) }).holidays;
    expect(holidaysAt('2026-09-03')).toEqual(['2026-09-25', '2026-10-01']);
    expect(holidaysAt('2026-10-10')).toEqual([]);
    // New Year's Day is fixed by law; whether 春节 begins within two months of January is not known.
    expect([holidaysAt('2026-11-04'), holidaysAt('2027-01-06')]).toEqual([['2027-01-01'], undefined]);
  });

  test('says of a weak point of the month before that there is nothing to compare, as of a street that was split', () => {
    const gone = { ...weak[0], id: 'gone.cured_in_time', region: 'gone' } as WeakPoint;
    const alert: WeakPoint = {
      ...{ id: 'alert_abcd1234', basis: 'alert', region: 'street_7' },
      what: 'x',
      proposal: 'task',
    };
    const { past } = composeBulletin({ ...MADE, score: october, last: { weak: [gone, alert], answers: new Map() } });
    const categories = { nameOf: () => ({}) } as unknown as City['categories'];
    expect(past.map((one) => pastText(one, { categories }))).toMatchObject([
      { key: 'flows/my-bulletin:not_compared', values: { region: { place: { region: 'gone' } } } },
      { key: 'flows/my-bulletin:alert' },
    ]);
  });

  test('without a sure movement it says how large one would have been seen', () => {
    const before = month('2026-09');
    const same = composeBulletin({ ...MADE, score: month('2026-10', {}, [before]), before });
    expect(same.sentences[0]?.kind).toBe('no_difference');
    expect(same.sentences[0]?.values.mde).toBeGreaterThan(0);
  });

  test('every number of a sentence stands beside its bounds or its n', () => {
    for (const { values } of [...made.sentences, ...made.past.flatMap(({ sentence }) => sentence ?? [])])
      expect('n' in values || ('lo' in values && 'hi' in values)).toBe(true);
  });

  test('a withheld number gets its sentence: that of the city, else the number of streets', () => {
    const hidden = { from: 'city', y: 400, n: 500 };
    const score = month('2026-10', { street_3: { satisfied: hidden }, street_5: { satisfied: hidden } });
    const said = (withheld: readonly ('satisfied' | 'aware')[]) =>
      composeBulletin({ ...MADE, score, withheld }).sentences.filter(({ kind }) => kind.startsWith('withheld'));
    expect(said([])).toEqual([
      { kind: 'withheld_streets', region: 'city', code: 'satisfied', values: { n: 2, of: 8 } },
    ]);
    expect(said(['satisfied', 'aware'])).toEqual([
      { kind: 'withheld', region: 'city', code: 'satisfied', values: {} },
      { kind: 'withheld', region: 'city', code: 'aware', values: {} },
    ]);
  });

  test('equal contents have equal hashes; version and time do not count', () => {
    const again = composeBulletin({
      ...MADE,
      version: 2,
      now: MADE.now,
      score: october,
      before: september,
      last: { weak, answers },
    });
    expect(hashOfBulletin(again)).toBe(hashOfBulletin(made));
    expect(hashOfBulletin({ ...made, letters: { ...made.letters, met: 1 } })).not.toBe(hashOfBulletin(made));
  });
});
