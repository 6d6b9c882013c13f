import { MINUTE_MS } from '../../calendar.ts';
import { tooManyRequests } from './refusal.ts';

const SECOND_MS = 1000;
const OVERALL_PER_SECOND = 30;
const CHAT_BURST = 5;
const GROUP_PER_MINUTE = 20;

/**
 * Telegram's sending limits (Bots FAQ): 30 messages a second overall and 20 a minute in a group. A chat takes one a
 * second, with short bursts.
 */
export class Limits {
  private overall: readonly number[] = [];
  private readonly chats = new Map<number, { readonly tokens: number; readonly at: number }>();
  private readonly groups = new Map<number, readonly number[]>();
  private readonly strict: boolean;

  constructor(strict: boolean) {
    this.strict = strict;
  }

  /** Counts one send at `now` (ms), or refuses it with 429. A refused send does not count. */
  take(chat: number, now: number): void {
    if (!this.strict) return;
    const overall = this.overall.filter((at) => at > now - SECOND_MS);
    if (overall.length >= OVERALL_PER_SECOND) throw tooManyRequests(1);
    if (chat < 0) this.takeGroup(chat, now);
    else this.takeChat(chat, now);
    this.overall = [...overall, now];
  }

  private takeChat(chat: number, now: number): void {
    const bucket = this.chats.get(chat) ?? { tokens: CHAT_BURST, at: now };
    const tokens = Math.min(CHAT_BURST, bucket.tokens + (now - bucket.at) / SECOND_MS);
    if (tokens < 1) throw tooManyRequests(Math.ceil(1 - tokens));
    this.chats.set(chat, { tokens: tokens - 1, at: now });
  }

  private takeGroup(chat: number, now: number): void {
    const sent = (this.groups.get(chat) ?? []).filter((at) => at > now - MINUTE_MS);
    const [oldest = now] = sent;
    if (sent.length >= GROUP_PER_MINUTE) throw tooManyRequests(Math.ceil((oldest + MINUTE_MS - now) / SECOND_MS));
    this.groups.set(chat, [...sent, now]);
  }
}
