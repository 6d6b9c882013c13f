import type { Value } from '../../delivery/outcome.ts';
import type { Broadcast } from '../broadcast.ts';
import { UNDO_WINDOW_MS } from '../lifecycle.ts';

/** Words what follows an approval: when it goes to how many people, and the undo while there is one. */
export function agreedText({ next, recalls, count = 0, schedule }: Broadcast, now: number): Value {
  const waitsMs = Math.max(0, (next ?? now) - now);
  const later = schedule.type === 'once' ? 'at' : 'first';
  const when = waitsMs === 0 ? 'now' : waitsMs <= UNDO_WINDOW_MS ? 'soon' : later;
  const values = { count, seconds: Math.ceil(waitsMs / 1000), at: { at: now + waitsMs } };
  return { key: `flows/my-broadcasts:agreed.${recalls ? 'recall' : 'send'}.${when}` as const, values };
}
