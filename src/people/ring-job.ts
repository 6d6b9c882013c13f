import type { Job } from '../background/job.ts';
import { HOUR_MS, MINUTE_MS, QUIET_HOURS, remainingMs } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { WebPush } from '../channels/web/push/web-push.ts';
import { loadBell, openWebBells } from '../delivery/web-bells.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { loadPeople } from './link/addresses.ts';

const EVERY_MS = 5000;
const BATCH = 100;
/** A page that stays closed is rung for at most once in this time, ms. */
const PAUSE_MS = HOUR_MS;
/** Pauses after failed rings in a row; then the bell is silent until the next message, ms. */
const RETRY_MS = [5 * MINUTE_MS, 20 * MINUTE_MS, HOUR_MS] as const;

/** Rings for messages that lie in the web chat of a closed page. A ring delivers nothing: it counts nowhere. */
export function ringJob(store: Store, push: WebPush, log: Log): Job {
  return {
    name: 'web-bells',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const due = await openWebBells(store).due(now, BATCH);
      const ringing = { store, push, log };
      // Together: a push service that does not answer holds up no other.
      const rung = await Promise.all(due.map((of) => ringOrLog(of, now, ringing)));
      return { rung: rung.filter(Boolean).length };
    },
  };
}

type Ringing = { readonly store: Store; readonly push: WebPush; readonly log: Log };

async function ringOrLog(of: Urn, now: number, ringing: Ringing): Promise<boolean> {
  try {
    return await ring(of, now, ringing);
  } catch (error) {
    ringing.log.warn({ err: error }, 'ringing for a closed page failed');
    return false;
  }
}

/** Rings once; true if the push service took it. */
async function ring(of: Urn, now: number, { store, push, log }: Ringing): Promise<boolean> {
  const [bell, [person]] = await Promise.all([loadBell(store, of), loadPeople(store, [of])]);
  const bells = openWebBells(store);
  if (!bell) {
    await bells.remove(of);
    return false;
  }
  const quietMs = bell.isLoud ? 0 : remainingMs(person?.contact?.quiet ?? QUIET_HOURS.usual, now);
  const from = Math.max(bell.after, now + quietMs);
  if (from > now) {
    await bells.postpone(of, from);
    return false;
  }
  // Claimed before the call: a process that dies here leaves a ring out and rings none twice.
  if (!(await bells.claim(of, now + PAUSE_MS))) return false;
  const outcome = await push.ring(bell.endpoint);
  switch (outcome.type) {
    case 'rung':
      await bells.succeed(of);
      return true;
    case 'gone':
      await bells.remove(of);
      return false;
    case 'refused':
      log.warn({ reason: outcome.why, service: new URL(bell.endpoint).host }, 'a push service refused a ring');
      return false;
    case 'later': {
      const pause = RETRY_MS[bell.failed];
      log.info({ reason: outcome.why, service: new URL(bell.endpoint).host, again: pause !== undefined }, 'no ring');
      if (pause !== undefined) await bells.retry(of, now + Math.max(pause, outcome.afterMs), bell.failed + 1);
      return false;
    }
  }
}
