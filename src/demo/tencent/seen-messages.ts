import type { ChatCard, ChatMessage, ChatPerson, ChatWorld } from './chat-world.ts';
import type { TextPart } from './text-parts.ts';
import { visibleText } from './text-parts.ts';

/** A message as the person's phone shows it. `parts`: the text with its links. */
export type SeenMessage = {
  readonly message_id: number;
  readonly date: number;
  readonly from: ChatMessage['from'];
  readonly text?: string;
  readonly parts?: readonly TextPart[];
  readonly links: readonly { readonly text: string; readonly href: string }[];
  /** Path of the picture on the simulator. */
  readonly photo?: string;
  readonly voice?: number;
  readonly location?: { readonly latitude: number; readonly longitude: number; readonly label: string };
  readonly card?: ChatCard;
  readonly edits: number;
};

/** Path of a picture, by media id. */
export const PICTURE_PATH = '/mmbiz_pic/';

/** Lists the messages that a person sees, newest last. */
export function messagesOf(id: string, after: number, world: ChatWorld<ChatPerson>): readonly SeenMessage[] {
  world.personOf(id);
  return world.messages
    .all()
    .filter(({ chat, message_id }) => chat === id && message_id > after)
    .map(asSeen);
}

function asSeen({ message_id, date, from, parts, photo, voice, location, card, edits }: ChatMessage): SeenMessage {
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
    edits,
  };
}
