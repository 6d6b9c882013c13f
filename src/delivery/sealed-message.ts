import type { Outgoing } from '../channels/channel.ts';
import type { Sealing } from '../store/sealing.ts';

/** A chat may move to another urn while the message waits, so the name is the same for all. */
const NAME = 'outbox';

/** Serialises a message for the outbox. One that shows its reader's own data is encrypted; the mark stays readable. */
export function sealMessage(message: Outgoing, { seal }: Sealing): string {
  if (message.apart) return JSON.stringify({ apart: true, sealed: seal(JSON.stringify(message), NAME) });
  if (!message.many) return JSON.stringify(message);
  const text = TEXTS.get(message) ?? JSON.stringify(message);
  TEXTS.set(message, text);
  return text;
}

/** The texts of messages to many people. */
const TEXTS = new WeakMap<Outgoing, string>();

/** Reads a message of the outbox; undefined if its key is lost. */
export function openMessage(body: string, { unseal }: Sealing): Outgoing | undefined {
  const message = JSON.parse(body) as Outgoing | { readonly sealed: string }; // written by sealMessage
  if (!('sealed' in message)) return message;
  const text = unseal(message.sealed, NAME);
  return text === undefined ? undefined : (JSON.parse(text) as Outgoing);
}
