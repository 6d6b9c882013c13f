import type { LocalizedMessage, Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Words } from '../../engine/steps/text.ts';
import { reaches } from '../../people/role.ts';
import type { FinishContext } from '../../people/talk.ts';
import type { Check, Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import type { Broadcast } from '../broadcast.ts';
import { MAY_APPROVE, newBroadcastId, runOf, sealOf } from '../broadcast.ts';
import type { KeptBroadcast } from '../broadcast-store.ts';
import { keepBroadcast, newsOf } from '../broadcast-store.ts';
import { faultsOf } from '../compose/lint.ts';
import type { Decided } from '../lifecycle.ts';
import { approve, breakGlass, cancel, edit, isEditable, propose, reviewGlass } from '../lifecycle.ts';
import type { OutcomeLetter } from '../sending/ledger.ts';
import { OUTCOMES } from '../sending/ledger.ts';
import { broadcastValues, preview, progressSaid } from './board-card.ts';
import type { BoardAnswers, BoardContext, BoardFacts } from './load-board.ts';
import { chosenBroadcast } from './load-board.ts';

/** What this organiser may do with the announcement now. */
export function offeredBroadcastActions(here: BoardContext): readonly string[] {
  const { facts, now } = here;
  const kept = chosenBroadcast(here);
  if (!kept) return [];
  const { record } = kept;
  // What was brought in from outside is nobody's own until somebody hands it in.
  const mine = record.by === facts.me || record.by === '';
  const other =
    !mine &&
    facts.grants.some((grant) => MAY_APPROVE.includes(grant.role) && reaches(grant, record.region, facts.regions));
  const waiting = record.next !== undefined && record.next > now;
  const { state } = facts.progress ?? {};
  const mayGuide = mine || other;
  return [
    ...(record.recalls ? [] : ['tested']),
    ...(record.state === 'draft' && mine ? ['proposed'] : []),
    ...(isEditable(record, facts.me) ? ['edited'] : []),
    ...(record.state === 'proposed' && other ? ['approved', 'denied'] : []),
    ...(record.state === 'proposed' && mine && record.kind === 'urgent' ? ['glass_broken'] : []),
    ...(other && record.kind === 'urgent' && record.approval?.alone && !record.approval.reviewed
      ? ['glass_reviewed']
      : []),
    ...((record.state === 'draft' || record.state === 'proposed') && mine ? ['cancelled'] : []),
    ...(mayGuide && waiting ? ['cancelled'] : []),
    ...(mayGuide && state === 'sending' ? ['paused', 'ended'] : []),
    ...(mayGuide && state === 'paused' ? ['resumed', 'ended'] : []),
    ...(mayGuide && state === 'ended' && !record.recalls ? ['corrected', 'retried', 'recalled'] : []),
    ...(facts.progress ? ['refreshed'] : []),
    ...(facts.replies.length > 0 ? ['answered'] : []),
  ].filter((deed, i, all) => all.indexOf(deed) === i);
}

/** Does what was asked for, as far as the announcement's state and the organiser's part in it allow. */
export function performBroadcastAction(
  deed: string,
  kept: KeptBroadcast,
  answers: BoardAnswers,
  facts: BoardFacts,
  { store, person, now }: Pick<FinishContext<BoardFacts>, 'store' | 'person' | 'now'>,
): Outcome {
  const { record } = kept;
  const { me } = facts;
  const decided = (result: Decided, ...writes: readonly Write[]): Outcome => {
    if (result.type === 'refused') return refused(result.why, kept);
    const { checks, writes: keeping } = keepBroadcast(store, result.broadcast, kept);
    const values = { ...broadcastValues(result.broadcast, facts, now), seconds: 60 };
    const alone = deed === 'proposed' && result.broadcast.state === 'approved';
    return {
      outcome: `broadcast_${deed}`,
      checks,
      writes: [...keeping, ...writes],
      says: [
        { key: `flows/my-broadcasts:done.${alone ? 'agreed_alone' : deed}` as const, values, buttons: again(record) },
      ],
    };
  };
  const running = (checks: readonly Check[], ...writes: readonly Write[]): Outcome => ({
    outcome: `broadcast_${deed}`,
    checks,
    writes,
    says: [{ key: `flows/my-broadcasts:done.${deed}` as const, buttons: again(record) }],
  });
  const run = facts.run ?? runOf(record.id, 0);
  const key = store.keys.broadcastRun(run);
  const state = { key, field: 'state', is: facts.progress?.state ?? '' };
  switch (deed) {
    case 'tested':
      return {
        outcome: 'broadcast_tested',
        checks: [],
        writes: [],
        says: [preview(record), { key: 'flows/my-broadcasts:done.tested', buttons: again(record) }],
      };
    case 'proposed': {
      const faulty = faultIn(record);
      if (faulty) return faulty;
      const own = record.by === '' ? { ...record, by: me } : record;
      const result = propose(own, me, facts.count, facts.made, now);
      const asks = result.type === 'done' && result.broadcast.state === 'proposed';
      return decided(result, ...(asks ? [newsOf(store, record.id, `proposed.${kept.version}`, now)] : []));
    }
    case 'approved':
      return decided(
        approve(record, me, sealOf(record), answers.count ?? -1, now),
        newsOf(store, record.id, `approved.${kept.version}`, now),
      );
    case 'denied':
      return decided(edit(record, record.by, {}, now), newsOf(store, record.id, `denied.${kept.version}`, now));
    case 'glass_broken':
      return decided(
        breakGlass(record, me, facts.glass, now),
        ['ZADD', store.keys.broadcastsGlass, now, me],
        newsOf(store, record.id, `glass.${kept.version}`, now),
      );
    case 'glass_reviewed':
      return decided(reviewGlass(record, me, now));
    case 'cancelled':
      return decided(cancel(record, now));
    case 'paused':
      return running([state], ['HSET', key, 'state', 'paused', 'why', 'by_hand']);
    case 'resumed':
      return running(
        [state],
        ['HSET', key, 'state', 'sending', 'let_pass', String(facts.progress?.counts.unknown ?? 0)],
        ['HDEL', key, 'why'],
        ['ZADD', store.keys.broadcastsSending, now, run],
      );
    case 'ended':
      return running(
        [state],
        ['HSET', key, 'state', 'ended', 'why', 'cancelled', 'ended_at', String(now)],
        ['ZREM', store.keys.broadcastsSending, run],
      );
    case 'corrected':
      return followUp(kept, { outcomes: ['d'], words: answers.words }, facts, store, now);
    case 'retried':
      return followUp(kept, { outcomes: ['u', 'b'] }, facts, store, now);
    case 'recalled':
      return followUp(kept, { outcomes: ['d'], recalls: true }, facts, store, now);
    case 'edited':
      return noChange('broadcast_seen', { key: 'flows/my-broadcasts:done.edited', buttons: editing(record) });
    case 'answered':
      return noChange('broadcast_replies_seen', ...repliesSaid(record, facts));
    case 'refreshed': {
      const card = `${run} ${person}`;
      const watched = ['HSET', store.keys.broadcastCards, card, String(facts.version + 1)] as const;
      return { ...noChange('broadcast_seen', progressSaid(record, facts)), writes: [watched] };
    }
    default:
      return refused('state', kept);
  }
}

/** What must be mended before it can be handed in; the talk in which it was written mends it. */
function faultIn(record: Broadcast): Outcome | undefined {
  const [fault] = faultsOf(record.content, ['zh-CN']);
  return (
    fault &&
    noChange('broadcast_refused:fault', {
      key: `flows/my-broadcasts:fault.${fault.type}` as const,
      values: { what: fault.what },
      buttons: record.written ? editing(record) : again(record),
    })
  );
}

type FollowUp = {
  readonly outcomes: readonly OutcomeLetter[];
  readonly words?: Words | null | undefined;
  readonly recalls?: true;
};

/** A new announcement to those of the last sending for whom it ended so, handed in at once; who must agree to it is asked like for any other. */
function followUp(
  kept: KeptBroadcast,
  { outcomes, words, recalls }: FollowUp,
  facts: BoardFacts,
  store: Store,
  now: number,
): Outcome {
  const { record } = kept;
  const { run, progress, me } = facts;
  if (!run || !progress) return refused('state', kept);
  if (words && !('text' in words))
    return noChange('broadcast_unwritten', { key: 'flows/announce:written_only', buttons: again(record) });
  const { approval: _a, count: _c, next: _n, written: _w, ...rest } = record;
  const content = words ? { title: record.content.title, words: { 'zh-CN': words.text }, buttons: [] } : record.content;
  const made: Broadcast = {
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
  const faulty = words && faultIn(made);
  if (faulty) return { ...faulty, says: faulty.says.map((said) => ({ ...said, buttons: again(record) })) };
  const count = outcomes.reduce((sum, letter) => sum + (progress.counts[OUTCOMES[letter]] ?? 0), 0);
  const handedIn = propose(made, me, count, facts.made, now);
  if (handedIn.type === 'refused') return refused(handedIn.why, kept);
  const { broadcast } = handedIn;
  const { checks, writes } = keepBroadcast(store, broadcast);
  const asks = broadcast.state === 'proposed';
  return {
    outcome: `broadcast_${recalls ? 'recalled' : words ? 'corrected' : 'retried'}`,
    checks,
    writes: [...writes, ...(asks ? [newsOf(store, made.id, 'proposed.1', now)] : [])],
    says: [
      {
        key: `flows/my-broadcasts:done.${asks ? 'proposed' : 'agreed_alone'}` as const,
        values: { ...broadcastValues(broadcast, facts, now), seconds: 60 },
        buttons: again(made),
      },
    ],
  };
}

/** So many replies fit into one message. */
const REPLIES_SHOWN = 10;

/** What people said to it, without who they are; what was spoken can be listened to. */
function repliesSaid(record: Broadcast, { replies }: BoardFacts): readonly LocalizedMessage[] {
  const shown = replies.slice(0, REPLIES_SHOWN);
  const list = shown.flatMap((words): readonly Value[] =>
    'text' in words ? [{ key: 'flows/my-broadcasts:reply', values: { words: { words } } }] : [],
  );
  const spoken = shown.flatMap((words): readonly LocalizedMessage[] =>
    'voice' in words ? [{ key: 'flows/my-broadcasts:reply_spoken', voice: words.voice.file }] : [],
  );
  const values = { n: replies.length, title: record.content.title, list: { list } };
  return [...spoken, { key: 'flows/my-broadcasts:done.answered', values, buttons: again(record) }];
}

function editing({ id }: Broadcast): NonNullable<LocalizedMessage['buttons']> {
  return [{ label: 'flows/my-broadcasts:edit' as const, flow: 'announce', argument: id }];
}

function again({ id }: Broadcast): NonNullable<LocalizedMessage['buttons']> {
  return [{ label: 'flows/my-broadcasts:again' as const, flow: 'my-broadcasts', argument: id }];
}

/** Why it cannot be done now. */
export function refused(why: string, { record }: KeptBroadcast): Outcome {
  return noChange(`broadcast_refused:${why}`, {
    key: `flows/my-broadcasts:refused.${why}` as const,
    buttons: again(record),
  });
}
