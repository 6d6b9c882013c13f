import type { Channel, Outgoing, SendOutcome, Urn } from '../src/channels/channel.ts';

type SendWatcher = {
  /** Runs when the relay hands a message to the channel. */
  readonly begun?: (to: Urn) => void;
  /** Runs when the channel has sent a message, or failed to. */
  readonly ended: (to: Urn, outcome: SendOutcome) => void;
};

/** Watches every send of a channel from now on. */
export function watchSends(channel: Channel, { begun, ended }: SendWatcher): void {
  const send = channel.send.bind(channel);
  const watched = async (to: Urn, message: Outgoing, key: string) => {
    begun?.(to);
    const outcome = await send(to, message, key);
    ended(to, outcome);
    return outcome;
  };
  Object.assign(channel, { send: watched });
}
