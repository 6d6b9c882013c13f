import { DAY_MS } from '../src/calendar.ts';
import type { City } from '../src/city/city.ts';
import { cityOf } from '../src/city/city.ts';
import { NEW_CITY } from '../src/city/new-city.ts';
import type { Random } from '../src/random.ts';
import { randomFrom } from '../src/random.ts';
import { writeFact } from '../src/review/score/cells/case-fact.ts';
import { computeMonth, freezeMonth } from '../src/review/score/freeze.ts';
import type { Month } from '../src/review/score/month.ts';
import { addMonths, monthEnd, monthStart } from '../src/review/score/month.ts';
import type { Confirmation } from '../src/review/score/rating-bursts.ts';
import { SLOT_MS } from '../src/review/score/rating-bursts.ts';
import { bulkWrite } from '../src/store/bulk-write.ts';
import type { Write } from '../src/store/commit.ts';
import { connect } from '../src/store/connect.ts';
import type { Store } from '../src/store/store.ts';
import { openStore } from '../src/store/store.ts';
import { nowMs } from './clock.ts';
import { OUTER_KEY } from './open-city.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import { median, print, rowOf } from './report.ts';
import { makeRegions, STREETS } from './survey/estimates.ts';

/** The months that the store's cases of 180 days were filed in, and the one that is scored. */
const MONTHS: readonly Month[] = Array.from({ length: 6 }, (_, i) => addMonths('2026-05', i));
const SCORED: Month = '2026-10';
/** One case in this many is open. */
const OPEN_ONE_IN = 30;

/** Measures a month's score of 500 streets in a city with a million cases, from the store. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const cases = quick ? 100_000 : 1_000_000;
  const rounds = wanted ?? 5;
  const stage = await openStage({ appendfsync: 'everysec' });
  const redis = connect(stage.redisUrl);
  try {
    const pace = { perSecond: 1, burst: 1, bulkPerSecond: 1, chatPerSecond: 1, chatBurst: 1 };
    const store = await openStore(redis, 'bench', pace, Date.now(), { outerKey: OUTER_KEY });
    const city = cityOf({ ...NEW_CITY, regions: makeRegions(), places: [], census: [] }, []);
    await bulkWrite(store, factsOf(store, city, cases));
    for (const month of MONTHS.slice(0, -1)) {
      const frozen = await freezeMonth({ store, city, month, now: monthEnd(month) + 14 * DAY_MS });
      if (frozen.type === 'refused') throw new Error(`A month was refused: ${frozen.why}.`);
      await bulkWrite(store, frozen.change.writes);
    }
    const runs = [];
    for (let round = 0; round < rounds; round += 1) {
      globalThis.gc?.();
      const before = process.memoryUsage().rss;
      const [from, cpu] = [nowMs(), process.cpuUsage()];
      const { score } = await computeMonth({ store, city, month: SCORED, now: monthEnd(SCORED) + 14 * DAY_MS });
      const { user, system } = process.cpuUsage(cpu);
      runs.push({
        seconds: (nowMs() - from) / 1000,
        processor: (user + system) / 1e6,
        megabytes: Math.max(0, process.memoryUsage().rss - before) / 2 ** 20,
        streets: score.regions.filter(({ level }) => level === 'street').length,
      });
    }
    const [first] = runs;
    if (first?.streets !== STREETS) throw new Error('A street is missing.');
    const seconds = runs.map((run) => run.seconds);
    const rows = [
      rowOf('score', 'month', 'seconds', 's', seconds),
      rowOf(
        'score',
        'month',
        'processor',
        's',
        runs.map(({ processor }) => processor),
      ),
      // Of the later rounds: what a round leaves behind, the first one also loads code.
      rowOf(
        'score',
        'month',
        'memory',
        'MB',
        runs.slice(1).map(({ megabytes }) => megabytes),
      ),
    ];
    const what = `score of a month, ${STREETS} streets, ${cases.toLocaleString('en')} cases`;
    const targets = [{ what, value: median(seconds), bound: 3, at: 'most', unit: ' s' }] as const;
    const footer = [
      `${cases.toLocaleString('en')} cases in the ${MONTHS.length} months of their retention, one in ${OPEN_ONE_IN} open; ${rounds} rounds.`,
      'From the store: rows of the month, the open stock, five frozen months, shrinkage, funnels, ranks, loss.',
    ];
    print(rows, targets, footer, json);
  } finally {
    redis.disconnect();
    await stage.close();
  }
}

/** A “solved” some hours after its check. */
function solvedAt(start: number, random: Random): Confirmation {
  const asked = Math.floor((start + random() * 28 * DAY_MS) / SLOT_MS);
  return { asked, said: asked + Math.floor(random() * 60) };
}

/** The lines that the job `case-facts` would have left. */
function* factsOf({ keys }: Store, city: City, count: number): Generator<Write> {
  const random = randomFrom(9);
  const streets = city.regions.all('street');
  const sign = (share: number) => (random() < share ? '1' : '0');
  for (let i = 0; i < count; i += 1) {
    const month = MONTHS[i % MONTHS.length] ?? SCORED;
    const nth = Math.floor(random() * streets.length);
    const open = i % OPEN_ONE_IN === 0;
    // Streets differ, so that ranks are worked out too.
    const quality = 0.7 + (0.25 * nth) / streets.length;
    const line = writeFact({
      number: i.toString(36).toUpperCase().padStart(8, '0'),
      region: streets[nth] ?? '',
      filedAt: monthStart(month) + Math.floor(random() * 28 * DAY_MS),
      verdicts: open ? '-----' : sign(quality) + sign(quality) + sign(quality - 0.2) + sign(0.08) + sign(0.04),
      due: {},
      ...(open ? { openDue: monthStart(month) + 5 * DAY_MS } : {}),
      unit: 'unit',
      ...(open ? {} : { solved: solvedAt(monthStart(month), random) }),
    });
    yield ['HSET', keys.scoreFacts(month), `case_${i}`, line];
    if (open) yield ['HSET', keys.scoreOpen, `case_${i}`, line];
  }
}
