import type { Outcome } from '../../delivery/outcome.ts';
import type { Write } from '../../store/commit.ts';
import { runIdOf } from '../broadcast.ts';
import { openButton } from './board-messages.ts';
import type { ActionContext } from './load-board.ts';

type Control = 'paused' | 'resumed' | 'ended';

/** Pauses, resumes or ends the last run. The commit conflicts if its state has changed. */
export function controlRun(action: Control, { kept, facts, store: { keys }, now }: ActionContext): Outcome {
  const { record } = kept;
  const run = facts.run ?? runIdOf(record.id, 0);
  const key = keys.broadcastRun(run);
  const writes: Readonly<Record<Control, readonly Write[]>> = {
    paused: [['HSET', key, 'state', 'paused', 'why', 'by_hand']],
    resumed: [
      // Unknown outcomes so far do not count again towards the automatic stop.
      ['HSET', key, 'state', 'sending', 'let_pass', String(facts.progress?.counts.unknown ?? 0)],
      ['HDEL', key, 'why'],
      ['ZADD', keys.broadcastsSending, now, run],
    ],
    ended: [
      ['HSET', key, 'state', 'ended', 'why', 'cancelled', 'ended_at', String(now)],
      ['ZREM', keys.broadcastsSending, run],
    ],
  };
  return {
    outcome: `broadcast_${action}`,
    checks: [{ key, field: 'state', is: facts.progress?.state ?? '' }],
    writes: writes[action],
    says: [{ key: `flows/my-broadcasts:done.${action}` as const, buttons: openButton(record) }],
  };
}
