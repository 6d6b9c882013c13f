import type { Channel, Outgoing, SendOutcome, Urn } from '../../channels/channel.ts';
import { channelOf, schemeOf } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import { sealMessage } from '../../delivery/sealed-message.ts';
import type { Contact } from '../../people/contact.ts';
import { addressesOf } from '../../people/link/addresses.ts';
import type { Store } from '../../store/store.ts';
import type { Copy } from './copies.ts';
import { ledgerName, loadCopies, writeCopies } from './copies.ts';
import type { OutcomeRecord } from './record-outcomes.ts';
import { outcomeRecord } from './record-outcomes.ts';

type Sending = { readonly store: Store; readonly channels: readonly Channel[] };
/** A recipient of a run: all their addresses get an urgent announcement, any other goes to the first that takes it. */
export type Reader = { readonly run: string; readonly place: number; readonly to: Urn; readonly contact: Contact };

/** An address that was tried, and its channel's answer. `letter`: the copy's, if the message was sent. */
type Tried = { readonly urn: Urn; readonly outcome: SendOutcome; readonly letter: Copy['letter'] };
type Named = { readonly key: string; readonly name: string };

/** Sends an announcement to one person and returns what to record. */
export async function sendToPerson(
  { run, place, to, contact }: Reader,
  message: Outgoing,
  urgent: boolean,
  sending: Sending,
): Promise<OutcomeRecord> {
  const named = { key: `${run}:${place}`, name: ledgerName(run, place) };
  const all = addressesOf(to, contact);
  const takesAll = urgent && all.length > 1;
  const had = takesAll ? await loadCopies(sending.store, run, place) : [];
  const rest = all.filter((urn) => !had.some((copy) => copy.urn === urn));
  const tried = takesAll
    ? await Promise.all(rest.map((urn) => sendTo(urn, message, named, sending)))
    : await sendToFirst(rest, message, named, sending);
  const waiting = { ...message, isNews: true, ledger: [named.name] } as const;
  return recordOf({ place, to, takesAll, had, tried }, () => sealMessage(waiting, sending.store));
}

/** Only a refusal leads to the next address. */
async function sendToFirst(all: readonly Urn[], message: Outgoing, named: Named, sending: Sending) {
  const tried: Tried[] = [];
  for (const urn of all) {
    const one = await sendTo(urn, message, named, sending);
    tried.push(one);
    if (one.outcome.type !== 'gone' && one.outcome.type !== 'closed') break;
  }
  return tried;
}

async function sendTo(urn: Urn, message: Outgoing, { key, name }: Named, { channels }: Sending): Promise<Tried> {
  const channel = channelOf(urn, channels);
  const isSeen = channel?.can.receipt === 'seen';
  const sent = channel?.send(urn, isSeen ? { ...message, ledger: [name] } : message, key);
  crashPoint('broadcast_on_wire');
  const outcome = (await sent) ?? { type: 'gone', reason: 'no such channel' };
  crashPoint('broadcast_sent');
  return { urn, outcome, letter: isSeen ? 'w' : 'd' };
}

type Attempt = {
  readonly place: number;
  readonly to: Urn;
  readonly takesAll: boolean;
  readonly had: readonly Copy[];
  readonly tried: readonly Tried[];
};

/**
 * Derives one outcome for the person from those of the addresses. With a delivered copy the person counts as delivered;
 * without one they count as waiting if any address waits. A red announcement is tried again where a channel says later.
 */
function recordOf({ place, to, takesAll, had, tried }: Attempt, sealWaiting: () => string): OutcomeRecord {
  const of = (type: SendOutcome['type']) => tried.filter(({ outcome }) => outcome.type === type);
  const [sent, closed, gone] = [of('sent'), of('closed'), [...of('gone'), ...of('moved')]];
  const reached = sent.length + had.length > 0;
  const later = of('later').find(({ outcome }) => !reached || !isOutOfReach(outcome));
  const deciding = later ?? (reached ? sent.find(isDelivered) : firstOf(tried));
  const record: OutcomeRecord = deciding
    ? outcomeRecord(place, deciding.urn, deciding.outcome)
    : { place, outcome: had.some(isDelivered) ? 'd' : 'w' };
  const isPlain = !takesAll && gone.length === 0 && deciding?.urn === to && record.outcome === 'd';
  if (isPlain) return { ...record, way: schemeOf(to) };
  const isSettled = record.outcome === 'w' || record.outcome === 'd';
  // A page has the announcement already: only an urgent one waits elsewhere too.
  const held = takesAll ? (isSettled ? closed : []) : record.outcome === 'w' && !reached ? closed.slice(0, 1) : [];
  const copies: readonly Copy[] = [
    ...sent.map(({ urn, outcome, letter }): Copy => ({ letter, urn, ref: refOf(outcome) })),
    ...held.map(({ urn }): Copy => ({ letter: 'w', urn, ref: '' })),
  ];
  const refused = takesAll && record.outcome !== 'later' ? gone : record.outcome === 'g' ? gone.slice(-1) : [];
  return {
    ...record,
    more: {
      ways: [
        ...copies.map(({ letter, urn }) => [letter, schemeOf(urn)] as const),
        ...refused.map(({ urn }) => ['g', schemeOf(urn)] as const),
      ],
      gone: gone.map(({ urn, outcome }) => ({ urn, reason: goneReason(outcome) })),
      ...(copies.length > 0 ? { copies: writeCopies([...had, ...copies]) } : {}),
      ...(held.length > 0 ? { held: { body: sealWaiting(), at: held.map(({ urn }) => urn) } } : {}),
    },
  };
}

function isDelivered({ letter }: Pick<Copy, 'letter'>): boolean {
  return letter === 'd';
}

/** Without a copy, what stops the run or may have arrived decides before a refusal. */
function firstOf(tried: readonly Tried[]): Tried | undefined {
  const order: readonly SendOutcome['type'][] = ['later', 'rejected', 'unknown', 'closed', 'gone', 'moved'];
  return tried.toSorted((a, b) => order.indexOf(a.outcome.type) - order.indexOf(b.outcome.type))[0];
}

/** A quota or a credential that is used up: the channel takes nothing for a long time. */
function isOutOfReach(outcome: SendOutcome): boolean {
  return outcome.type === 'later' && (outcome.why === 'quota' || outcome.why === 'credentials');
}

function refOf(outcome: SendOutcome): string {
  return outcome.type === 'sent' ? (outcome.ref ?? '') : '';
}

function goneReason(outcome: SendOutcome): string {
  if (outcome.type === 'moved') return `moved to ${outcome.to}`;
  return outcome.type === 'gone' ? outcome.reason : '';
}
