import type { Channel } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import type { Relay } from '../delivery/relay.ts';
import type { Wording } from '../i18n.ts';
import type { Log } from '../log.ts';
import type { PersonCache } from '../people/person-cache.ts';
import type { Store } from '../store/store.ts';

/** The open parts of the product that turns and jobs work with. */
export type Services = {
  readonly store: Store;
  /** Current city data; a new object after each import. */
  readonly city: City;
  readonly wording: Wording;
  readonly relay: Relay;
  readonly persons: PersonCache;
  readonly channels: readonly Channel[];
  readonly log: Log;
  readonly now: () => number; // ms since the epoch
};

/** A link for everyone: into the web chat, which needs no account, else into the first channel that has links. */
export function publicLink(payload: string, channels: readonly Channel[]): string | undefined {
  const web = channels.find(({ scheme }) => scheme === 'web');
  return [web, ...channels].flatMap((channel) => channel?.link?.(payload) ?? [])[0];
}

/** Builds a link that opens the bot with a payload; channels without links show the command instead. */
export function linkOn(channel: Channel | undefined): (payload: string) => string {
  return (payload) => channel?.link?.(payload) ?? `/start ${payload}`;
}
