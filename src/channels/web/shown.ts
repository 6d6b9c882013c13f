import type { Choice, MenuButton, Outgoing } from '../channel.ts';
import type { ChatEntry } from './chat-log.ts';

/** One change of the chat as the page gets it. `edits`, `removes` and `closes` name earlier messages. */
export type ShownEntry = {
  readonly n: number;
  readonly at: number; // ms since the epoch
  readonly message?: ShownMessage;
  readonly removes?: number;
};

export type ShownMessage = {
  readonly text: string;
  readonly marks?: Outgoing['marks'];
  readonly choices?: readonly (readonly Choice[])[];
  readonly menu?: readonly (readonly MenuButton[])[];
  /** Loaded from `/w/attached/<n>`. */
  readonly attached?: { readonly kind: 'photo' | 'voice' | 'file'; readonly name: string };
  readonly pin?: Outgoing['pin'];
  /** An announcement: the page tells the server once it has shown it. */
  readonly counts?: true;
  readonly edits?: number;
  readonly closes?: { readonly message: number; readonly text: string };
};

/** Turns an entry of the log into what the page shows: bytes and references of files stay on the server. */
export function shownEntry({ n, at, message, removes }: ChatEntry): ShownEntry {
  if (!message) return { n, at, removes: Number(removes) };
  const { text, marks, choices, menu, pin, edits, closes, ledger } = message;
  const attached = attachedOf(message);
  const shown: ShownMessage = {
    text,
    ...(marks ? { marks } : {}),
    ...(choices ? { choices } : {}),
    ...(menu ? { menu } : {}),
    ...(pin ? { pin } : {}),
    ...(ledger ? { counts: true } : {}),
    ...(attached ? { attached } : {}),
    ...(edits === undefined ? {} : { edits: Number(edits) }),
    ...(closes ? { closes: { message: Number(closes.message), text: closes.text } } : {}),
  };
  return { n, at, message: shown };
}

function attachedOf({ photo, voice, file }: Outgoing): ShownMessage['attached'] {
  if (photo !== undefined) return { kind: 'photo', name: 'photo.jpg' };
  if (voice !== undefined) return { kind: 'voice', name: 'voice' };
  return file && { kind: file.picture ? 'photo' : 'file', name: file.name };
}
