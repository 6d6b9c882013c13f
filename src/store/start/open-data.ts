import { calendarEndsSoon } from '../../calendar.ts';
import type { Config } from '../../config.ts';
import type { Log } from '../../log.ts';
import type { Timings } from '../../timings.ts';
import { connect } from '../connect.ts';
import { enterSafeMode, loadStorePosition } from '../safe-mode.ts';
import type { Store } from '../store.ts';
import { openStore } from '../store.ts';
import { outerKeyOf } from './data-key.ts';
import type { EmbeddedRedis } from './embedded.ts';
import { gateFor } from './gate.ts';
import type { OwnServer } from './own-server.ts';
import { launchOwnServer } from './own-server.ts';
import { rememberStore } from './remember-store.ts';
import type { StartFinding } from './start-finding.ts';
import { warn } from './start-finding.ts';
import { openRecheck, waitForStore } from './wait-for-store.ts';

/** A city's open data, with the warnings of the start. */
export type Data = {
  readonly store: Store;
  readonly embedded: EmbeddedRedis | undefined;
  readonly warnings: readonly StartFinding[];
  /** The warnings as they are now. */
  readonly recheck: () => Promise<readonly StartFinding[]>;
};

/** Takes what must be closed again, in the order of opening. */
type Closing = { add(close: () => Promise<unknown> | unknown): void };

type Order = {
  readonly config: Config;
  readonly log: Log;
  readonly closing: Closing;
  readonly timings: Timings['store'];
  /** The city's own server, if it was launched before. */
  readonly server?: OwnServer | undefined;
};

/** Opens the store past the start gate; a store with older data than before begins in safe mode. */
export async function openData({ config, log, closing, timings, server }: Order): Promise<Data> {
  const embedded = await (server ?? (await launchOwnServer(config)))();
  if (embedded) closing.add(() => embedded.stop());
  const url = config.redisUrl ?? embedded?.url ?? '';
  const redis = connect(url);
  closing.add(() => redis.disconnect());
  const damaged = new Set<string>();
  const gate = gateFor(config, url);
  const found = await waitForStore(redis, gate, log);
  const store = await openStore(redis, config.city, config.pace, Date.now(), {
    ...config,
    ...timings,
    outerKey: outerKeyOf(config),
    damaged: (key) => {
      if (damaged.size >= DAMAGED_MAX || damaged.has(key)) return;
      damaged.add(key);
      // Keys of people hold their address, so only the kind is logged.
      log.error({ kind: key.split(':')[1] }, 'a damaged record was left out; npm run anlin -- repair names its cure');
    },
  });
  if (found.some(({ level }) => level === 'safe_mode'))
    await enterSafeMode(store, (await loadStorePosition(store)).restores);
  await rememberStore(redis, gate);
  closing.add(() => rememberStore(redis, gate, true));
  const foundNow = openRecheck(redis, gate, log, found);
  const withOwn = (findings: readonly StartFinding[]) => [
    ...config.warnings,
    ...findings,
    ...calendarWarning(Date.now()),
    ...damageWarning(damaged.size),
  ];
  return { store, embedded, warnings: withOwn(found), recheck: async () => withOwn(await foundNow()) };
}

/** More would only fill the memory: one is reason enough to look. */
const DAMAGED_MAX = 1000;

function damageWarning(count: number): readonly StartFinding[] {
  const cure = 'npm run anlin -- repair lists them with their cures.';
  return count > 0 ? [warn(`${count} damaged records were left out since the start.`, cure)] : [];
}

/** Limits in working days are wrong once the known holidays end. */
function calendarWarning(now: number): readonly StartFinding[] {
  const ends = calendarEndsSoon(now);
  if (ends === undefined) return [];
  const what = `The holidays are known until ${ends} only; after that every weekday counts as a working day.`;
  return [warn(what, 'Update chinese-days once next year is announced.')];
}
