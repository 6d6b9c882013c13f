import type { Job } from '../background/job.ts';
import { commitAndNotify } from '../notify/notify.ts';
import type { Services } from '../notify/services.ts';
import { staffWith } from '../people/role.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import { MAY_APPROVE } from './broadcast.ts';

const EVERY_MS = 1000;

/** Notifies the city's approvers once that a restored backup stopped all sending. The notice has the button that ends safe mode. */
export function safeModeNoticeJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'safe-mode-notice',
    every: EVERY_MS,
    runsIn: 'every_process',
    inSafeMode: true,
    run: async () => {
      const safe = await loadSafeMode(store);
      if (!safe || safe.told) return undefined;
      const { meta } = store.keys;
      const said = {
        key: 'flows/leave-safe-mode:news',
        values: { since: { at: safe.since } },
        buttons: [{ label: 'common:buttons.leave-safe-mode', flow: 'leave-safe-mode', argument: '' }],
      } as const;
      const change = {
        op: `safe-mode:${safe.since}`,
        what: 'safe_mode_told',
        checks: [{ key: meta, field: 'safe_since', is: String(safe.since) }],
        writes: [['HSET', meta, 'safe_told', '1'] as const],
      };
      const approvers = await staffWith(store, MAY_APPROVE, []);
      await commitAndNotify(
        change,
        approvers.map((to) => ({ to, said })),
        services,
      );
      return { told: approvers.length };
    },
  };
}
