import type { Outgoing, Urn } from '../channels/channel.ts';
import { channelOf } from '../channels/channel.ts';
import type { LocalizedMessage } from '../delivery/outcome.ts';
import { sealMessage } from '../delivery/sealed-message.ts';
import { loadPeople, reachableAddress } from '../people/link/addresses.ts';
import { rolesOf } from '../people/role.ts';
import type { Lane, OutboxMessage } from '../store/commit.ts';
import type { SystemChange } from '../store/commit-as-system.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Reader } from './reader.ts';
import { renderMessage } from './render-message.ts';
import type { Services } from './services.ts';
import { linkOn } from './services.ts';

/** A message for one person, not yet in their language. */
export type Notice = {
  readonly to: Urn;
  /** Goes to this address of the person; without it, where they spoke last. */
  readonly at?: Urn;
  readonly said: LocalizedMessage;
  /** Yields to replies and is not sent to people who unsubscribed with /stop. */
  readonly announced?: true;
};

/** A message in the language of its recipient. */
export type RenderedNotice = { readonly to: Urn; readonly message: Outgoing; readonly lane: Lane };

/** Splits messages to the limits of the person's channel and serialises them for the outbox; `apart` ones encrypted. */
export function toOutbox(
  to: Urn,
  messages: readonly Outgoing[],
  { channels, store }: Pick<Services, 'channels' | 'store'>,
  lane: Lane = 'reply',
): readonly OutboxMessage[] {
  const channel = channelOf(to, channels);
  const joined = channel?.join?.(messages) ?? messages;
  const fitting = joined.flatMap((message) => channel?.fit(message) ?? [message]);
  return fitting.map((message) => ({ to, lane, body: sealMessage(message, store), message }));
}

/** Builds a reader from a language alone, without a person. */
export function readerOf(language: string, { wording, city }: Pick<Services, 'wording' | 'city'>): Reader {
  return {
    say: wording.in(language),
    has: (key: string) => wording.canSay(language, key),
    language,
    regions: city.regions,
    roles: [],
    link: linkOn(undefined),
  };
}

/** Renders each notice in its recipient's language; skips unknown and unreachable people. */
export async function renderForEach(
  notices: readonly Notice[],
  services: Services,
): Promise<readonly RenderedNotice[]> {
  const { store, channels } = services;
  const found = await loadPeople(
    store,
    notices.map(({ to }) => to),
  );
  const addresses = await Promise.all(
    notices.map(({ to, at }, i) => {
      const { urn = to, contact, gone } = found[i] ?? {};
      return at ?? (contact?.addresses ? reachableAddress(store, urn, contact) : gone ? undefined : urn);
    }),
  );
  return notices.flatMap(({ said, announced }, i): RenderedNotice[] => {
    const contact = found[i]?.contact;
    const to = addresses[i];
    const channel = to && channelOf(to, channels);
    if (!contact || !to || !channel) return [];
    const { language, subscribed, grants = [] } = contact;
    if (announced && !subscribed) return [];
    const reader = { ...readerOf(language, services), roles: rolesOf(grants), link: linkOn(channel) };
    return [{ to, message: { ...renderMessage(said, reader), isNews: true }, lane: announced ? 'bulk' : 'reply' }];
  });
}

/** Commits rendered notices with a change, then sends them. False on a conflict or limit: nothing was written. */
export async function commitRendered(
  change: SystemChange,
  notices: readonly RenderedNotice[],
  services: Services,
): Promise<boolean> {
  const { store, relay, now } = services;
  const messages = notices.flatMap(({ to, message, lane }) => toOutbox(to, [message], services, lane));
  const done = await commitAsSystem(store, { ...change, messages }, now());
  if (done.type === 'conflict' || done.type === 'limit') return false;
  relay.send(done.claimed);
  if (messages.length > 0) relay.wake();
  return true;
}

/** Commits a change together with its notices. A conflict writes nothing: the next run of the job tries again. */
export async function commitAndNotify(
  change: SystemChange,
  notices: readonly Notice[],
  services: Services,
): Promise<boolean> {
  return commitRendered(change, await renderForEach(notices, services), services);
}
