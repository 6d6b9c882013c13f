import type { ShownEntry } from '../shown.ts';
import { askMessenger } from './messenger.ts';

/** The server's answer to a question for the log. */
type Answer = {
  readonly known: boolean;
  readonly entries: readonly ShownEntry[];
  readonly lost: boolean;
  /** The messengers that can name the person, for a browser that the server does not know yet. */
  readonly oauth?: readonly string[];
};

type Settings = {
  readonly last: () => number;
  readonly take: (entries: readonly ShownEntry[]) => void;
  /** An act got no answer: it needed none, or it takes long. */
  readonly silent: () => void;
  /** The server no longer has what this page shows: begin anew. */
  readonly reload: () => void;
  /** True while the page is hidden and its bell rings: the stream stays closed. */
  readonly rests: () => boolean;
};

/** A proxy may hold the stream back: without an answer for this long after an act, the page asks by itself, ms. */
const HELD_BACK_MS = 8000;
const POLL_EVERY_MS = 4000;
/** Pause before a stream that was refused is opened again, ms. */
const AGAIN_MS = 3000;

/** Follows the chat: by a stream, or by asking where the stream is held back. */
export type Receiver = {
  /** Connects, or again after the phone slept. */
  connect(): void;
  /** Closes the stream if it rests. */
  rest(): void;
  /** The person acted, so an answer is due. */
  expect(): void;
  /** Reads everything once; false for a browser that the server does not know yet. */
  load(): Promise<boolean>;
};

export function openReceiver({ last, take, silent, reload, rests }: Settings): Receiver {
  let source: EventSource | undefined;
  let polling = false;
  let due: ReturnType<typeof setTimeout> | undefined;

  const connect = () => {
    if (polling || rests() || source?.readyState === EventSource.OPEN || source?.readyState === EventSource.CONNECTING)
      return;
    source = new EventSource(`/w/out?after=${last()}`);
    source.onmessage = ({ data }) => {
      clearTimeout(due);
      take([JSON.parse(data) as ShownEntry]); // the server's own event
    };
    source.addEventListener('reload', reload);
    // After an answer that is no stream, such as that of a closing server, the browser itself gives up.
    source.onerror = () => {
      if (source?.readyState === EventSource.CLOSED) setTimeout(connect, AGAIN_MS);
    };
  };
  const load = async (): Promise<boolean> => {
    const answer = await fetch(`/w/log?after=${last()}`);
    if (!answer.ok) throw new Error(`The log answered ${answer.status}.`);
    const { known, entries, lost, oauth = [] } = (await answer.json()) as Answer;
    if (!known) await askMessenger(oauth);
    if (lost) reload();
    take(entries);
    return known;
  };
  const poll = async () => {
    if (!document.hidden) await load().catch(() => {});
    setTimeout(poll, POLL_EVERY_MS);
  };
  return {
    connect,
    load,
    rest() {
      if (rests()) source?.close();
    },
    expect() {
      connect();
      clearTimeout(due);
      const before = last();
      due = setTimeout(async () => {
        await load().catch(() => {});
        if (last() === before) silent();
        // The answer was there and the stream did not bring it. Some proxies hold back even its headers.
        if (last() === before || polling || source?.readyState === EventSource.CLOSED) return;
        polling = true;
        source?.close();
        void poll();
      }, HELD_BACK_MS);
    },
  };
}
