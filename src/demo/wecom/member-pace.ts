import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { WecomWorld } from './world.ts';

const PER_MINUTE = 30;
const PER_HOUR = 1000;

/** Counts a message to a member. False above the limits: WeCom drops it and says nothing. */
export function reaches(member: string, world: WecomWorld): boolean {
  const now = world.now();
  const hour = (world.arrivals.get(member) ?? []).filter((at) => at > now - HOUR_MS);
  const minute = hour.filter((at) => at > now - MINUTE_MS);
  if (minute.length >= PER_MINUTE || hour.length >= PER_HOUR) return false;
  world.arrivals.put(member, [...hour, now]);
  return true;
}
