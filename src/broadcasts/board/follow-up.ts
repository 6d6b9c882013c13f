import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Broadcast } from '../broadcast.ts';
import { newBroadcastId } from '../broadcast.ts';
import { keepBroadcast, queueNews } from '../broadcast-store.ts';
import { submitBroadcast } from '../lifecycle.ts';
import type { OutcomeLetter } from '../sending/ledger.ts';
import { RECIPIENT_OUTCOMES } from '../sending/ledger.ts';
import { agreedText } from './agreed-text.ts';
import { cardValues } from './board-card.ts';
import { openButton } from './board-messages.ts';
import type { ActionContext } from './load-board.ts';
import { refuse, refuseFaultyContent } from './refuse.ts';

type FollowUp = {
  readonly outcomes: readonly OutcomeLetter[];
  /** The text of a correction. */
  readonly words?: Words | null | undefined;
  readonly recalls?: true;
};

/** Submits a new broadcast to the last run's recipients with these outcomes. The usual approval rules apply. */
export function proposeFollowUp(
  { outcomes, words, recalls }: FollowUp,
  { kept: { record }, facts, store, now }: ActionContext,
): Outcome {
  const { run, progress, me } = facts;
  if (!run || !progress) return refuse('state', record);
  if (words && !('text' in words))
    return noChange('broadcast_unwritten', { key: 'flows/announce:written_only', buttons: openButton(record) });
  const { approval: _approval, count: _count, next: _next, written: _written, ...rest } = record;
  const content = words ? { title: record.content.title, words: { 'zh-CN': words.text }, buttons: [] } : record.content;
  const draft: Broadcast = {
    ...rest,
    id: newBroadcastId(),
    state: 'draft',
    content: words?.marks ? { ...content, marks: { 'zh-CN': words.marks } } : content,
    audience: { type: 'of', run, outcomes },
    schedule: { type: 'once', at: 'now' },
    by: me,
    madeAt: now,
    runs: [],
    ...(recalls ? { recalls: run } : {}),
  };
  const faulty = words && refuseFaultyContent(draft);
  // The draft is not stored, so the button opens the broadcast it corrects.
  if (faulty) return { ...faulty, says: faulty.says.map((said) => ({ ...said, buttons: openButton(record) })) };
  const count = outcomes.reduce((sum, letter) => sum + (progress.counts[RECIPIENT_OUTCOMES[letter]] ?? 0), 0);
  const decision = submitBroadcast(draft, me, count, facts.approvedLastDay, now);
  if (decision.type === 'refused') return refuse(decision.why, record);
  const { broadcast } = decision;
  const { checks, writes } = keepBroadcast(store, broadcast);
  const needsApproval = broadcast.state === 'proposed';
  return {
    outcome: `broadcast_${recalls ? 'recalled' : words ? 'corrected' : 'retried'}`,
    checks,
    writes: [...writes, ...(needsApproval ? [queueNews(store, draft.id, 'proposed.1', now)] : [])],
    says: [
      {
        key: `flows/my-broadcasts:done.${needsApproval ? 'proposed' : 'agreed_alone'}` as const,
        values: { ...cardValues(broadcast, facts, now), agreed: agreedText(broadcast, now) },
        buttons: openButton(draft),
      },
    ],
  };
}
