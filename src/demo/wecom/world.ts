import type { ChatPerson } from '../tencent/chat-world.ts';
import { ChatWorld } from '../tencent/chat-world.ts';
import type { Rows } from '../tencent/kept-rows.ts';
import type { Fields } from '../tencent/platform-json.ts';

/** A member of the company; the id is the userid. `sees`: the app is shown to this member. */
export type WecomMember = ChatPerson & { readonly sees: boolean };
/** An access token of the app. Times in ms since the epoch. */
export type WecomToken = { readonly value: string; readonly until: number };
/** A code that updates a card once. `messages`: the messages that show the card, by member. */
export type ResponseCode = {
  readonly code: string;
  readonly messages: Readonly<Record<string, number>>;
  readonly until: number; // ms since the epoch
  readonly used: boolean;
};

/** The simulator's state. */
export class WecomWorld extends ChatWorld<WecomMember> {
  readonly tokens: Rows<WecomToken>;
  readonly responseCodes: Rows<ResponseCode>;
  /** The messages of each card, by task_id. */
  readonly tasks: Rows<Readonly<Record<string, number>>>;
  /** Times of the messages that reached a member in the last hour. */
  readonly arrivals: Rows<readonly number[]>;
  /** Times of sent JSON, for the check of duplicates. */
  readonly sentJson: Rows<{ readonly at: number; readonly msgid: string }>;
  /** The menu below the chat, as it was created. */
  readonly menu: Rows<Fields>;

  constructor(clock: () => number, file?: string) {
    super(clock, file);
    this.tokens = this.rows.table('tokens');
    this.responseCodes = this.rows.table('response_codes');
    this.tasks = this.rows.table('tasks');
    this.arrivals = this.rows.table('arrivals');
    this.sentJson = this.rows.table('sent_json');
    this.menu = this.rows.table('menu');
  }

  addMember(name: string, wanted: string): WecomMember {
    const id = wanted || `Member${this.rows.nextNumber('member')}`;
    return this.people.put(id, { id, name, sees: true });
  }

  /** Deletes messages and files. Members, cards' ids, tokens and the menu stay. */
  reset(): void {
    this.rows.clear(['messages', 'media', 'arrivals', 'sent_json', 'response_codes']);
  }
}
