import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { EVERYWHERE } from '../people/role.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import { loadSafeMode } from '../store/safe-mode.ts';
import { MAY_APPROVE } from './broadcast.ts';
import type { PausedAfterRestore } from './pause-after-restore.ts';
import { pauseAfterRestore } from './pause-after-restore.ts';

type LeaveSafeModeFacts = {
  /** Start (ms), dropped messages and paused runs of safe mode; undefined without safe mode or without the right to end it. */
  readonly safe: { readonly since: number; readonly dropped: number; readonly held: PausedAfterRestore } | undefined;
};

/** Ends safe mode after a restore; only approvers of the whole city may. */
export const leaveSafeMode = flow<LeaveSafeModeFacts>({
  id: 'leave-safe-mode',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'sure',
    confirm({
      values: ({ facts: { safe } }) => ({
        since: { at: safe?.since ?? 0 },
        dropped: safe?.dropped ?? 0,
        sendings: safe?.held.sendings ?? 0,
        slots: safe?.held.slots ?? 0,
      }),
    }),
  )
  .end();

export const leaveSafeModeTalk = talk({
  flow: leaveSafeMode,
  load: async ({ store, person, now }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const may = grants.some(({ role, scope }) => MAY_APPROVE.includes(role) && scope === EVERYWHERE);
    const safe = may ? await loadSafeMode(store) : undefined;
    return { safe: safe && { ...safe, held: await pauseAfterRestore(store, now) } };
  },
  facts: (_city: object, _person, loaded) => loaded,
  opens: () => ({}),
  closed: ({ safe }) => (safe ? undefined : { key: 'flows/leave-safe-mode:not_now' }),
  finish: ({ sure }, { store: { keys }, facts: { safe } }) => {
    if (!safe || sure !== true) return noChange('safe_mode_goes_on', { key: 'flows/leave-safe-mode:goes_on' });
    const { since, held } = safe;
    return {
      outcome: 'safe_mode_left',
      checks: [{ key: keys.meta, field: 'safe_since', is: String(since) }, ...held.checks],
      writes: [['HDEL', keys.meta, 'safe_since', 'safe_dropped', 'safe_told'], ...held.writes],
      says: [
        {
          key: 'flows/leave-safe-mode:done',
          buttons: [{ label: 'common:buttons.my-broadcasts', flow: 'my-broadcasts', argument: '' }],
        },
      ],
    };
  },
});
