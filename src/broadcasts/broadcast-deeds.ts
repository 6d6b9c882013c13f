import type { Effects, Said } from '../delivery/effects.ts';
import type { Words } from '../engine/steps/text.ts';
import { reaches } from '../people/role.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { preview, valuesOf } from './board-card.ts';
import type { Broadcast } from './broadcast.ts';
import { MAY_APPROVE, newBroadcastId, runOf, sealOf } from './broadcast.ts';
import type { KeptBroadcast } from './broadcast-store.ts';
import { keepBroadcast, newsOf } from './broadcast-store.ts';
import type { OutcomeLetter } from './ledger.ts';
import type { Decided } from './lifecycle.ts';
import { approve, breakGlass, cancel, edit, propose, reviewGlass } from './lifecycle.ts';
import { faultsOf } from './lint.ts';
import type { BoardAnswers, BoardFacts, Here } from './load-board.ts';
import { chosen } from './load-board.ts';

/** What this organiser may do with the announcement now. */
export function deedsFor(here: Here): readonly string[] {
  const { facts, now } = here;
  const kept = chosen(here);
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
  ].filter((deed, i, all) => all.indexOf(deed) === i);
}

/** Does what was asked for, as far as the announcement's state and the organiser's part in it allow. */
export function carryOut(
  deed: string,
  kept: KeptBroadcast,
  answers: BoardAnswers,
  facts: BoardFacts,
  store: Store,
  now: number,
): Effects {
  const { record } = kept;
  const { me } = facts;
  const decided = (result: Decided, ...writes: readonly Write[]): Effects => {
    if (result.type === 'refused') return refused(result.why, kept);
    const { checks, writes: keeping } = keepBroadcast(store, result.broadcast, kept);
    const values = { ...valuesOf(result.broadcast, facts, now), seconds: 60 };
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
  const running = (checks: readonly Check[], ...writes: readonly Write[]): Effects => ({
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
      const [fault] = faultsOf(record.content, ['zh-CN']);
      if (fault)
        return nothing('broadcast_refused:fault', {
          key: `flows/my-broadcasts:fault.${fault.type}` as const,
          values: { what: fault.what },
          buttons: again(record),
        });
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
      return decided(edit(record, record.by, {}), newsOf(store, record.id, `denied.${kept.version}`, now));
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
        ['HSET', key, 'state', 'sending'],
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
    case 'refreshed':
      return nothing('broadcast_seen', {
        key: 'flows/my-broadcasts:done.refreshed',
        values: valuesOf(record, facts, now),
        buttons: again(record),
      });
    default:
      return refused('state', kept);
  }
}

/** A new announcement to those of the last sending for whom it ended so; it is proposed like any other. */
function followUp(
  { record }: KeptBroadcast,
  {
    outcomes,
    words,
    recalls,
  }: {
    readonly outcomes: readonly OutcomeLetter[];
    readonly words?: Words | null | undefined;
    readonly recalls?: true;
  },
  facts: BoardFacts,
  store: Store,
  now: number,
): Effects {
  const run = facts.run;
  if (!run) return nothing('broadcast_refused', { key: 'flows/my-broadcasts:refused.state', buttons: again(record) });
  const { approval: _a, count: _c, next: _n, ...rest } = record;
  const said = words && 'text' in words ? { 'zh-CN': words.text } : record.content.words;
  const made: Broadcast = {
    ...rest,
    id: newBroadcastId(),
    state: 'draft',
    content: { ...record.content, words: said },
    audience: { type: 'of', run, outcomes },
    schedule: { type: 'once', at: 'now' },
    by: facts.me,
    madeAt: now,
    runs: [],
    ...(recalls ? { recalls: run } : {}),
  };
  return {
    outcome: 'broadcast_followed_up',
    ...keepBroadcast(store, made),
    says: [
      {
        key: `flows/my-broadcasts:done.${recalls ? 'recalled' : words ? 'corrected' : 'retried'}` as const,
        buttons: again(made),
      },
    ],
  };
}

function again({ id }: Broadcast): NonNullable<Said['buttons']> {
  return [{ label: 'flows/my-broadcasts:again' as const, flow: 'my-broadcasts', argument: id }];
}

/** Nothing changes; this is said. */
export function nothing(outcome: string, said: Said): Effects {
  return { outcome, checks: [], writes: [], says: [said] };
}

/** Why it cannot be done now. */
export function refused(why: string, { record }: KeptBroadcast): Effects {
  return nothing(`broadcast_refused:${why}`, {
    key: `flows/my-broadcasts:refused.${why}` as const,
    buttons: again(record),
  });
}
