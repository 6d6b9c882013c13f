import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CaseEvent } from '../../src/cases/case-event.ts';
import { submissionEvent } from '../../src/cases/case-store.ts';
import type { Report } from '../../src/cases/hazard-case.ts';
import { replay } from '../../src/cases/replay.ts';
import { longFinder } from '../../src/review/score/cells/case-cells.ts';
import { CASE_INDICATORS, factOf, readFact, verdictsAt, writeFact } from '../../src/review/score/cells/case-fact.ts';
import { cellsOf, correctedAwareness } from '../../src/review/score/cells/survey-cells.ts';
import { FIRST_FORMULA } from '../../src/review/score/formula.ts';
import type { IndicatorCode } from '../../src/review/score/indicator.ts';
import { INDICATORS } from '../../src/review/score/indicator.ts';
import { addMonths } from '../../src/review/score/month.ts';
import type { CollectedCells, CollectedRegion, MonthScore } from '../../src/review/score/month-score.ts';
import { monthScore } from '../../src/review/score/month-score.ts';
import { placesOf } from '../../src/review/score/rank.ts';
import type { ScoredCell } from '../../src/review/score/score.ts';
import { scoreOf } from '../../src/review/score/score.ts';
import { scoreFormula } from '../../src/review/score/score-formula-flow.ts';
import { discloseCell } from '../../src/surveys/disclosure/disclosure.ts';
import { addAlike, estimateOf, noSums } from '../../src/surveys/estimate/estimate.ts';
import type { QualityFinding } from '../../src/surveys/estimate/quality.ts';
import type { WaveResults } from '../../src/surveys/results/results.ts';
import type { Wave } from '../../src/surveys/wave/wave.ts';
import { Play } from '../engine/play.ts';

const HOUR_MS = 3_600_000;
/** A Monday at nine in Chinese time. */
const MONDAY = Date.parse('2026-10-19T01:00:00Z');
const STREETS = [
  '990101001000',
  '990101002000',
  '990101003000',
  '990101004000',
  '990102001000',
  '990102002000',
  '990102003000',
];

/** A case that is contained and cured in time, passes its check, and is confirmed or has nobody to ask. */
function goodCase(confirmed: boolean) {
  const report: Report = {
    id: 'case_good',
    number: 'K7Q4M2XR',
    category: 'flooding',
    place: {},
    description: { text: '积水' },
    photos: [],
    urgent: false,
    filedAt: MONDAY,
    desk: STREETS[0] ?? '',
  };
  const event = (hours: number, type: CaseEvent['type'], to?: CaseEvent['to'], more: Partial<CaseEvent> = {}) =>
    ({ type, at: MONDAY + hours * HOUR_MS, as: 'house', by: type, ...(to ? { to } : {}), ...more }) as CaseEvent;
  const events = [
    submissionEvent(report),
    event(1, 'accepted', 'filed', { clock: { contain: '4h', cure: '24h' } }),
    event(2, 'dispatched', 'dispatched', { unit: 'water' }),
    event(3, 'signed', 'in_progress'),
    event(4, 'contained'),
    event(20, 'handled', 'checking'),
    event(22, 'check_passed', 'confirming'),
    confirmed
      ? event(23, 'rated', 'closed', { rating: 'solved', as: 'reporter' })
      : event(96, 'left_unrated', 'closed'),
  ];
  return { record: replay(events), events, reachable: confirmed };
}

const count = fc
  .record({ n: fc.integer({ min: 0, max: 80 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ n, share }) => ({ n, y: Math.round(n * share) }));
const cells = fc
  .tuple(...INDICATORS.map(() => count))
  .map((all): CollectedCells => Object.fromEntries(INDICATORS.map((code, i) => [code, all[i] ?? { y: 0, n: 0 }])));
const month = fc
  .tuple(...STREETS.map(() => cells))
  .map((all) => STREETS.map((id, i): CollectedRegion => ({ id, level: 'street', cells: all[i] ?? {} })));

const scoreIn = (score: MonthScore, region = STREETS[0]) =>
  score.regions.find((one) => one.region === region)?.score?.score;

describe('no score falls because more was found', () => {
  test.each([true, false])(
    'a case that is cured in time and passes adds points or none; confirmed: %s',
    (confirmed) => {
      const verdicts = verdictsAt(
        factOf(goodCase(confirmed), MONDAY + 200 * HOUR_MS),
        MONDAY + 200 * HOUR_MS,
        () => true,
      );
      expect(verdicts).toBe(confirmed ? '11100-' : '11-00-');
      fc.assert(
        fc.property(month, fc.array(month, { maxLength: 2 }), (present, before) => {
          const earlier = before.map((regions, i) =>
            monthScore({ month: addMonths('2026-09', -i), formula: FIRST_FORMULA, regions, earlier: [] }),
          );
          const scoreOfMonth = (regions: readonly CollectedRegion[]) =>
            scoreIn(monthScore({ month: '2026-10', formula: FIRST_FORMULA, regions, earlier }));
          const [first, ...others] = present;
          const more: Record<string, { y: number; n: number }> = { ...first?.cells };
          for (const [k, code] of CASE_INDICATORS.entries()) {
            const [old, sign] = [more[code] ?? { y: 0, n: 0 }, verdicts[k]];
            if (sign !== '-') more[code] = { y: old.y + Number(sign), n: old.n + 1 };
          }
          const was = scoreOfMonth(present);
          const is = scoreOfMonth([{ id: STREETS[0] ?? '', level: 'street', cells: more }, ...others]);
          if (was !== undefined) expect(is).toBeGreaterThanOrEqual(was - 1e-9);
        }),
        { numRuns: 60 },
      );
    },
  );

  test('the number of reports and of rejected ones is in no score', () => {
    fc.assert(
      fc.property(month, fc.nat(500), (regions, filed) => {
        const scores = (all: readonly CollectedRegion[]) =>
          monthScore({ month: '2026-10', formula: FIRST_FORMULA, regions: all, earlier: [] }).regions.map(
            ({ score, place, cells: own }) => ({ score, place, own }),
          );
        const more = regions.map((region) => ({ ...region, filed, rejected: { nothing_new: filed } }));
        expect(scores(more)).toEqual(scores(regions));
      }),
      { numRuns: 30 },
    );
  });

  test('a fact survives its line', () => {
    const fact = factOf(goodCase(true), MONDAY + 2 * HOUR_MS);
    expect(fact.solved).toBeDefined();
    expect(readFact(writeFact(fact))).toEqual(fact);
    const { solved: _solved, ...older } = fact;
    expect(readFact(writeFact(older))).toEqual(older);
  });
});

test('the prior comes from the months before and not from the month that is scored', () => {
  fc.assert(
    fc.property(month, month, month, (before, one, other) => {
      const earlier = [monthScore({ month: '2026-09', formula: FIRST_FORMULA, regions: before, earlier: [] })];
      const priorsOf = (regions: readonly CollectedRegion[]) =>
        monthScore({ month: '2026-10', formula: FIRST_FORMULA, regions, earlier }).indicators.map(({ m, M }) => [m, M]);
      expect(priorsOf(one)).toEqual(priorsOf(other));
    }),
    { numRuns: 20 },
  );
});

test('two scores whose order hangs on the weights are a tie, however narrow their bounds', () => {
  const scoreWith = (cured: number, confirmed: number) => {
    const cell = (code: IndicatorCode, theta: number): ScoredCell => ({ code, theta, v: 1e-8, status: 'own' });
    const own = [cell('cured_in_time', cured), cell('confirmed_solved', confirmed)];
    return { ...scoreOf(FIRST_FORMULA.terms, own), cells: own };
  };
  // Earned shares .5 and .5 against .82 and .3: the sums 12 and 11.88 of 24 differ, and other weights turn them round.
  const placesFor = (...all: readonly ReturnType<typeof scoreWith>[]) =>
    placesOf(all, FIRST_FORMULA.terms, '2026-10 1').map(({ from, to, ties }) => ({ from, to, ties }));
  expect(placesFor(scoreWith(0.79, 0.55), scoreWith(0.9116, 0.45))).toEqual([
    { from: 1, to: 2, ties: 1 },
    { from: 1, to: 2, ties: 1 },
  ]);
  expect(placesFor(scoreWith(0.79, 0.55), scoreWith(0.7, 0.45))).toEqual([
    { from: 1, to: 1, ties: 0 },
    { from: 2, to: 2, ties: 0 },
  ]);
});

test('the loss adds up to the points that are missing, and only own data has a name in it', () => {
  const scored = fc.record({
    theta: fc.double({ min: 0, max: 1, noNaN: true }),
    v: fc.double({ min: 0, max: 0.05, noNaN: true }),
    status: fc.constantFrom('own' as const, 'prior' as const, 'withheld' as const),
  });
  fc.assert(
    fc.property(fc.tuple(...INDICATORS.map(() => scored)), (all) => {
      const own = all.map((cell, i): ScoredCell => ({ ...cell, code: INDICATORS[i] as IndicatorCode }));
      const { score, loss, lo, hi } = scoreOf(FIRST_FORMULA.terms, own);
      expect(loss.reduce((sum, { points }) => sum + points, 0)).toBeCloseTo(100 - score, 9);
      expect(lo).toBeLessThanOrEqual(score + 1e-9);
      expect(hi).toBeGreaterThanOrEqual(score - 1e-9);
      for (const { code, named } of loss) expect(named).toBe(own.find((cell) => cell.code === code)?.status === 'own');
    }),
    { numRuns: 200 },
  );
});

test('a rank interval holds the rank of the score, and equal lots give equal places', () => {
  const one = fc.record({
    score: fc.double({ min: 0, max: 100, noNaN: true }),
    se: fc.double({ min: 0.1, max: 8, noNaN: true }),
    cells: fc.constant([] as readonly ScoredCell[]),
    theta: fc.double({ min: 0, max: 1, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(one, { minLength: 2, maxLength: 8 }), (all) => {
      const ranked = all.map((given) => ({
        ...given,
        lo: given.score - 2 * given.se,
        hi: given.score + 2 * given.se,
        cells: INDICATORS.map((code): ScoredCell => ({ code, theta: given.theta, v: 0.001, status: 'own' })),
      }));
      const places = placesOf(ranked, FIRST_FORMULA.terms, '2026-10 1');
      for (const [i, place] of places.entries()) {
        const score = ranked[i]?.score ?? 0;
        const better = ranked.filter((other) => other.score > score).length;
        const worse = ranked.filter((other) => other.score < score).length;
        expect(place.from).toBeLessThanOrEqual(better + 1);
        expect(place.to).toBeGreaterThanOrEqual(ranked.length - worse);
      }
      expect(placesOf(ranked, FIRST_FORMULA.terms, '2026-10 1')).toEqual(places);
    }),
    { numRuns: 30 },
  );
});

describe('a withheld survey cell', () => {
  /** Discloses `y` of `n` answers by the rules of surveys. */
  const disclosed = (y: number, n: number) => {
    const sums = noSums();
    addAlike(sums, 1, { n: y, w: y, ww: y });
    addAlike(sums, 0, { n: n - y, w: n - y, ww: n - y });
    return discloseCell(estimateOf(sums));
  };
  const city = '990100000000';
  const street = STREETS[0] ?? '';
  const pageWith = (y: number, n: number, others?: CollectedCells) => {
    const shownCells = { [city]: disclosed(480, 600), [street]: disclosed(y, n) };
    const results = { indicators: [{ code: 'satisfied', cells: shownCells }], questions: [] };
    const counted = [{ wave: { questionnaire: { questions: [] } }, results }] as unknown as Parameters<
      typeof cellsOf
    >[2];
    const full = others ?? Object.fromEntries(INDICATORS.map((code) => [code, { y: 30, n: 40 }]));
    const regions: readonly CollectedRegion[] = [
      { id: city, level: 'city', cells: { ...full, ...cellsOf(city, [city], counted) } },
      { id: street, level: 'street', cells: { ...full, ...cellsOf(street, [street, city], counted) } },
    ];
    return monthScore({ month: '2026-10', formula: FIRST_FORMULA, regions, earlier: [] });
  };

  test.each([9, 28])(
    'of %d answers cannot be solved for: each count of them gives the same score, parts and places',
    (n) => {
      const pages = Array.from({ length: n + 1 }, (_, y) => JSON.stringify(pageWith(y, n)));
      expect(new Set(pages).size).toBe(1);
      const cell = pageWith(3, n).regions[1]?.cells.find(({ code }) => code === 'satisfied');
      expect(cell).toMatchObject({ status: 'withheld', y: 0, n: 0, from: city });
      expect(cell?.funnel).toBeUndefined();
    },
  );

  test('cannot be solved for beside any other parts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 28 }), cells, (n, others) => {
        const pages = Array.from({ length: n + 1 }, (_, y) => JSON.stringify(pageWith(y, n, others)));
        expect(new Set(pages).size).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  test('that is shown gives the score its own value', () => {
    expect(scoreIn(pageWith(90, 120))).not.toBe(scoreIn(pageWith(60, 120)));
  });

  test('awareness is corrected by the decoy, and never below none', () => {
    expect(correctedAwareness(0.62, 0.08)).toBeCloseTo(0.5869565217, 10);
    expect(correctedAwareness(0.3, 0.35)).toBe(0);
  });

  test('satisfaction has a flag at the region above a street that was coached, and the same count', () => {
    const district = '990101000000';
    const chain = [street, district, city];
    const results = {
      indicators: [{ code: 'satisfied', cells: { [street]: disclosed(90, 120), [district]: disclosed(180, 240) } }],
      questions: [],
    };
    const satisfiedIn = (region: string, findings: readonly QualityFinding[]) => {
      const counted = [{ wave: { questionnaire: { questions: [] } }, results: { ...results, findings } }];
      return cellsOf(region, chain.slice(chain.indexOf(region)), counted as unknown as Parameters<typeof cellsOf>[2])
        .satisfied;
    };
    const coached: readonly QualityFinding[] = [{ kind: 'coached', region: district }];
    const { flag, ...cell } = satisfiedIn(district, coached) ?? { y: 0, n: 0 };
    expect([flag, cell]).toEqual(['coached', satisfiedIn(district, [])]);
    expect(satisfiedIn(street, coached)).toEqual(satisfiedIn(street, []));
    expect(satisfiedIn(district, [{ kind: 'burst', region: district }])).toEqual(satisfiedIn(district, []));
  });

  test('awareness below the decoy is 0 with a flag, and one above it has none', () => {
    const awareIn = (percent: number) => {
      const wave = {
        questionnaire: { questions: [{ code: 'A1', options: [{ code: '9', role: 'decoy' }] }] },
      } as unknown as Wave; // the parts that cells read
      const results = {
        indicators: [{ code: 'aware', cells: { [street]: { type: 'shown', percent, n: 200, nEff: 150 } } }],
        questions: [{ code: 'A1', options: [{ code: '9', share: { type: 'shown', percent: 35, n: 200 } }] }],
      } as unknown as WaveResults;
      return cellsOf(street, [street, city], [{ wave, results }]).aware;
    };
    expect(awareIn(30)).toEqual({ y: 0, n: 150, flag: 'below_decoy' });
    expect(awareIn(60)).toEqual({ y: expect.closeTo((150 * 0.25) / 0.65, 9), n: 150 });
    const scored = (flag?: 'below_decoy') => {
      const cell = { y: 0, n: 150, ...(flag ? { flag } : {}) };
      const regions: readonly CollectedRegion[] = [{ id: street, level: 'street', cells: { aware: cell } }];
      return monthScore({ month: '2026-10', formula: FIRST_FORMULA, regions, earlier: [] }).regions[0];
    };
    const flagged = scored('below_decoy');
    expect(flagged?.cells.find(({ code }) => code === 'aware')?.flag).toBe('below_decoy');
    expect([flagged?.score, flagged?.priorShare]).toEqual([scored()?.score, scored()?.priorShare]);
  });
});

test('a deadline in the small hours counts for its own day in China, whichever deadline was judged first', () => {
  // Five working days after Thursday end on Thursday at five, and those after Friday a day later.
  const [thursday, friday] = [Date.parse('2026-11-12T17:00+08:00'), Date.parse('2026-11-13T02:00+08:00')];
  const at = Date.parse('2026-11-19T18:00+08:00');
  for (const dues of [
    [thursday, friday],
    [friday, thursday],
  ]) {
    const isLong = longFinder(at);
    expect(dues.map((due) => [due, isLong(due)])).toEqual(dues.map((due) => [due, due === thursday]));
  }
});

test('an agreement to a formula holds for the proposal that was shown, not for one that replaced it', () => {
  const proposed = { ...FIRST_FORMULA, version: 2, by: 'office-1' };
  const facts = { may: true, me: 'office-2', present: '2026-11', current: FIRST_FORMULA, next: 2, proposed } as const;
  const live: { -readonly [name in keyof typeof facts]: (typeof facts)[name] } = { ...facts };
  const play = new Play(scoreFormula, live);
  const { seal, talk, step } = play.question;
  live.proposed = { ...proposed, terms: FIRST_FORMULA.terms.toReversed() };
  play.do({ type: 'choice', talk, step, option: 'agree', seal });
  expect([play.at, play.because]).toEqual(['agree.ask', { type: 'changed' }]);
  expect(play.do({ tap: 'agree' })).toMatchObject({ type: 'finished', answers: { agree: 'agree' } });
});
