import type { Outgoing, ReadFile, SendOutcome, Urn } from '../channel.ts';
import { idOf } from '../channel.ts';
import type { TokenApi } from './api.ts';
import type { Doorbell } from './doorbell.ts';
import { mediaOf } from './media.ts';
import type { SharePlace } from './numbered-text.ts';
import { numberedText } from './numbered-text.ts';
import { outcomeOf } from './outcome.ts';
import { sendOffered } from './send-offered.ts';
import { sendParts } from './send-parts.ts';
import type { WechatState } from './state.ts';
import { partsOf, TEXT_MAX_BYTES } from './text-limit.ts';

const LIMITS = { maxBytes: TEXT_MAX_BYTES, links: true };

/** What a send needs. */
export type WechatSender = {
  readonly api: TokenApi;
  readonly state: WechatState;
  readonly readFile: ReadFile;
  readonly sharePlace: SharePlace;
  /** The end of a text that is too long to be sent whole. */
  readonly cutOff: string;
  /** Rings where news must wait; undefined without a template. */
  readonly doorbell: Doorbell | undefined;
  readonly now: () => number;
};

/** An announcement takes no more messages of a window: one is left for an answer. */
const PARTS_MAX = 4;

/**
 * Sends a message. An announcement is rendered once for all channels, so it may be too long for one message here: its parts
 * go out in order.
 */
export async function sendMessage(sender: WechatSender, to: Urn, message: Outgoing, key: string): Promise<SendOutcome> {
  const parts = partsOf(message, (part) => numberedText(part, sender.sharePlace, { ...LIMITS, offer: key }).text);
  if (parts.length > PARTS_MAX) {
    const last = parts[PARTS_MAX - 1] as Outgoing;
    const { choices, menu } = message;
    const cut = {
      ...last,
      text: `${last.text}\n\n${sender.cutOff}`,
      ...(choices ? { choices } : {}),
      ...(menu ? { menu } : {}),
    };
    parts.splice(PARTS_MAX - 1, Number.POSITIVE_INFINITY, cut);
  }
  return sendParts(sender.state, to, parts, key, (part, partKey) => sendPart(sender, to, part, partKey));
}

/** Sends one message within the person's window. The meaning of its numbers is kept before it leaves. */
async function sendPart(
  { api, state, readFile, sharePlace, doorbell, now }: WechatSender,
  to: Urn,
  message: Outgoing,
  key: string,
): Promise<SendOutcome> {
  const spent = await state.spend(to, now(), key);
  const ring = async () => {
    // A bell that fails must not change the outcome: the news waits all the same.
    if (message.isNews) await doorbell?.ring(to, key).catch(() => {});
  };
  if (spent !== 'ok') {
    await ring();
    return { type: 'closed', why: spent, reopens: 'inbound' };
  }
  const touser = idOf(to);
  const offer = key.replace(/[^\w-]/g, '-').slice(-32);
  const { text, ...offered } = numberedText(message, sharePlace, { ...LIMITS, offer });
  try {
    const meant = offered.choices.length > 0 ? { id: offer, ...offered } : undefined;
    await sendOffered(state, to, meant, outcomeOf, async () => {
      const media = await mediaOf(message, 'wechat', api, readFile);
      // The words carry the meaning, so they go first; a picture has no caption here.
      if (text !== '') await send(api, { touser, msgtype: 'text', text: { content: text } });
      if (media && (text === '' || (await state.spend(to, now(), `${key}/media`)) === 'ok'))
        await send(api, { touser, msgtype: media.type, [media.type]: { media_id: media.id } }).catch((error) => {
          if (text === '') throw error;
        });
    });
    return { type: 'sent' };
  } catch (error) {
    const outcome = outcomeOf(error);
    if (outcome.type === 'closed') {
      await state.closed(to);
      await ring();
    } else if (outcome.type !== 'unknown') await state.giveBack(to, now(), key);
    return outcome;
  }
}

function send(api: TokenApi, body: object): Promise<unknown> {
  return api.post('/cgi-bin/message/custom/send', body);
}
