import { MINUTE_MS } from '../../calendar.ts';
import type { World } from './world.ts';

/** Longest step: shorter than the time for which a missed announcement is still sent. */
const STEP_MS = 10 * MINUTE_MS;
/** Most steps of one move. A move of more than ten days has longer ones. */
const STEPS_MAX = 1440;

/** Lets the bot do what is due now. Returns when its next announcement is due, ms since the epoch, if ever. */
export type FollowClock = () => Promise<number | undefined>;

/** Moves the clock. With `follow`, in steps that end at each announcement, and the bot follows each step. */
export async function moveClock(world: World, seconds: number, follow?: FollowClock): Promise<void> {
  if (!follow) return world.advanceClock(seconds);
  const end = world.now() + seconds * 1000;
  const step = Math.max(STEP_MS, Math.ceil((seconds * 1000) / STEPS_MAX));
  let due = await follow();
  for (let now = world.now(); now < end; now = world.now()) {
    const stop = Math.min(end, now + step, due ?? end);
    world.advanceClock(Math.max(1, stop - now) / 1000);
    due = await follow();
  }
}
