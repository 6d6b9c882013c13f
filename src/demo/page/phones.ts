import type { Signal } from '@preact/signals';
import { computed, signal } from '@preact/signals';
import type { Message, Person } from './sim.ts';
import { ask } from './sim.ts';

/** Smallest width of a phone, the gap between two, and the margins of the page, px. */
const PHONE_PX = 340;
const GAP_PX = 16;
const MARGINS_PX = 40;

export const people = signal<readonly Person[]>([]);
/** The demo's clock at the last change, in ms since the epoch. */
export const now = signal(Date.now());
export const online = signal(false);
/** The address of the organisers' console. */
export const consoleUrl = signal<string | undefined>(undefined);
/** Number of changes seen so far; the call list reloads when it grows. */
export const changes = signal(0);
/** The messages of each phone. A signal of its own lets only that phone render again. */
const chats = new Map<number, Signal<readonly Message[]>>();

/** Ids of the phones in use, the latest first. */
const inUse = signal<readonly number[]>([]);
/** Number of phones that fit side by side. */
const room = signal(phonesThatFit());
window.addEventListener('resize', () => {
  room.value = phonesThatFit();
});
const byUse = computed(() => {
  const ids = people.value.map(({ id }) => id);
  return [...inUse.value.filter((id) => ids.includes(id)), ...ids.filter((id) => !inUse.value.includes(id))];
});
const shown = computed(() => new Set(byUse.value.slice(0, room.value)));
/** The last message of each phone that its person has seen. */
const seen = new Map<number, number>();

/** The messages of a phone, newest last. */
export const messagesOf = (id: number): readonly Message[] => chatOf(id).value;
export const isShown = (id: number): boolean => shown.value.has(id);
/** The phone in use: the tab that the Tab key reaches. */
export const isCurrent = (id: number): boolean => byUse.value[0] === id;

/** Notes that a phone is in use, so that other phones make room first. */
export function use(id: number): void {
  if (inUse.value[0] !== id) inUse.value = [id, ...inUse.value.filter((one) => one !== id)];
}

/** Shows a phone in place of the one that has not been used for the longest time. Returns its element. */
export async function show(id: number): Promise<HTMLElement> {
  use(id);
  const shownPhone = async () => {
    await new Promise(requestAnimationFrame);
    return document.getElementById(`phone-${id}`);
  };
  let phone = await shownPhone();
  // A new person's phone comes with the next change.
  while (!phone) phone = await shownPhone();
  phone.scrollIntoView({ block: 'nearest' });
  document.querySelector(`[aria-controls="phone-${id}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return phone;
}

/** Number of the bot's messages that came while the phone was not shown. */
export function unreadOf(id: number): number {
  const all = messagesOf(id);
  if (isShown(id)) seen.set(id, all.at(-1)?.message_id ?? 0);
  const last = seen.get(id) ?? 0;
  return all.filter(({ from, message_id }) => from === 'bot' && message_id > last).length;
}

type Changes = {
  readonly changes: number;
  readonly people: readonly Person[];
  /** Phones with new, edited or deleted messages. */
  readonly chats: readonly number[];
  readonly now: number;
  readonly console?: string;
};

/** Follows the simulator's changes while the page is open. */
export async function watch(): Promise<never> {
  for (let since = -1; ; ) {
    try {
      const latest = await ask<Changes>(`changes?since=${since}`);
      const ids = since < 0 ? latest.people.map(({ id }) => id) : latest.chats;
      const loaded = await Promise.all(
        ids.map(async (id) => [id, await ask<Message[]>(`people/${id}/messages`)] as const),
      );
      // Messages from before the page was opened count as seen.
      if (seen.size === 0) for (const [id, all] of loaded) seen.set(id, all.at(-1)?.message_id ?? 0);
      // After a restart the simulator counts its changes from 0.
      since = latest.changes;
      if (JSON.stringify(latest.people) !== JSON.stringify(people.value)) people.value = latest.people;
      for (const [id, all] of loaded) chatOf(id).value = all;
      now.value = latest.now;
      consoleUrl.value = latest.console;
      changes.value += 1;
      online.value = true;
    } catch {
      online.value = false;
      since = -1;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}

function chatOf(id: number): Signal<readonly Message[]> {
  const chat = chats.get(id) ?? signal([]);
  chats.set(id, chat);
  return chat;
}

function phonesThatFit(): number {
  return Math.max(1, Math.floor((document.documentElement.clientWidth - MARGINS_PX + GAP_PX) / (PHONE_PX + GAP_PX)));
}
