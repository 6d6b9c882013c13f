import type { Outcome } from '../../delivery/outcome.ts';
import type { Broadcast } from '../broadcast.ts';
import { newBroadcastId } from '../broadcast.ts';
import { keepBroadcast, queueNews } from '../broadcast-store.ts';
import { signed } from '../compose/sender.ts';
import type { Decision } from '../lifecycle.ts';
import { submitBroadcast } from '../lifecycle.ts';
import type { OutcomeLetter } from '../sending/ledger.ts';
import { RECIPIENT_OUTCOMES } from '../sending/ledger.ts';
import { agreedText } from './agreed-text.ts';
import { cardValues } from './board-card.ts';
import { openButton } from './board-messages.ts';
import type { ActionContext, BoardAnswers, BoardFacts } from './load-board.ts';
import { refuse, refuseFaultyContent } from './refuse.ts';

type FollowUp = {
  readonly outcomes: readonly OutcomeLetter[];
  /** Replaces the content; without a title of its own, a correction keeps the earlier one. */
  readonly correction?: Pick<BoardAnswers, 'headline' | 'words'>;
  readonly recalls?: true;
};

/** The draft to the last run's recipients with these outcomes; undefined before the first run. */
export function followUpOf(
  { outcomes, correction, recalls }: FollowUp,
  record: Broadcast,
  facts: BoardFacts,
  now: number,
): Broadcast | undefined {
  const { run, me } = facts;
  if (!run) return undefined;
  const { approval: _approval, count: _count, next: _next, written: _written, expires, ...rest } = record;
  const draft: Broadcast = {
    ...rest,
    id: newBroadcastId(),
    state: 'draft',
    audience: { type: 'of', run, outcomes },
    schedule: { type: 'once', at: 'now' },
    by: me,
    madeAt: now,
    runs: [],
    ...(recalls ? { recalls: run } : {}),
    // An alert that is over may still be corrected and recalled, but not sent once more.
    ...(correction || recalls || expires === undefined ? {} : { expires }),
  };
  return correction ? signed({ ...draft, content: correctedContent(correction, record) }, facts) : draft;
}

function correctedContent({ headline, words }: Pick<BoardAnswers, 'headline' | 'words'>, { content }: Broadcast) {
  const { text = '', marks } = words && 'text' in words ? words : {};
  return {
    title: headline && 'text' in headline ? headline.text : content.title,
    words: { 'zh-CN': text },
    buttons: [],
    ...(marks ? { marks: { 'zh-CN': marks } } : {}),
  };
}

/** The decision on a follow-up that is submitted now; undefined before the first run. */
export function decideFollowUp(
  followUp: FollowUp,
  record: Broadcast,
  facts: BoardFacts,
  now: number,
): Decision | undefined {
  const { progress, me, approvedLastDay } = facts;
  const draft = followUpOf(followUp, record, facts, now);
  if (!draft || !progress) return undefined;
  const reached = followUp.outcomes.map((letter) => progress.counts[RECIPIENT_OUTCOMES[letter]] ?? 0);
  const count = reached.reduce((sum, n) => sum + n, 0);
  return submitBroadcast(draft, me, count, approvedLastDay, now);
}

/** Submits a new broadcast to the last run's recipients with these outcomes. The usual approval rules apply. */
export function proposeFollowUp(followUp: FollowUp, { kept: { record }, facts, store, now }: ActionContext): Outcome {
  const { correction, recalls } = followUp;
  const decision = decideFollowUp(followUp, record, facts, now);
  if (!decision) return refuse('state', record);
  const draft = correction && followUpOf(followUp, record, facts, now);
  const faulty = draft && refuseFaultyContent(draft);
  // The draft is not stored, so the button opens the broadcast it corrects.
  if (faulty) return { ...faulty, says: faulty.says.map((said) => ({ ...said, buttons: openButton(record) })) };
  if (decision.type === 'refused') return refuse(decision.why, record);
  const { broadcast } = decision;
  const { checks, writes } = keepBroadcast(store, broadcast);
  const needsApproval = broadcast.state === 'proposed';
  return {
    outcome: `broadcast_${recalls ? 'recalled' : correction ? 'corrected' : 'retried'}`,
    checks,
    writes: [...writes, ...(needsApproval ? [queueNews(store, broadcast.id, 'proposed.1', now)] : [])],
    says: [
      {
        key: `flows/my-broadcasts:done.${needsApproval ? 'proposed' : 'agreed_alone'}` as const,
        values: { ...cardValues(broadcast, facts, now), agreed: agreedText(broadcast, now) },
        buttons: openButton(broadcast),
      },
    ],
  };
}
