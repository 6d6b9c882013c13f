import { MAY_APPROVE } from '../broadcasts/broadcast.ts';
import { staffIn } from '../people/role.ts';
import { safeMode } from '../store/safe-mode.ts';
import { commitTelling } from './news.ts';
import type { House } from './turn.ts';

/** Whether nothing may happen by itself, because older data were put back; who is responsible for the city hears so once. */
export async function heldBySafeMode(house: House): Promise<boolean> {
  const { store } = house;
  const safe = await safeMode(store);
  if (!safe || safe.told) return safe !== undefined;
  const { meta } = store.keys;
  const said = {
    key: 'flows/leave-safe-mode:news',
    values: { since: { at: safe.since } },
    buttons: [{ label: 'common:buttons.leave-safe-mode', flow: 'leave-safe-mode', argument: '' }],
  } as const;
  const urns = new Set((await Promise.all(MAY_APPROVE.map((role) => staffIn(store, role, [])))).flat());
  const change = {
    op: `safe-mode:${safe.since}`,
    what: 'safe_mode_told',
    checks: [{ key: meta, field: 'safe_since', is: String(safe.since) }],
    writes: [['HSET', meta, 'safe_told', '1'] as const],
  };
  await commitTelling(
    change,
    [...urns].map((urn) => [urn, said] as const),
    house,
  );
  return true;
}
