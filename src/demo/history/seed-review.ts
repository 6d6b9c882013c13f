import { createHash } from 'node:crypto';
import { DAY_MS, dayOf, HOUR_MS, MINUTE_MS, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { cityOf } from '../../city/city.ts';
import { NEW_CITY } from '../../city/new-city.ts';
import type { Random } from '../../random.ts';
import { pickFrom, randomFrom, sometimes } from '../../random.ts';
import type { RereadAnswer, RereadDraw, RereadFrames, RereadMonth } from '../../review/rereads/reread.ts';
import { drawRereads } from '../../review/rereads/reread.ts';
import { keepRereads, loadFrames } from '../../review/rereads/reread-store.ts';
import { readChangedCases } from '../../review/score/cells/case-facts-job.ts';
import type { CellReader, StreetCounts } from '../../review/score/cells/cell-reader.ts';
import { addTo, withSums } from '../../review/score/cells/cell-reader.ts';
import { READERS } from '../../review/score/cells/collect.ts';
import { freezeMonth } from '../../review/score/freeze.ts';
import type { Month } from '../../review/score/month.ts';
import { addMonths, FREEZES_ON_WORKING_DAY, monthOf, workingDayAfter } from '../../review/score/month.ts';
import type { CollectedCells } from '../../review/score/month-score.ts';
import { bulkWrite } from '../../store/bulk-write.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { keepTask, setPart } from '../../volunteers/tasks/task-store.ts';
import type { VolunteerId } from '../../volunteers/volunteer/volunteer.ts';
import { demoCityData } from '../city.ts';
import words from '../city-names.json' with { type: 'json' };
import { REREADING_STREET } from '../people.ts';
import { seedBulletins } from './bulletins.ts';
import { endedTask } from './ended-task.ts';

/** Months behind the demo's first start that are frozen. */
const MONTHS = 3;
/** Days of past patrols; places of each. */
const [TASK_DAYS, PLACES] = [112, 3] as const;
/** Drawings that are tried until the demo's readers see something, and cases of each kind that wait for them. */
const [TRIES, OPEN_ROWS] = [100, 2] as const;
/** Proofs of past patrols were deleted; the tasks stay for certificates. */
const KEPT_MS = 3 * 365 * DAY_MS;

/** A street's quality from −1 to 1. It is the demo's secret: scores only estimate it. */
function qualityOf(street: string): number {
  return createHash('sha256').update(`quality ${street}`).digest().readUInt16BE(0) / 32_768 - 1;
}

/** Returns a patrol a week for each street, with those who came. Its volunteers are fictional and have no records. */
export function* pastPatrols(store: Store, now: number, random: Random): Generator<Write> {
  const streets = demoCityData().regions.filter(({ level }) => level === 'street');
  const { keys } = store;
  let n = 0;
  for (let day = TASK_DAYS; day > 0; day -= 7)
    for (const { id: region } of streets) {
      n += 1;
      const name = String(n).padStart(4, '0');
      const dusk = momentOf(`${dayOf(now - day * DAY_MS)}T18:00`);
      const from = dusk + Math.floor(random() * 4) * 30 * MINUTE_MS;
      const task = endedTask({
        id: `task_past${name}`,
        kind: 'patrol',
        words: words.patrol,
        place: { region },
        region,
        from,
        until: from + 2 * HOUR_MS,
        needed: PLACES,
        madeAt: from - 3 * DAY_MS,
      });
      yield* keepTask(store, task).writes;
      yield ['ZADD', keys.tasksKept, task.until + KEPT_MS, task.id];
      for (let place = 0; place < PLACES; place += 1) {
        if (!sometimes(random, 0.9)) continue;
        const taker: VolunteerId = `volunteer_p${name}${'abc'[place]}xx`;
        const came = sometimes(random, 0.78 + 0.18 * qualityOf(region));
        yield ['ZADD', keys.taskTakers(task.id), from, taker];
        yield* setPart(store, task.id, taker, { state: came ? 'confirmed' : 'missed', at: from });
        yield ['ZADD', keys.volunteerTasks(taker), from, task.id];
      }
    }
}

/** Freezes the months behind the demo, from its cases, its patrols, and made-up surveys and inspections. */
export async function seedReview(store: Store, now: number): Promise<void> {
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  await readChangedCases(store, now);
  for (let back = MONTHS; back > 0; back -= 1) {
    const month = addMonths(monthOf(now), -back);
    const due = workingDayAfter(month, FREEZES_ON_WORKING_DAY);
    if (due === undefined || due > now) continue;
    const readers = [...READERS, madeUpSurveys(month), madeUpCounts(month)];
    const result = await freezeMonth({ store, city, month, now: due, readers });
    if (result.type === 'ready') await bulkWrite(store, result.change.writes);
    await bulkWrite(store, await rereadWrites(store, city, month));
  }
  await seedBulletins(store, city, MONTHS, now);
}

function randomOf(month: Month, what: string): Random {
  return randomFrom(createHash('sha256').update(`${month} ${what}`).digest().readInt32BE(0));
}

/** Classes that other streets read again, and checks that they saw again on site: most were right, and some wait. */
async function rereadWrites(store: Store, { regions }: City, month: Month): Promise<readonly Write[]> {
  const drawn = drawnFor(REREADING_STREET, month, await loadFrames(store, month, regions), regions.all('street'));
  const random = randomOf(month, 'rereads');
  const answerOf = (): RereadAnswer<'class'> =>
    sometimes(random, 0.88) ? 'right' : pickFrom(random, ['too_light', 'wrong_category', 'unclear']);
  const seen = (): RereadAnswer<'check'> =>
    sometimes(random, 0.9) ? 'holds' : pickFrom(random, ['not_done', 'unclear']);
  const withAnswers = (draw: RereadDraw | undefined, answer: () => RereadAnswer) => {
    const open = draw?.rows.filter(({ by }) => by === REREADING_STREET).slice(0, OPEN_ROWS) ?? [];
    return draw && { ...draw, rows: draw.rows.map((row) => (open.includes(row) ? row : { ...row, answer: answer() })) };
  };
  const classes = withAnswers(drawn.classes, answerOf);
  const checks = withAnswers(drawn.checks, seen);
  return keepRereads(store, { ...drawn, ...(classes ? { classes } : {}), ...(checks ? { checks } : {}) }).writes;
}

/** The first drawing by which a street sees at least one class and one check of other streets. */
function drawnFor(street: string, month: Month, frames: RereadFrames, streets: readonly string[]): RereadMonth {
  const readers = { rejection: streets, class: streets, check: streets };
  for (let n = 0; ; n += 1) {
    const half = createHash('sha256')
      .update(`${'again '.repeat(n)}rereads ${month}`)
      .digest('hex');
    const drawn = drawRereads({ month, halfHash: hashOf(half) }, half, frames, readers);
    const isSeen = (draw: RereadDraw | undefined) => draw?.rows.some(({ by }) => by === street);
    if (n >= TRIES || (isSeen(drawn.classes) && isSeen(drawn.checks))) return drawn;
  }
}

/** A survey of the city with its districts; a third of the streets have no figure of their own. */
function madeUpSurveys(month: Month): CellReader {
  return async ({ city: { regions } }) => {
    const random = randomOf(month, 'survey');
    const shares = (quality: number) =>
      ({ satisfied: 0.8 + 0.13 * quality, aware: 0.62 + 0.17 * quality, took_part: 0.36 + 0.15 * quality }) as const;
    const cellsOf = (quality: number, n: number, mean?: typeof parent): CollectedCells =>
      Object.fromEntries(
        Object.entries(shares(quality)).map(([code, share]) => {
          const p = Math.round(100 * (share + (random() - 0.5) / Math.sqrt(n))) / 100;
          return [code, { y: p * n, n, ...(mean ? { mean: mean[code as keyof typeof mean] } : {}) }];
        }),
      );
    const parent = shares(0);
    const cells = new Map<string, CollectedCells>();
    for (const id of regions.all('city')) cells.set(id, cellsOf(0, 600));
    for (const district of regions.all('district')) {
      const own = cellsOf(0, 150, parent);
      cells.set(district, own);
      for (const [i, street] of regions.within(district, 'street').entries())
        cells.set(street, i % 3 === 2 ? lent(own, district) : cellsOf(qualityOf(street), 60, parent));
    }
    return cells;
  };
}

function lent(cells: CollectedCells, from: string): CollectedCells {
  return Object.fromEntries(Object.entries(cells).map(([code, { y, n }]) => [code, { y, n, from }]));
}

/** Drawn inspections, and the open stock of a past day, which no case of today tells. */
function madeUpCounts(month: Month): CellReader {
  return async ({ city: { regions } }: { readonly city: Pick<City, 'regions'> }) => {
    const random = randomOf(month, 'inspections');
    const counts: StreetCounts = new Map();
    for (const street of regions.all('street')) {
      const drawn = 4 + Math.floor(random() * 5);
      const done = Math.max(1, drawn - Number(sometimes(random, 0.3 - 0.25 * qualityOf(street))));
      const items = done * 12;
      const passed = Math.round(items * Math.min(0.99, 0.86 + 0.09 * qualityOf(street) + (random() - 0.5) / 20));
      const [open, behind] = [8 + Math.floor(random() * 10), 0.1 - 0.09 * qualityOf(street)];
      addTo(counts, street, 'long_overdue', { y: Math.floor(open * behind + random()), n: open });
      addTo(counts, street, 'inspection_done', { y: done, n: drawn });
      addTo(counts, street, 'inspection_passed', { y: passed, n: items });
    }
    return withSums(counts, regions);
  };
}
