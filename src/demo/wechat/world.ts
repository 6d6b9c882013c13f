import { randomBytes } from 'node:crypto';
import { ApiRefusal } from '../simulator/refusal.ts';
import type { Rows } from '../tencent/kept-rows.ts';
import { KeptRows } from '../tencent/kept-rows.ts';
import type { Fields } from '../tencent/platform-json.ts';
import type { TextPart } from '../tencent/text-parts.ts';
import type { OpenWindow } from './reply-window.ts';

/** A person with the account in her WeChat. `windows`: what her last acts have opened. */
export type WechatPerson = {
  readonly openid: string;
  readonly name: string;
  readonly follows: boolean;
  readonly windows: readonly OpenWindow[];
  /** Consents to notices, by template. */
  readonly consents: Readonly<Record<string, number>>;
};

/** The content of a message. */
export type MessageContent = {
  readonly parts?: readonly TextPart[];
  /** Media id of a photo. */
  readonly photo?: string;
  readonly voice?: { readonly media: string; readonly seconds: number };
  /** WGS-84, as the phone's own GPS gives it. */
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly label: string };
  readonly card?: WechatCard;
};
/** A template message, a notice or an article. */
export type WechatCard = {
  readonly title: string;
  readonly rows: readonly { readonly label: string; readonly value: string }[];
  readonly url?: string;
};
/** A message as the person's phone keeps it. `platform`: a line that WeChat itself shows. */
export type WechatMessage = MessageContent & {
  readonly message_id: number;
  readonly chat: string;
  readonly from: 'account' | 'person' | 'platform';
  readonly date: number; // s since the epoch, by the simulator's clock
};

/** A file that the account uploaded or a person sent. It ends after three days. */
export type WechatMedia = { readonly id: string; readonly base64: string; readonly createdAt: number };
/** An access token. Times in ms since the epoch. */
export type WechatToken = {
  readonly value: string;
  readonly issuedAt: number;
  readonly until: number;
  readonly forgottenAt: number;
};
/** A QR code with a scene. `until`: ms since the epoch; null for a permanent code. */
export type WechatScene = {
  readonly scene: string;
  readonly ticket: string;
  readonly url: string;
  readonly until: number | null;
};
/** A code of OAuth. */
export type WechatCode = {
  readonly code: string;
  readonly openid: string;
  readonly scope: string;
  readonly until: number;
  readonly used: boolean;
};

/** The simulator's state. */
export class WechatWorld {
  readonly rows: KeptRows;
  readonly people: Rows<WechatPerson>;
  readonly messages: Rows<WechatMessage>;
  readonly media: Rows<WechatMedia>;
  readonly tokens: Rows<WechatToken>;
  readonly scenes: Rows<WechatScene>;
  readonly codes: Rows<WechatCode>;
  /** The menu below the chat, as it was created. */
  readonly menu: Rows<Fields>;
  /** Calls of a day, by day and name. */
  readonly counts: Rows<number>;
  /** Template messages by person and client_msg_id. */
  readonly sentOnce: Rows<{ readonly msgid: string; readonly at: number }>;

  constructor(clock: () => number, file?: string) {
    const rows = new KeptRows(clock, file);
    this.rows = rows;
    this.people = rows.table('people');
    this.messages = rows.table('messages');
    this.media = rows.table('media');
    this.tokens = rows.table('tokens');
    this.scenes = rows.table('scenes');
    this.codes = rows.table('codes');
    this.menu = rows.table('menu');
    this.counts = rows.table('counts');
    this.sentOnce = rows.table('sent_once');
  }

  /** Milliseconds since the epoch by the simulator's clock. */
  readonly now = (): number => this.rows.now();

  addPerson(name: string): WechatPerson {
    const openid = `o${randomBytes(20).toString('base64url')}`;
    return this.people.put(openid, { openid, name, follows: false, windows: [], consents: {} });
  }

  /** Finds a person; refuses an unknown id. */
  personOf(openid: string): WechatPerson {
    const person = this.people.get(openid);
    if (!person) throw new ApiRefusal(404, 'Not Found: there is no such person');
    return person;
  }

  changePerson(openid: string, change: Partial<WechatPerson>): WechatPerson {
    return this.people.put(openid, { ...this.personOf(openid), ...change });
  }

  addMessage(chat: string, from: WechatMessage['from'], content: MessageContent): WechatMessage {
    const message_id = this.rows.nextNumber('message');
    const date = Math.floor(this.now() / 1000);
    return this.messages.put(String(message_id), { message_id, chat, from, date, ...content });
  }

  addMedia(bytes: Buffer): WechatMedia {
    const id = randomBytes(48).toString('base64url');
    return this.media.put(id, { id, base64: bytes.toString('base64'), createdAt: this.now() });
  }

  /** Deletes messages and files, and all unfollow. Tokens, codes and the menu belong to the account and stay. */
  reset(): void {
    this.rows.clear(['messages', 'media', 'sent_once']);
    for (const person of this.people.all())
      this.people.put(person.openid, { ...person, follows: false, windows: [], consents: {} });
  }
}
