import type { Urn } from '../channel.ts';
import { isRung } from './bells.ts';
import type { ChatLog } from './chat-log.ts';
import { shownEntry } from './shown.ts';

const KEEP_ALIVE_MS = 20_000;
/** The browser waits this long before it connects again, ms. */
const RETRY_MS = 3000;
/** Open pages of one chat; a further one ends the oldest, which connects again only when it is looked at. */
const PAGES_MAX = 6;
/** A page that leaves more unread is cut off: it connects again and resumes. */
const UNREAD_MAX_BYTES = 262_144;

/** The open streams of this process. */
export type Streams = {
  /** Answers with the entries after `after`, and every later one, as server-sent events. */
  respond(of: Urn, after: number): Response;
  close(): void;
};

type Reader = { pull(): void; beat(): void; end(): void };

/** Opens the streams over the log of the chats. `opened`: a page has what would ring for it. */
export function openStreams(log: ChatLog, opened: (of: Urn) => void): Streams {
  const readers = new Map<Urn, Set<Reader>>();
  const all = () => [...readers.values()].flatMap((set) => [...set]);
  let following: { stop(): void } | undefined;
  let closed = false;
  const beat = setInterval(() => {
    for (const reader of all()) reader.beat();
  }, KEEP_ALIVE_MS).unref();

  const add = (of: Urn, reader: Reader) => {
    const own = (readers.get(of) ?? new Set()).add(reader);
    readers.set(of, own);
    const [oldest] = own;
    if (own.size > PAGES_MAX) oldest?.end();
    following ??= log.follow((told) => {
      for (const one of readers.get(told) ?? []) one.pull();
    });
  };
  const drop = (of: Urn, reader: Reader) => {
    readers.get(of)?.delete(reader);
    if (readers.get(of)?.size === 0) readers.delete(of);
    if (readers.size > 0) return;
    following?.stop();
    following = undefined;
  };

  return {
    respond(of, after) {
      if (closed) return new Response(null, { status: 503 });
      let reader: Reader | undefined;
      const body = new ReadableStream<Uint8Array>(
        {
          start(controller) {
            reader = readerOf(controller, { log, opened, of, after, dropped: () => reader && drop(of, reader) });
            add(of, reader);
            reader.pull();
          },
          cancel() {
            if (reader) drop(of, reader);
          },
        },
        new ByteLengthQueuingStrategy({ highWaterMark: UNREAD_MAX_BYTES }),
      );
      const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };
      return new Response(body, { headers });
    },
    close() {
      closed = true;
      clearInterval(beat);
      for (const reader of all()) reader.end();
      following?.stop();
    },
  };
}

type ReaderSettings = {
  readonly log: ChatLog;
  readonly opened: (of: Urn) => void;
  readonly of: Urn;
  readonly after: number;
  readonly dropped: () => void;
};

function readerOf(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { log, opened, of, after, dropped }: ReaderSettings,
): Reader {
  const encoder = new TextEncoder();
  let ended = false;
  let at = after;
  let pulling = false;
  let again = false;
  let isNew = true;
  const end = () => {
    if (ended) return;
    ended = true;
    dropped();
    try {
      controller.close();
    } catch {
      // The page has closed the stream itself.
    }
  };
  const write = (text: string) => {
    if (ended) return;
    if ((controller.desiredSize ?? 0) <= 0) return end();
    controller.enqueue(encoder.encode(text));
  };
  const pull = async (): Promise<void> => {
    const { entries, lost } = await log.read(of, at);
    if (lost) write('event: reload\ndata: {}\n\n');
    for (const entry of entries) write(`id: ${entry.n}\ndata: ${JSON.stringify(shownEntry(entry))}\n\n`);
    at = entries.at(-1)?.n ?? (lost ? 0 : at);
    if (isNew || entries.some(({ message }) => message && isRung(message))) opened(of);
    isNew = false;
  };
  write(`retry: ${RETRY_MS}\n\n`);
  return {
    /** One read at a time; a call meanwhile reads once more. */
    pull() {
      again = true;
      if (pulling) return;
      pulling = true;
      const work = async () => {
        while (again && !ended) {
          again = false;
          await pull();
        }
      };
      // The page connects again and resumes.
      work()
        .catch(end)
        .finally(() => {
          pulling = false;
        });
    },
    beat: () => write(': still here\n\n'),
    end,
  };
}
