import type { Urn } from '../../channels/channel.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Role } from '../../people/role.ts';
import { grantCovers } from '../../people/role.ts';
import { MAY_ANNOUNCE, MAY_APPROVE, runIdOf } from '../broadcast.ts';
import { signed } from '../compose/sender.ts';
import { isEditable, isReschedulable } from '../lifecycle.ts';
import { editButton, openButton, previewMessage, progressMessage, repliesMessages } from './board-messages.ts';
import { controlRun } from './control-run.ts';
import { proposeFollowUp } from './follow-up.ts';
import type { ActionContext, BoardContext } from './load-board.ts';
import { chosenBroadcast } from './load-board.ts';
import { refuse } from './refuse.ts';
import { transitionBroadcast } from './transition-broadcast.ts';

/** Actions that this organiser may take on the chosen announcement now. */
export function offeredBroadcastActions(here: BoardContext): readonly string[] {
  const { facts, now } = here;
  const kept = chosenBroadcast(here);
  if (!kept) return [];
  const { record } = kept;
  const covers = (roles: readonly Role[]) =>
    facts.grants.some((grant) => roles.includes(grant.role) && grantCovers(grant, record.region, facts.regions));
  // An auditor reads the card and the ledger.
  if (!covers(MAY_ANNOUNCE)) return facts.progress ? ['refreshed'] : [];
  // A draft without an author (an imported alert) may be submitted by any organiser.
  const mine = record.by === facts.me || record.by === '';
  const mayApprove = !mine && covers(MAY_APPROVE);
  const waiting = record.next !== undefined && record.next > now;
  const { state } = facts.progress ?? {};
  const mayControl = mine || mayApprove;
  return [
    ...(record.recalls ? [] : ['tested']),
    ...(record.state === 'draft' && mine ? ['proposed'] : []),
    ...(isEditable(record, facts.me) ? ['edited'] : []),
    ...(isReschedulable(record, facts.me) ? ['rescheduled'] : []),
    ...(record.state === 'proposed' && mayApprove ? ['approved', 'denied'] : []),
    ...(record.state === 'proposed' && mine && record.kind === 'urgent' ? ['glass_broken'] : []),
    ...(mayApprove && record.kind === 'urgent' && record.approval?.alone && !record.approval.reviewed
      ? ['glass_reviewed']
      : []),
    ...((record.state === 'draft' || record.state === 'proposed') && mine ? ['cancelled'] : []),
    ...(mayControl && waiting ? ['cancelled'] : []),
    ...(mayControl && state === 'sending' ? ['paused', 'ended'] : []),
    ...(mayControl && state === 'paused' ? ['resumed', 'ended'] : []),
    ...(mayControl && state === 'ended' && !record.recalls ? ['corrected', 'retried', 'recalled'] : []),
    ...(facts.progress ? ['refreshed'] : []),
    ...(facts.replies.length > 0 ? ['answered'] : []),
  ].filter((action, i, all) => all.indexOf(action) === i);
}

/** Performs an offered action, or refuses it with the reason. */
export function performBroadcastAction(action: string, context: ActionContext & { readonly person: Urn }): Outcome {
  const { kept, answers, facts, store, person } = context;
  const { record } = kept;
  switch (action) {
    case 'tested':
      return noChange('broadcast_tested', previewMessage(record.state === 'draft' ? signed(record, facts) : record), {
        key: 'flows/my-broadcasts:done.tested',
        buttons: openButton(record),
      });
    case 'proposed':
    case 'approved':
    case 'denied':
    case 'glass_broken':
    case 'glass_reviewed':
    case 'cancelled':
    case 'rescheduled':
      return transitionBroadcast(action, context);
    case 'paused':
    case 'resumed':
    case 'ended':
      return controlRun(action, context);
    case 'corrected':
      return proposeFollowUp({ outcomes: ['d', 'w'], correction: answers }, context);
    case 'retried':
      return proposeFollowUp({ outcomes: ['u', 'b'] }, context);
    case 'recalled':
      return proposeFollowUp({ outcomes: ['d', 'w'], recalls: true }, context);
    case 'edited':
      return noChange('broadcast_seen', { key: 'flows/my-broadcasts:done.edited', buttons: editButton(record) });
    case 'answered':
      return noChange('broadcast_replies_seen', ...repliesMessages(record, facts.replies));
    case 'refreshed': {
      const card = `${facts.run ?? runIdOf(record.id, 0)} ${person}`;
      const watched = ['HSET', store.keys.broadcastCards, card, String(facts.version + 1)] as const;
      return { ...noChange('broadcast_seen', progressMessage(record, facts)), writes: [watched] };
    }
    default:
      return refuse('state', record);
  }
}
