import { dayOf } from '../../calendar.ts';
import type { Counted, WechatAccount } from './account.ts';
import { dayLimit } from './account.ts';
import { refuse } from './errors.ts';
import type { WechatWorld } from './world.ts';

/** Counts a call of today, or refuses it. The day ends at 00:00 in Beijing. */
export function countCall(counted: Counted, { account, world }: { account: WechatAccount; world: WechatWorld }): void {
  const id = `${dayOf(world.now())} ${counted}`;
  const count = world.counts.get(id) ?? 0;
  if (count >= dayLimit(account, counted)) throw refuse(45009);
  world.counts.put(id, count + 1);
}
