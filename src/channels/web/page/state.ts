import { computed, signal } from '@preact/signals';
import { bell, openBell } from './bell/bell.ts';
import type { BotBubble, Chat } from './chat.ts';
import { apply, EMPTY } from './chat.ts';
import { hint } from './hint.ts';
import { newId } from './new-id.ts';
import { code } from './qr-code.ts';
import { openReceiver } from './receive.ts';
import { tellSeen } from './seen.ts';
import { send } from './send.ts';
import type { Act, ActStore } from './store.ts';
import { openActs } from './store.ts';

export const chat = signal<Chat>(EMPTY);
export const acts = signal<readonly Act[]>([]);
/** The connection as far as the person needs to know it. */
export const trouble = signal<'offline' | 'busy' | 'unable' | undefined>(undefined);
/** The server has answered to this browser before; undefined until it is known. */
export const known = signal<boolean | undefined>(undefined);
/** The place or invitation in the address, until the person begins. */
export const payload = signal(code);
/** The person acted and no answer has come yet. */
export const isWriting = signal(false);

/** One act, or the photos of one album. */
export type Own = readonly [Act, ...Act[]];
/** One line of the chat. */
export type Line = { readonly at: number } & ({ readonly bot: BotBubble } | { readonly own: Own });

/** Bot and person in one order: an act stands behind the entry that the person saw. */
export const lines = computed<readonly Line[]>(() => {
  const all: { readonly key: readonly [number, number]; readonly line: Line }[] = [
    ...chat.value.bubbles.map((bot) => ({ key: [bot.n, 0] as const, line: { at: bot.at, bot } })),
    ...albums().map((own, i) => ({ key: [own[0].after, i + 1] as const, line: { at: own[0].at, own } })),
  ];
  return all.sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1]).map(({ line }) => line);
});

/** The acts that are shown, the photos of an album together at the place of the first. */
function albums(): readonly Own[] {
  const all: [Act, ...Act[]][] = [];
  for (const act of acts.value) {
    if (act.kind === 'start' || act.kind === 'choice') continue;
    const album = act.fields.album && all.find(([first]) => first.fields.album === act.fields.album);
    if (album) album.push(act);
    else all.push([act]);
  }
  return all;
}

const PAUSES_MS = [1000, 2000, 5000, 10_000, 30_000] as const;
let store: ActStore | undefined;
let sending = false;
/** Another act came while the queue was sent. */
let isAsked = false;
let tries = 0;
let retry: ReturnType<typeof setTimeout> | undefined;

const receiver = openReceiver({
  last: () => chat.value.last,
  take(entries) {
    if (entries.some(({ n }) => n > chat.value.last)) isWriting.value = false;
    chat.value = apply(chat.value, entries);
    void tellSeen(() => chat.value);
  },
  silent() {
    isWriting.value = false;
  },
  reload() {
    // The chat was deleted on the server: what this browser keeps of it goes too, but not what still waits.
    chat.value = EMPTY;
    dropSent();
    void openBell();
  },
  rests: () => document.hidden && bell.value === 'on',
});

/** Opens the chat: acts of this browser, then the log of the server, then the stream. */
export async function open(): Promise<void> {
  store = await openActs();
  acts.value = await store.all();
  const wake = () => {
    if (document.hidden) return receiver.rest();
    if (known.value) receiver.connect();
    void tellSeen(() => chat.value);
    void pump();
  };
  for (const event of ['online', 'focus', 'pageshow']) addEventListener(event, wake);
  document.addEventListener('visibilitychange', wake);
  addEventListener('offline', () => {
    trouble.value = 'offline';
  });
  for (;;) {
    try {
      known.value = await receiver.load();
      // The server has nothing of this chat any more: what was sent in it goes too.
      if (chat.value.last === 0) dropSent();
      break;
    } catch {
      trouble.value = 'offline';
      await new Promise((done) => setTimeout(done, 3000));
    }
  }
  trouble.value = undefined;
  if (known.value) void openBell();
  wake();
}

/** Puts an act into the queue and sends it when its turn comes. */
export async function act(kind: Act['kind'], fields: Act['fields'], blob?: Blob): Promise<void> {
  // On a slow network the first words may come before the server's word on this browser: the scanned place goes along.
  const isNew = known.value === false || (known.value === undefined && payload.value !== '');
  if (kind !== 'start' && isNew && !acts.value.some((one) => one.kind === 'start')) await begin();
  const waiting = acts.value.filter(({ state }) => state === 'waiting');
  const one: Act = {
    id: newId(),
    // The queue is in the order of times: two acts of one millisecond, or a clock set back, must not swap.
    at: Math.max(Date.now(), ...waiting.map(({ at }) => at + 1)),
    after: chat.value.last,
    kind,
    fields,
    ...(blob ? { blob } : {}),
    state: 'waiting',
  };
  hint.value = undefined;
  await keep(one);
  void pump();
}

/** The first act: it opens the talk that the QR code names. */
export async function begin(): Promise<void> {
  // A second tap begins nothing more.
  if (acts.value.some(({ kind, state }) => kind === 'start' && state === 'waiting')) return;
  const from = payload.value;
  payload.value = '';
  if (from) history.replaceState(null, '', '/w/');
  await act('start', { payload: from });
}

/** Tries a refused act again. */
export async function again(one: Act): Promise<void> {
  await keep({ ...one, state: 'waiting' });
  void pump();
}

export async function forget(id: string): Promise<void> {
  acts.value = acts.value.filter((one) => one.id !== id);
  await store?.remove(id);
}

function dropSent(): void {
  for (const one of acts.value) if (one.state === 'sent') void forget(one.id);
}

async function keep(one: Act): Promise<void> {
  const others = acts.value.filter(({ id }) => id !== one.id);
  acts.value = [...others, one].sort((a, b) => a.at - b.at);
  await store?.put(one);
}

/** Sends waiting acts strictly one after the other. Of several tabs, one sends at a time. */
async function pump(): Promise<void> {
  if (sending) {
    isAsked = true;
    return;
  }
  sending = true;
  isAsked = false;
  clearTimeout(retry);
  try {
    await (navigator.locks ? navigator.locks.request('anlin-send', sendAll) : sendAll());
  } finally {
    sending = false;
    // An act that came after the last look at the queue.
    if (isAsked) void pump();
  }
}

async function sendAll(): Promise<void> {
  for (;;) {
    // Another tab may have sent some meanwhile.
    const kept = (await store?.all()) ?? acts.value;
    acts.value = kept;
    const next = kept.find(({ state }) => state === 'waiting');
    if (!next) return;
    // Of an album, the first photo is answered.
    const { album } = next.fields;
    isWriting.value = !album || !kept.some(({ fields, state }) => fields.album === album && state === 'sent');
    // The page was closed before it heard that this act was taken: its answer is there.
    const isAnswered = next.after < chat.value.last;
    const tried = await send(next, known.value === false);
    if (tried.type === 'later') {
      isWriting.value = false;
      trouble.value = tried.why;
      retry = setTimeout(pump, tried.afterMs ?? PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)]);
      tries += 1;
      return;
    }
    tries = 0;
    trouble.value = undefined;
    if (tried.type === 'refused') {
      isWriting.value = false;
      await keep({ ...next, state: 'failed', why: tried.why });
      continue;
    }
    known.value = true;
    if (isAnswered) isWriting.value = false;
    receiver.expect();
    // Taps are shown by the bot's own message; photos stay, so that the person sees what was sent.
    if (next.kind === 'start' || next.kind === 'choice') await forget(next.id);
    else await keep({ ...next, state: 'sent' });
  }
}
