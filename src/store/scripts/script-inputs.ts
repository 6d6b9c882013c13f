import type { Pace } from '../../config.ts';
import type { Keys } from '../keys.ts';

/** The first six keys of every script that touches the outbox, in the order of outbox-lua.ts. */
export function outboxKeys(keys: Keys): readonly string[] {
  return [keys.outbox, keys.outboxReady, keys.outboxBulk, keys.outboxClaims, keys.pace, keys.processes];
}

/** The first ten keys of every script that sends a broadcast, in the order of broadcast-scripts.ts. */
export function sendingKeys(keys: Keys, id: string): readonly string[] {
  const run = [keys.lease('broadcasts'), keys.broadcastsSending, keys.broadcastRun(id), keys.broadcastAgain(id)];
  return [...outboxKeys(keys), ...run];
}

/** Encodes the pace for the scripts: intervals in ms and bursts, in the order of `read_pace` in outbox-lua.ts. */
export function encodePace(pace: Pace): string {
  const { perSecond, burst, bulkPerSecond, chatPerSecond, chatBurst } = pace;
  const all = [1000 / perSecond, Math.max(burst, 1 + slackOf(perSecond))];
  return [...all, 1000 / bulkPerSecond, 1000 / chatPerSecond, chatBurst, 1 + slackOf(bulkPerSecond)].join(' ');
}

/** Time between two bulk messages at this pace, ms. */
export function bulkIntervalMs(pace: string): number {
  return Number(pace.split(' ')[2]);
}

/**
 * How many messages may be caught up after a late timer. No second exceeds the rate by more than 4 %.
 * At low rates this is less than one message.
 */
function slackOf(perSecond: number): number {
  return (perSecond * (perSecond < 50 ? 8 : 20)) / 1000;
}
