import type { ShownEntry, ShownMessage } from '../shown.ts';

/** A bubble of the bot. `n` is the number of the entry that began it; `from` that of its present content. */
export type BotBubble = ShownMessage & { readonly n: number; readonly from: number; readonly at: number };
/** The chat as the page shows it. */
export type Chat = {
  readonly bubbles: readonly BotBubble[];
  readonly menu: NonNullable<ShownMessage['menu']>;
  /** The entry that brought the menu. */
  readonly menuFrom: number;
  /** The last applied entry. */
  readonly last: number;
};

export const EMPTY: Chat = { bubbles: [], menu: [], menuFrom: 0, last: 0 };

/** Applies entries in their order; one that was applied before changes nothing. */
export function apply(chat: Chat, entries: readonly ShownEntry[]): Chat {
  return entries.reduce(applyOne, chat);
}

function applyOne(chat: Chat, { n, at, message, removes }: ShownEntry): Chat {
  if (n <= chat.last) return chat;
  if (!message) return { ...chat, last: n, bubbles: chat.bubbles.filter((bubble) => bubble.n !== removes) };
  const { edits, closes, menu = chat.menu } = message;
  const menuFrom = message.menu ? n : chat.menuFrom;
  const closed = chat.bubbles.map((bubble) =>
    bubble.n === closes?.message ? withoutButtons(bubble, closes.text) : bubble,
  );
  const known = edits !== undefined && closed.some((bubble) => bubble.n === edits);
  const bubbles = known
    ? closed.map((bubble) => (bubble.n === edits ? { ...message, n: edits, from: n, at: bubble.at } : bubble))
    : [...closed, { ...message, n, from: n, at }];
  return { bubbles, menu, menuFrom, last: n };
}

function withoutButtons({ choices: _choices, marks: _marks, ...rest }: BotBubble, text: string): BotBubble {
  return { ...rest, text };
}
