import type { TextPart } from '../tencent/text-parts.ts';
import { visibleText } from '../tencent/text-parts.ts';
import type { WechatCard, WechatMessage, WechatWorld } from './world.ts';

/** A message as the person's phone shows it. `parts`: the text with its links. */
export type SeenMessage = {
  readonly message_id: number;
  readonly date: number;
  readonly from: WechatMessage['from'];
  readonly text?: string;
  readonly parts?: readonly TextPart[];
  readonly links: readonly { readonly text: string; readonly href: string }[];
  /** Path of the picture on the simulator. */
  readonly photo?: string;
  readonly voice?: number;
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly label: string };
  readonly card?: WechatCard;
};

/** Path of a picture, by media id. */
export const PICTURE_PATH = '/mmbiz_pic/';

/** Lists the messages that a person sees, newest last. */
export function messagesOf(openid: string, after: number, world: WechatWorld): readonly SeenMessage[] {
  world.personOf(openid);
  return world.messages
    .all()
    .filter(({ chat, message_id }) => chat === openid && message_id > after)
    .map(asSeen);
}

function asSeen({ message_id, date, from, parts, photo, voice, location, card }: WechatMessage): SeenMessage {
  const links = (parts ?? []).flatMap(({ text, href }) => (href === undefined ? [] : [{ text, href }]));
  return {
    message_id,
    date,
    from,
    ...(parts ? { text: visibleText(parts), parts } : {}),
    links,
    ...(photo ? { photo: `${PICTURE_PATH}${photo}` } : {}),
    ...(voice ? { voice: voice.seconds } : {}),
    ...(location ? { location } : {}),
    ...(card ? { card } : {}),
  };
}
