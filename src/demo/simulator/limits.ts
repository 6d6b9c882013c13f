import { tooManyRequests } from './refusal.ts';

const SECOND = 1000;
const OVERALL_PER_SECOND = 30;
const CHAT_BURST = 5;
const GROUP_PER_MINUTE = 20;

/** Telegram's limits on sending (Bots FAQ): 30 a second overall, one a second in a chat with short bursts, 20 a minute in a group. */
export class Limits {
  private overall: readonly number[] = [];
  private readonly chats = new Map<number, { readonly tokens: number; readonly at: number }>();
  private readonly groups = new Map<number, readonly number[]>();
  private readonly strict: boolean;

  constructor(strict: boolean) {
    this.strict = strict;
  }

  /** Counts one send now (ms), or refuses it as Telegram does; what is refused does not count. */
  take(chat: number, now: number): void {
    if (!this.strict) return;
    const overall = this.overall.filter((at) => at > now - SECOND);
    if (overall.length >= OVERALL_PER_SECOND) throw tooManyRequests(1);
    if (chat < 0) this.takeGroup(chat, now);
    else this.takeChat(chat, now);
    this.overall = [...overall, now];
  }

  private takeChat(chat: number, now: number): void {
    const bucket = this.chats.get(chat) ?? { tokens: CHAT_BURST, at: now };
    const tokens = Math.min(CHAT_BURST, bucket.tokens + (now - bucket.at) / SECOND);
    if (tokens < 1) throw tooManyRequests(Math.ceil(1 - tokens));
    this.chats.set(chat, { tokens: tokens - 1, at: now });
  }

  private takeGroup(chat: number, now: number): void {
    const sent = (this.groups.get(chat) ?? []).filter((at) => at > now - 60 * SECOND);
    const [oldest = now] = sent;
    if (sent.length >= GROUP_PER_MINUTE) throw tooManyRequests(Math.ceil((oldest + 60 * SECOND - now) / SECOND));
    this.groups.set(chat, [...sent, now]);
  }
}
