import { DAY_MS, HOUR_MS } from '../calendar.ts';
import { newCaseNumber } from '../cases/case-number.ts';
import { addHistory } from '../cases/case-store.ts';
import type { Report } from '../cases/hazard-case.ts';
import { groundOf } from '../cases/routing.ts';
import type { Category } from '../city/category.ts';
import type { City } from '../city/city.ts';
import { cityOf } from '../city/city.ts';
import { NEW_CITY } from '../city/city-store.ts';
import type { Random } from '../random.ts';
import { countFrom, pickFrom, randomFrom, sometimes } from '../random.ts';
import { bulkWrite } from '../store/bulk-write.ts';
import type { Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { demoCityData } from './city.ts';
import words from './city-names.json' with { type: 'json' };
import { lifeOf } from './life.ts';
import { panelOf } from './survey-residents.ts';

const PEOPLE = 1800;
const PANEL = 600;
const DAYS = 120;
const OPEN_WANTED = 120;
/** How much is reported by the hour of the day: little at night, most after work. */
const HOURS = [1, 1, 1, 1, 1, 2, 5, 9, 9, 8, 7, 6, 5, 5, 6, 7, 8, 10, 11, 10, 8, 6, 3, 2];

/** What a city has seen in 120 days: people, and about 2,700 cases of which some 120 are open. The same for the same hour. */
export function demoPast(store: Store, now: number, seed = 20261122): readonly Write[] {
  const random = randomFrom(seed);
  const until = Math.floor(now / HOUR_MS) * HOUR_MS;
  const past = [...peopleWrites(store, until, random), ...caseWrites(store, until, random)];
  return [...past, ...panelWrites(store, until, random)];
}

/** Fills a new demo with its past. */
export async function seedDemo(store: Store, now: number): Promise<void> {
  await bulkWrite(store, demoPast(store, now));
}

function peopleWrites({ keys }: Store, now: number, random: Random): readonly Write[] {
  return Array.from({ length: PEOPLE }, (_, n) => {
    const since = now - Math.floor(random() * DAYS) * DAY_MS;
    const contact = {
      language: 'zh-CN',
      consents: { basic: { version: 2, at: since } },
      subscribed: !sometimes(random, 0.06),
      since,
      day: new Date(since).toISOString().slice(0, 10),
    };
    const urn = `demo:${n + 1}` as const;
    // Nobody carries messages to made-up people, so that none is asked whether to be kept.
    return ['HSET', keys.person(urn), 'version', '1', 'contact', JSON.stringify(contact)] as const;
  });
}

/** A third of them agreed to be asked how safe they feel. */
function panelWrites(store: Store, now: number, random: Random): readonly Write[] {
  const urns = Array.from({ length: PANEL }, (_, n) => `demo:${n + 1}` as const);
  const communities = demoCityData().regions.filter(({ level }) => level === 'community');
  return panelOf(
    store,
    urns,
    communities.map(({ id }) => id),
    now,
    random,
  );
}

function caseWrites(store: Store, now: number, random: Random): readonly Write[] {
  const leaves = NEW_CITY.categories.filter(({ group, code }) => group !== undefined && code !== 'other_hazard');
  const data = { ...NEW_CITY, ...demoCityData() };
  const { regions } = data;
  const city = cityOf(data, []);
  const communities = regions.filter(({ level }) => level === 'community');
  const made: Report[] = [];
  for (const community of communities) {
    const grids = regions.filter(({ parent }) => parent === community.id);
    const vigour = 0.2 + random() * 0.3;
    for (let day = DAYS; day >= 0; day -= 1) {
      // One week of storms, and more of everything since the campaign of the last month began.
      const storm = day >= 40 && day < 47;
      const often = vigour * (storm ? 1.8 : 1) * (day < 30 ? 1.25 : 1);
      for (let n = countFrom(random, often); n > 0; n -= 1) {
        const filedAt = now - day * DAY_MS - Math.floor(random() * HOUR_MS) - pickHour(random) * HOUR_MS;
        const wet = storm && sometimes(random, 0.5);
        const leaf = leaves.find(({ code }) => wet && code === 'flooding') ?? pickFrom(random, leaves);
        const ring = pickFrom(random, grids).ground?.coordinates[0] ?? [];
        const grid = grids.find(({ ground }) => ground?.coordinates[0] === ring);
        made.push(
          caseOf({
            leaf,
            grid: grid?.id ?? community.id,
            ring: ring as readonly (readonly [number, number])[],
            filedAt,
            random,
            city,
          }),
        );
      }
    }
  }
  made.sort((a, b) => a.filedAt - b.filedAt);
  return made.flatMap((report, i) => {
    const reporter = `demo:${1 + Math.floor(random() * PEOPLE)}` as const;
    // The newest are open, and of the older ones those that nobody got round to.
    const open = made.length - i <= OPEN_WANTED * 0.7 || sometimes(random, (OPEN_WANTED * 0.3) / made.length);
    return addHistory(store, lifeOf(report, open, now, { city, random }), reporter, now);
  });
}

type SeedReport = {
  readonly leaf: Category;
  readonly grid: string;
  readonly ring: readonly (readonly [number, number])[];
  readonly filedAt: number;
  readonly random: Random;
  readonly city: City;
};

function caseOf({ leaf, grid, ring, filedAt, random, city }: SeedReport): Report {
  const corner = pickFrom(random, ring);
  const middle = ring.reduce(([x, y], [a, b]) => [x + a / ring.length, y + b / ring.length] as const, [0, 0] as const);
  const t = random() * 0.7;
  const id = Array.from({ length: 11 }, () => pickFrom(random, [...'abcdefghijkmnpqrstuvwxyz23456789'])).join('');
  const questions = Object.fromEntries(
    (leaf.questions ?? []).map(({ id, options }) => [id, pickFrom(random, options).id]),
  );
  return {
    id: `case_${id}`,
    number: numberFrom(random),
    category: leaf.code,
    place: {
      region: grid,
      point: {
        longitude: Number((middle[0] + (corner[0] - middle[0]) * t).toFixed(6)),
        latitude: Number((middle[1] + (corner[1] - middle[1]) * t).toFixed(6)),
      },
    },
    description: { text: `${pickFrom(random, leaf.words ?? [''])}，${pickFrom(random, words.tails)}` },
    photos: [],
    anonymous: sometimes(random, 0.4),
    urgent: sometimes(random, 0.03),
    ...(Object.keys(questions).length > 0 ? { extras: questions } : {}),
    filedAt,
    ...groundOf(grid, city.regions),
  };
}

function pickHour(random: Random): number {
  let left = random() * HOURS.reduce((sum, weight) => sum + weight, 0);
  return HOURS.findIndex((weight) => {
    left -= weight;
    return left < 0;
  });
}

function numberFrom(random: Random): string {
  return newCaseNumber((below) => Math.floor(random() * below));
}
