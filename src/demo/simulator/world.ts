import { appendFileSync } from 'node:fs';
import type { BotCommand, InlineKeyboardMarkup, MessageEntity, ReplyKeyboardMarkup, Update } from '@grammyjs/types';
import { DAY_MS } from '../../calendar.ts';
import { keptEvents } from '../event-file.ts';

/** A person on the phones page. The bot may write only to a person who started it and has not blocked it. */
export type SimPerson = {
  readonly id: number;
  readonly first_name: string;
  readonly language_code: string;
  readonly started: boolean;
  readonly blocked: boolean;
};

/** A message as Telegram stores it: both sides see it, and edits replace it. */
export type SimMessage = {
  readonly message_id: number;
  readonly chat: number;
  readonly from: 'bot' | 'person';
  readonly date: number; // s since the epoch, by the simulator's clock
  readonly text?: string;
  readonly entities?: readonly MessageEntity[];
  readonly caption?: string;
  readonly photo?: SimFile;
  readonly voice?: SimFile & { readonly duration: number };
  readonly document?: SimFile & { readonly file_name: string; readonly mime_type: string };
  readonly location?: { readonly latitude: number; readonly longitude: number };
  readonly contact?: { readonly phone_number: string; readonly first_name: string; readonly user_id: number };
  readonly media_group_id?: string;
  readonly inline?: InlineKeyboardMarkup;
  readonly keyboard?: ReplyKeyboardMarkup;
  readonly edits: number;
  readonly edit_date?: number;
  readonly deleted?: true;
};
/** A file's ids and size in bytes. */
export type SimFile = { readonly file_id: string; readonly file_unique_id: string; readonly file_size?: number };
/** The content of a message, without id, chat, sender and date. */
export type MessageContent = Partial<Omit<SimMessage, 'message_id' | 'chat' | 'from' | 'date' | 'edits'>>;

/**
 * An update that the bot has not confirmed. Telegram queues messages by chat and callbacks by user, so the two may
 * overtake each other. `expires`: ms since the epoch.
 */
export type WaitingUpdate = { readonly update: Update; readonly queue: string; readonly expires: number };

/** A change of the world. Replaying all events in order gives the same world. */
type Event =
  | { readonly type: 'person'; readonly person: SimPerson }
  | { readonly type: 'message'; readonly message: SimMessage }
  | { readonly type: 'file'; readonly id: string; readonly bytes: string }
  | { readonly type: 'update'; readonly waiting: WaitingUpdate }
  | { readonly type: 'confirmed'; readonly updateIds: readonly number[] }
  | { readonly type: 'commands'; readonly key: string; readonly commands: readonly BotCommand[] }
  | { readonly type: 'clock'; readonly aheadMs: number }
  | { readonly type: 'reset' };

const FIRST_ID = 700_000_000;
const FIRST_GROUP_ID = -1_000_000_000_000;
/** Telegram keeps an undelivered update for a day. */
const UPDATE_LIFE_MS = DAY_MS;
/** A callback query must be answered within this time. */
export const CALLBACK_LIFE_MS = 150_000;

/** The simulator's state. A file of events keeps it across a restart or a kill. */
export class World {
  readonly people = new Map<number, SimPerson>();
  readonly messages = new Map<number, SimMessage>();
  readonly files = new Map<string, Buffer>();
  readonly waiting = new Map<number, WaitingUpdate>();
  /** The bot's commands, by scope and language. */
  readonly commands = new Map<string, readonly BotCommand[]>();
  /** The current reply keyboard of each chat. */
  readonly keyboards = new Map<number, ReplyKeyboardMarkup>();
  /** Number of changes so far. Pages wait until it grows. */
  changes = 0;
  /** The number of the last change of each chat's messages. */
  private readonly chatChanges = new Map<number, number>();
  private aheadMs = 0;
  private lastId = 0;
  private lastUpdate = 100_000_000;
  private readonly path: string | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(file?: string) {
    this.path = file;
    if (!file) return;
    for (const event of keptEvents(file)) this.apply(event as Event); // written by record()
  }

  /** Deletes all messages. Ids and clock continue, so earlier buttons stay outdated and time never runs backwards. */
  reset(): void {
    this.record({ type: 'reset' });
  }

  /** Milliseconds since the epoch by the demo's clock, which can be advanced. */
  readonly now = (): number => Date.now() + this.aheadMs;

  advanceClock(seconds: number): void {
    this.record({ type: 'clock', aheadMs: this.aheadMs + Math.round(seconds * 1000) });
  }

  addPerson(first_name: string, language_code: string): SimPerson {
    const id = Math.max(FIRST_ID, ...this.people.keys()) + 1;
    return this.add({ id, first_name, language_code, started: false, blocked: false });
  }

  /** A group with the bot in it. Telegram's group ids are below zero. */
  addGroup(first_name: string): SimPerson {
    const id = Math.min(FIRST_GROUP_ID, ...this.people.keys()) - 1;
    return this.add({ id, first_name, language_code: 'zh-hans', started: true, blocked: false });
  }

  private add(person: SimPerson): SimPerson {
    this.record({ type: 'person', person });
    return person;
  }

  changePerson(person: SimPerson): void {
    this.record({ type: 'person', person });
  }

  addMessage(message: Omit<SimMessage, 'message_id' | 'date' | 'edits'>): SimMessage {
    const made = { ...message, message_id: this.lastId + 1, date: Math.floor(this.now() / 1000), edits: 0 };
    this.record({ type: 'message', message: made });
    return made;
  }

  changeMessage(message: SimMessage): void {
    this.record({ type: 'message', message });
  }

  addFile(id: string, bytes: Buffer): void {
    this.record({ type: 'file', id, bytes: bytes.toString('base64') });
  }

  setCommands(key: string, commands: readonly BotCommand[]): void {
    this.record({ type: 'commands', key, commands });
  }

  /** Queues an update for the bot. */
  addUpdate(body: Omit<Update, 'update_id'>, queue: string): void {
    const life = body.callback_query ? CALLBACK_LIFE_MS : UPDATE_LIFE_MS;
    const update = { update_id: this.lastUpdate + 1, ...body } as Update;
    this.record({ type: 'update', waiting: { update, queue, expires: this.now() + life } });
  }

  /** Chats whose messages have changed since this number of changes. */
  chatsChangedSince(changes: number): readonly number[] {
    return [...this.chatChanges].filter(([, at]) => at > changes).map(([chat]) => chat);
  }

  /** Returns a file by id. Both sizes of a photo are one file. */
  file(id: string): Buffer | undefined {
    return this.files.get(id.replace(/-s$/, ''));
  }

  confirm(updateIds: readonly number[]): void {
    if (updateIds.length > 0) this.record({ type: 'confirmed', updateIds });
  }

  /** Resolves at the next change, or after `ms`. */
  nextChange(ms: number): Promise<void> {
    return new Promise((done) => {
      const finish = () => {
        this.listeners.delete(finish);
        clearTimeout(timer);
        done();
      };
      const timer = setTimeout(finish, ms);
      this.listeners.add(finish);
    });
  }

  /** Resolves once a chat's messages have changed since this number of changes, or nothing has for `quietMs`. */
  async chatChange(chat: number, since: number, quietMs: number): Promise<boolean> {
    while ((this.chatChanges.get(chat) ?? 0) <= since) {
      const before = this.changes;
      await this.nextChange(quietMs);
      if (this.changes === before) return false;
    }
    return true;
  }

  private record(event: Event): void {
    this.apply(event);
    if (this.path) appendFileSync(this.path, `${JSON.stringify(event)}\n`);
    this.changed();
  }

  private changed(): void {
    this.changes += 1;
    for (const listener of [...this.listeners]) listener();
  }

  private apply(event: Event): void {
    switch (event.type) {
      case 'person':
        this.people.set(event.person.id, event.person);
        return;
      case 'message':
        if (event.message.keyboard && event.message.message_id > this.lastId) {
          this.keyboards.set(event.message.chat, event.message.keyboard);
        }
        this.messages.set(event.message.message_id, event.message);
        this.chatChanges.set(event.message.chat, this.changes + 1);
        this.lastId = Math.max(this.lastId, event.message.message_id);
        return;
      case 'file':
        this.files.set(event.id, Buffer.from(event.bytes, 'base64'));
        return;
      case 'update':
        this.waiting.set(event.waiting.update.update_id, event.waiting);
        this.lastUpdate = Math.max(this.lastUpdate, event.waiting.update.update_id);
        return;
      case 'confirmed':
        for (const id of event.updateIds) this.waiting.delete(id);
        return;
      case 'commands':
        this.commands.set(event.key, event.commands);
        return;
      case 'reset':
        for (const person of this.people.values())
          this.people.set(person.id, { ...person, started: false, blocked: false });
        for (const chat of this.chatChanges.keys()) this.chatChanges.set(chat, this.changes + 1);
        for (const kept of [this.messages, this.files, this.waiting, this.keyboards]) kept.clear();
        return;
      case 'clock':
        this.aheadMs = event.aheadMs;
        return;
    }
  }
}
