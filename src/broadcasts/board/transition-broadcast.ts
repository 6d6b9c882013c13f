import type { Outcome } from '../../delivery/outcome.ts';
import type { Write } from '../../store/commit.ts';
import { sealOf } from '../broadcast.ts';
import { keepBroadcast, queueNews } from '../broadcast-store.ts';
import { signed } from '../compose/sender.ts';
import type { Decision } from '../lifecycle.ts';
import {
  approveBroadcast,
  breakGlass,
  cancelBroadcast,
  editBroadcast,
  reviewBreakGlass,
  submitBroadcast,
} from '../lifecycle.ts';
import { agreedText } from './agreed-text.ts';
import { cardValues } from './board-card.ts';
import { openButton } from './board-messages.ts';
import type { ActionContext } from './load-board.ts';
import { refuse, refuseFaultyContent } from './refuse.ts';

type Transition = 'proposed' | 'approved' | 'denied' | 'glass_broken' | 'glass_reviewed' | 'cancelled' | 'rescheduled';

/** Moves an announcement through its lifecycle. Queues the news for the other organisers. */
export function transitionBroadcast(action: Transition, context: ActionContext): Outcome {
  const { kept, answers, facts, store, now } = context;
  const { record, version } = kept;
  const { me } = facts;
  const news = (event: string) => queueNews(store, record.id, `${event}.${version}`, now);
  switch (action) {
    case 'proposed': {
      const own = signed(record.by === '' ? { ...record, by: me } : record, facts);
      const faulty = refuseFaultyContent(own);
      if (faulty) return faulty;
      const decision = submitBroadcast(own, me, facts.count, facts.approvedLastDay, now);
      const needsApproval = decision.type === 'done' && decision.broadcast.state === 'proposed';
      return outcomeOf(decision, action, needsApproval ? [news('proposed')] : [], context);
    }
    case 'approved': {
      const decision = approveBroadcast(record, me, sealOf(record), answers.count ?? -1, now);
      return outcomeOf(decision, action, [news('approved')], context);
    }
    case 'denied':
      return outcomeOf(editBroadcast(record, record.by, {}, now), action, [news('denied')], context);
    case 'glass_broken': {
      const used: Write = ['ZADD', store.keys.broadcastsGlass, now, me];
      return outcomeOf(breakGlass(record, me, facts.glass, now), action, [used, news('glass')], context);
    }
    case 'glass_reviewed':
      return outcomeOf(reviewBreakGlass(record, me, now), action, [], context);
    case 'cancelled':
      return outcomeOf(cancelBroadcast(record, now), action, [], context);
    case 'rescheduled':
      return outcomeOf(editBroadcast(record, me, {}, now), action, [], context);
  }
}

function outcomeOf(
  decision: Decision,
  action: Transition,
  writes: readonly Write[],
  { kept, facts, store, now }: ActionContext,
): Outcome {
  if (decision.type === 'refused') return refuse(decision.why, kept.record);
  const { broadcast } = decision;
  const change = keepBroadcast(store, broadcast, kept);
  const approvedAtOnce = action === 'proposed' && broadcast.state === 'approved';
  return {
    outcome: `broadcast_${action}`,
    checks: change.checks,
    writes: [...change.writes, ...writes],
    says: [
      {
        key: `flows/my-broadcasts:done.${approvedAtOnce ? 'agreed_alone' : action}` as const,
        values: { ...cardValues(broadcast, facts, now), agreed: agreedText(broadcast, now) },
        buttons: openButton(kept.record),
      },
    ],
  };
}
