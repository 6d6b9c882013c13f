import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import { readCase } from './case-store.ts';
import type { HazardCase } from './hazard-case.ts';

/** While very many reports come from one community, those of the same thing in the same grid are tied together. */
export type Surge = {
  /** The first open case about this category in this grid; undefined outside a surge. */
  readonly caseFor: (region: string | undefined, category: string) => Pick<HazardCase, 'id' | 'sameAs'> | undefined;
};

export const NO_SURGE: Surge = { caseFor: () => undefined };

const WINDOW_MS = 10 * 60_000;
const LOOK_EVERY_MS = 5000;
/** More reports than this from one community within ten minutes. */
export const SURGE_REPORTS = 200;
const LOOKED_AT_MAX = 5000;
/** Length of a community's code; a grid's has three more. */
const COMMUNITY_DIGITS = 12;
const GRID_DIGITS = 15;

/** Looks at what came in the last minutes; each process looks for itself. */
export function watchSurge(
  store: Store,
  log: Log,
  now: () => number,
): Surge & { look(): Promise<void>; close(): void } {
  let merging: ReadonlyMap<string, Pick<HazardCase, 'id' | 'sameAs'>> = new Map();
  const look = async () => {
    const since = now() - WINDOW_MS;
    const { redis, keys } = store;
    const count = await asking(redis.zcount(keys.casesIn('submitted'), since, '+inf'));
    if (count <= SURGE_REPORTS) {
      merging = new Map();
      return;
    }
    const ids = await asking(
      redis.zrange(keys.casesIn('submitted'), String(since), '+inf', 'BYSCORE', 'LIMIT', 0, LOOKED_AT_MAX),
    );
    const records = (
      await asking(Promise.all(ids.map((id) => redis.hmget(keys.case(id), 'version', 'record'))))
    ).flatMap((kept) => readCase(kept)?.record ?? []);
    const byCommunity = Map.groupBy(records, ({ place }) => place.region?.slice(0, COMMUNITY_DIGITS));
    const surging = [...byCommunity].filter(([community, list]) => community && list.length > SURGE_REPORTS);
    // The first report of a thing keeps the case.
    const cases = surging.flatMap(([, list]) =>
      list.toReversed().map((one) => [cellOf(one.place.region, one.category), one] as const),
    );
    merging = new Map(cases);
    if (surging.length > 0)
      log.warn(
        { communities: surging.length },
        'very many reports: those of the same thing in one grid are tied together now',
      );
  };
  const timer = setInterval(() => {
    look().catch((error) => log.warn({ err: error }, 'the flow of reports could not be looked at'));
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    // A community is no cell: what is known no nearer is not taken for the same.
    caseFor: (region, category) => (region?.length === GRID_DIGITS ? merging.get(cellOf(region, category)) : undefined),
    look,
    close: () => clearInterval(timer),
  };
}

function cellOf(region: string | undefined, category: string): string {
  return `${region ?? ''}/${category}`;
}
