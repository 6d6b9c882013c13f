import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'hono';
import { loadCases } from '../cases/case-store.ts';
import { maySeeCase } from '../cases/desk/case-list.ts';
import { stageOf } from '../cases/desk/stages.ts';
import type { HazardCase } from '../cases/hazard-case.ts';
import type { Services } from '../notify/services.ts';
import { orStoreAway } from '../store/store.ts';
import type { ConsoleEnv, Organiser } from './session.ts';

/** One changed case, as pages hear of it. `is_new`: it was filed just now. */
export type CaseChange = { readonly number: string; readonly stage: string; readonly is_new: boolean };

/** The store is asked this often, once for all streams of the process, ms. */
const EVERY_MS = 120;
/** Events of other processes may come in later than their time says, ms. */
const OVERLAP_MS = 3000;
const BATCH = 200;
/** A stream that reads more slowly is closed: its page connects again and loads anew. */
const QUEUED_MAX = 64;
const KEEP_ALIVE_MS = 15_000;

type Listener = (changed: readonly HazardCase[]) => void;

/** Changes of cases for open pages. Without a page it asks nothing. */
export type CaseStream = {
  /** Answers with server-sent events about the cases that the organiser may see. */
  respond(c: Context<ConsoleEnv>): Response;
  close(): void;
};

/** Opens the stream of this process. */
export function openCaseStream(services: Services): CaseStream {
  const listeners = new Set<Listener>();
  const closers = new Set<() => void>();
  let open = true;
  let pumping = false;
  const pump = async () => {
    if (pumping) return;
    pumping = true;
    const seen = new Map<string, number>();
    let since = services.now();
    while (open && listeners.size > 0) {
      const changed = await changedSince(services, since - OVERLAP_MS, seen).catch(() => []);
      since = services.now();
      for (const [id, at] of seen) if (at < since - 2 * OVERLAP_MS) seen.delete(id);
      if (changed.length > 0) for (const tell of listeners) tell(changed);
      await sleep(EVERY_MS);
    }
    pumping = false;
  };
  const respond = (c: Context<ConsoleEnv>) => {
    const { signal } = c.req.raw;
    return streamOf(c.get('organiser'), services, signal, (listener, close) => {
      listeners.add(listener);
      closers.add(close);
      void pump();
      return () => {
        listeners.delete(listener);
        closers.delete(close);
      };
    });
  };
  const close = () => {
    open = false;
    for (const end of closers) end();
  };
  return { respond, close };
}

/** Cases whose last event was not told yet. */
async function changedSince(
  { store }: Services,
  from: number,
  seen: Map<string, number>,
): Promise<readonly HazardCase[]> {
  const { redis, keys } = store;
  const range = [keys.casesChanged, String(from), '+inf', 'BYSCORE', 'LIMIT', 0, BATCH, 'WITHSCORES'] as const;
  const flat = await orStoreAway(redis.zrange(...range));
  const fresh: string[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    const [id = '', at = 0] = [flat[i], Number(flat[i + 1])];
    if (seen.get(id) === at) continue;
    seen.set(id, at);
    fresh.push(id);
  }
  return fresh.length === 0 ? [] : (await loadCases(store, fresh)).map(({ record }) => record);
}

function streamOf(
  { grants, urn }: Organiser,
  { store, city }: Services,
  signal: AbortSignal,
  listen: (listener: Listener, close: () => void) => () => void,
): Response {
  const me = store.pseudonym(urn);
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        let stop = () => {};
        const close = () => {
          stop();
          clearInterval(beat);
          try {
            controller.close();
          } catch {
            // Closed already by the reader.
          }
        };
        const write = (text: string) => {
          if ((controller.desiredSize ?? 0) <= 0) return close();
          controller.enqueue(encoder.encode(text));
        };
        const beat = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS);
        stop = listen((changed) => {
          const own = changed.filter((record) => maySeeCase(record, { grants, me }, city));
          for (const record of own) write(`event: case\ndata: ${JSON.stringify(changeOf(record))}\n\n`);
        }, close);
        signal.addEventListener('abort', close, { once: true });
        write('event: open\ndata: {}\n\n');
      },
    },
    { highWaterMark: QUEUED_MAX },
  );
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}

function changeOf(record: HazardCase): CaseChange {
  return { number: record.number, stage: stageOf(record), is_new: record.events === 1 };
}
