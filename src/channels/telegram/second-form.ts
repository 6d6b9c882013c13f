import type { GrammyError } from 'grammy/web';
import type { Outgoing } from '../channel.ts';

/** Longest caption of a photo, voice message or document, UTF-16 units. */
export const CAPTION_MAX = 1024;

/** Refusals of the words themselves: no other form of the message would be taken. */
const OF_WORDS =
  /message is too long|text is empty|CHAT_SEND_PLAIN_FORBIDDEN|CHAT_WRITE_FORBIDDEN|rights to send (a message|text messages)/i;
const OF_BUTTONS = /button|keyboard|reply.?markup|(phone number|location) can be requested/i;
const OF_MARKS = /entit(y|ies)/i;

type Part = {
  readonly names: RegExp;
  readonly has: (message: Outgoing) => boolean;
  readonly without: (message: Outgoing) => Outgoing;
};

/** Parts that a chat may refuse. A refusal that names none is taken for the first one that the message has. */
const PARTS: readonly Part[] = [
  {
    names: /(?!)/,
    has: ({ photo, voice, file, pin }) => Boolean(photo || voice || file || pin),
    without: ({ photo: _photo, voice: _voice, file: _file, pin: _pin, ...words }) => words,
  },
  { names: OF_MARKS, has: ({ marks }) => Boolean(marks?.length), without: ({ marks: _marks, ...plain }) => plain },
  {
    names: OF_BUTTONS,
    has: ({ choices }) => Boolean(choices?.flat().some(({ url }) => url)),
    without: withWrittenLinks,
  },
  {
    names: OF_BUTTONS,
    has: ({ choices, menu }) => Boolean(choices?.length || menu),
    without: ({ choices: _choices, menu: _menu, ...words }) => words,
  },
];

/** The message without the part that was refused; undefined if no other form would be taken. */
export function secondForm(message: Outgoing, { description }: Pick<GrammyError, 'description'>): Outgoing | undefined {
  if (OF_WORDS.test(description) || message.text.trim() === '') return undefined;
  const parts = PARTS.filter(({ has }) => has(message));
  return (parts.find(({ names }) => names.test(description)) ?? parts[0])?.without(message);
}

/** The message without its photo, voice, file or pin; unchanged if it has none. */
export function wordsAlone(message: Outgoing): Outgoing {
  return PARTS[0]?.without(message) ?? message;
}

/** Puts the addresses of link buttons into the words. */
function withWrittenLinks({ choices = [], ...message }: Outgoing): Outgoing {
  const links = choices.flat().flatMap(({ label, url }) => (url ? [`${label}: ${url}`] : []));
  const rows = choices.map((row) => row.filter(({ url }) => !url)).filter((row) => row.length > 0);
  return { ...message, text: [message.text, ...links].join('\n'), ...(rows.length > 0 ? { choices: rows } : {}) };
}
