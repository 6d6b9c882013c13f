import type { Signal } from '@preact/signals';
import { signal } from '@preact/signals';
import type { Message, Neighbours, Person } from './sim.ts';
import { ask } from './sim.ts';

export const people = signal<readonly Person[]>([]);
/** The demo's clock at the last change, in ms since the epoch. */
export const now = signal(Date.now());
export const online = signal(false);
/** The addresses of the product's pages, and of the simulator of WeChat. */
export const neighbours = signal<Neighbours | undefined>(undefined);
/** Number of changes seen so far; the call list reloads when it grows. */
export const changes = signal(0);
/** The messages of each phone. A signal of its own lets only that phone render again. */
const chats = new Map<number, Signal<readonly Message[]>>();

/** The messages of a person, newest last. */
export const messagesOf = (id: number): readonly Message[] => chatOf(id).value;

type Changes = {
  readonly changes: number;
  readonly people: readonly Person[];
  /** Phones with new, edited or deleted messages. */
  readonly chats: readonly number[];
  readonly now: number;
  readonly neighbours?: Neighbours;
};

/** Follows the changes of the Telegram phones while the page is open. */
export async function watch(): Promise<never> {
  for (let since = -1; ; ) {
    try {
      const latest = await ask<Changes>(`changes?since=${since}`);
      const ids = since < 0 ? latest.people.map(({ id }) => id) : latest.chats;
      const loaded = await Promise.all(
        ids.map(async (id) => [id, await ask<Message[]>(`people/${id}/messages`)] as const),
      );
      // After a restart the simulator counts its changes from 0.
      since = latest.changes;
      for (const [id, all] of loaded) chatOf(id).value = all;
      if (JSON.stringify(latest.people) !== JSON.stringify(people.value)) people.value = latest.people;
      // While the product starts, the simulator does not know them yet.
      const known = latest.neighbours ?? neighbours.value;
      if (JSON.stringify(known) !== JSON.stringify(neighbours.value)) neighbours.value = known;
      now.value = latest.now;
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
