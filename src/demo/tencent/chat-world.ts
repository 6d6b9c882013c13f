import { randomBytes } from 'node:crypto';
import { DAY_MS } from '../../calendar.ts';
import { ApiRefusal } from '../simulator/refusal.ts';
import type { Rows } from './kept-rows.ts';
import { KeptRows } from './kept-rows.ts';
import type { TextPart } from './text-parts.ts';

/** A person with a phone. `id`: the openid of WeChat, the userid of WeCom. */
export type ChatPerson = { readonly id: string; readonly name: string };

/** The content of a message. */
export type MessageContent = {
  readonly parts?: readonly TextPart[];
  /** Media id of a photo. */
  readonly photo?: string;
  readonly voice?: { readonly media: string; readonly seconds: number };
  /** WGS-84, as the phone's own GPS gives it. */
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly label: string };
  readonly card?: ChatCard;
};
/** A card: a template message, an article, or a card with buttons. */
export type ChatCard = {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  readonly url?: string;
  readonly buttons?: readonly { readonly text: string; readonly key?: string; readonly url?: string }[];
  /** Words in place of the buttons, which can no longer be tapped. */
  readonly closed?: string;
  readonly taskId?: string;
};
/** A message as the person's phone keeps it. `platform`: a line that the platform itself shows. */
export type ChatMessage = MessageContent & {
  readonly message_id: number;
  readonly chat: string;
  readonly from: 'account' | 'person' | 'platform';
  readonly date: number; // s since the epoch, by the simulator's clock
  readonly edits: number;
};

/** A file that the account uploaded or a person sent. It ends after three days. `name`: of an uploaded document. */
export type ChatMedia = {
  readonly id: string;
  readonly base64: string;
  readonly createdAt: number;
  readonly name?: string;
};
/** A code of OAuth. */
export type OAuthCode = {
  readonly code: string;
  readonly person: string;
  readonly scope: string;
  readonly until: number; // ms since the epoch
  readonly used: boolean;
};

const MEDIA_LIFE_MS = 3 * DAY_MS;

/** The state that both platforms keep: people, their chats with one account, files, codes of OAuth. */
export class ChatWorld<Person extends ChatPerson> {
  readonly rows: KeptRows;
  readonly people: Rows<Person>;
  readonly messages: Rows<ChatMessage>;
  readonly media: Rows<ChatMedia>;
  readonly codes: Rows<OAuthCode>;

  constructor(clock: () => number, file?: string) {
    const rows = new KeptRows(clock, file);
    this.rows = rows;
    this.people = rows.table('people');
    this.messages = rows.table('messages');
    this.media = rows.table('media');
    this.codes = rows.table('codes');
  }

  /** Milliseconds since the epoch by the simulator's clock. */
  readonly now = (): number => this.rows.now();

  /** Finds a person; refuses an unknown id. */
  personOf(id: string): Person {
    const person = this.people.get(id);
    if (!person) throw new ApiRefusal(404, 'Not Found: there is no such person');
    return person;
  }

  changePerson(id: string, change: Partial<Person>): Person {
    return this.people.put(id, { ...this.personOf(id), ...change });
  }

  addMessage(chat: string, from: ChatMessage['from'], content: MessageContent): ChatMessage {
    const message_id = this.rows.nextNumber('message');
    const date = Math.floor(this.now() / 1000);
    return this.messages.put(String(message_id), { message_id, chat, from, date, edits: 0, ...content });
  }

  addMedia(bytes: Buffer, name?: string): ChatMedia {
    const id = randomBytes(48).toString('base64url');
    const named = name === undefined ? {} : { name };
    return this.media.put(id, { id, base64: bytes.toString('base64'), createdAt: this.now(), ...named });
  }

  /** Returns media that have not ended. */
  livingMedia(id: string): ChatMedia | undefined {
    const media = this.media.get(id);
    return media && this.now() < media.createdAt + MEDIA_LIFE_MS ? media : undefined;
  }
}
