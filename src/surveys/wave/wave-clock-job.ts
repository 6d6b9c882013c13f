import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { orStoreAway } from '../../store/store.ts';
import { advanceWave } from './wave-clock.ts';
import { loadWave } from './wave-store.ts';

const EVERY_MS = 500;
const BATCH = 20;
/** Pause before a failed step is tried again, ms: counting a city's ballots takes a while. */
const RETRY_MS = 60_000;

/** Takes waves through their life: draw, invitations, reminders, close, count, publication. */
export function waveClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'wave-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.wavesClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const waves = await orStoreAway(store.redis.zrange(...due));
      const work = (id: string) => step(id, services);
      return { stepped: await eachOrLog(waves, { log, what: 'a wave', stopping, work }) };
    },
  };
}

async function step(id: string, services: Services): Promise<void> {
  const { store, city, now, log } = services;
  const kept = await loadWave(store, id);
  const taken =
    kept &&
    (await advanceWave(store, kept, city, now()).catch((error) => {
      log.warn({ err: error }, 'a step of a wave failed and is put off');
      return undefined;
    }));
  if (!taken) {
    const later = ['ZADD', store.keys.wavesClock, now() + RETRY_MS, id] as const;
    const op = `wave-later:${id}:${now()}`;
    await commitAsSystem(store, { op, what: 'wave_stepped', checks: [], writes: [later] }, now());
    return;
  }
  const { notices, ...change } = taken;
  const announced = notices.map((notice) => ({ ...notice, announced: true }) as const);
  await commitAndNotify({ ...change, what: 'wave_stepped' }, announced, services);
}
