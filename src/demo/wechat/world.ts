import { randomBytes } from 'node:crypto';
import type { ChatPerson } from '../tencent/chat-world.ts';
import { ChatWorld } from '../tencent/chat-world.ts';
import type { Rows } from '../tencent/kept-rows.ts';
import type { Fields } from '../tencent/platform-json.ts';
import type { OpenWindow } from './reply-window.ts';

/** A person with the account in her WeChat; her id is the openid. `windows`: what her last acts have opened. */
export type WechatPerson = ChatPerson & {
  readonly follows: boolean;
  readonly windows: readonly OpenWindow[];
  /** Consents to notices, by template. */
  readonly consents: Readonly<Record<string, number>>;
};

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
/** The simulator's state. */
export class WechatWorld extends ChatWorld<WechatPerson> {
  readonly tokens: Rows<WechatToken>;
  readonly scenes: Rows<WechatScene>;
  /** The menu below the chat, as it was created. */
  readonly menu: Rows<Fields>;
  /** Calls of a day, by day and name. */
  readonly counts: Rows<number>;
  /** Template messages by person and client_msg_id. */
  readonly sentOnce: Rows<{ readonly msgid: string; readonly at: number }>;

  constructor(clock: () => number, file?: string) {
    super(clock, file);
    this.tokens = this.rows.table('tokens');
    this.scenes = this.rows.table('scenes');
    this.menu = this.rows.table('menu');
    this.counts = this.rows.table('counts');
    this.sentOnce = this.rows.table('sent_once');
  }

  addPerson(name: string): WechatPerson {
    const id = `o${randomBytes(20).toString('base64url')}`;
    return this.people.put(id, { id, name, follows: false, windows: [], consents: {} });
  }

  /** Deletes messages and files, and all unfollow. Tokens, codes and the menu belong to the account and stay. */
  reset(): void {
    this.rows.clear(['messages', 'media', 'sent_once']);
    for (const person of this.people.all())
      this.people.put(person.id, { ...person, follows: false, windows: [], consents: {} });
  }
}
