import { signal } from '@preact/signals';
import type { CaseChange } from '../stream.ts';
import { headers, online, session } from './api.ts';

/** The state of the stream of changes. */
export const live = signal<'on' | 'off'>('off');

const listeners = new Set<(change: CaseChange) => void>();
const reconnects = new Set<() => void>();
let started = false;

/** Calls back at each change of a case in scope; returns how to stop. */
export function onChange(listener: (change: CaseChange) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Calls back when the stream stands again after a break: changes may have been missed. */
export function onReconnect(listener: () => void): () => void {
  reconnects.add(listener);
  return () => reconnects.delete(listener);
}

const PAUSE_MS = 1000;
const PAUSE_MAX_MS = 15_000;

/**
 * Keeps the stream open while the page is on the screen, and reports a reconnection when it is again.
 * A browser opens six connections to a server for all its tabs: streams of hidden ones would leave the next page none.
 */
export async function followChanges(): Promise<void> {
  if (started) return;
  started = true;
  let pause = PAUSE_MS;
  let before = false;
  for (;;) {
    await shown();
    const hidden = new AbortController();
    document.addEventListener('visibilitychange', () => hidden.abort(), { once: true });
    try {
      const response = await fetch('/console/api/stream', { headers: headers(), signal: hidden.signal });
      if (response.status === 401) session.value = 'out';
      if (response.ok && response.body) {
        pause = PAUSE_MS;
        live.value = 'on';
        online.value = true;
        if (before) for (const tell of reconnects) tell();
        before = true;
        await readEvents(response.body);
      }
    } catch {
      if (!hidden.signal.aborted) online.value = false;
    }
    live.value = 'off';
    if (hidden.signal.aborted) continue;
    await new Promise((done) => setTimeout(done, pause));
    pause = Math.min(PAUSE_MAX_MS, pause * 2);
  }
}

/** Resolves when the page is on the screen. */
function shown(): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      done();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

async function readEvents(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^event: case\ndata: (.+)$/.exec(block)?.[1];
      if (data) for (const tell of listeners) tell(JSON.parse(data) as CaseChange); // written by the server
    }
  }
}
