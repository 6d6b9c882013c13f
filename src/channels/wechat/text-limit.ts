import type { Outgoing } from '../channel.ts';
import { fitTo } from '../fit.ts';

/** The longest text of a message of WeChat or WeCom, bytes of UTF-8, links included. */
export const TEXT_MAX_BYTES = 2048;
/** Space that numbers and their links take in a text, bytes, at least. */
const BUTTONS_MIN_BYTES = 600;
/** What a line adds to its label: the number and the line's end; with an address also its tag. */
const [LINE_BYTES, LINK_BYTES] = [6, 20];
/** The sentence on how a place is sent, and the empty lines between the parts. */
const SENTENCES_BYTES = 200;
/** However long the buttons are, a part of the text has this many UTF-16 units. */
const PART_MIN = 100;

/** Splits by bytes: a Chinese character has three, and the last part needs room for its numbers. */
export function fitBytes(message: Outgoing): readonly Outgoing[] {
  const room = TEXT_MAX_BYTES - Math.max(BUTTONS_MIN_BYTES, buttonsBytes(message));
  return fitTo(message, { max: Math.max(PART_MIN, Math.floor(room / 3)) });
}

/** The parts in which a message is sent: one, unless its written form is too long. */
export function partsOf(message: Outgoing, written: (message: Outgoing) => string): Outgoing[] {
  return Buffer.byteLength(written(message)) <= TEXT_MAX_BYTES ? [message] : [...fitBytes(message)];
}

/** The bytes of the numbered lines of a message, without links to tap. */
function buttonsBytes({ choices = [], menu = [], severalNumbers = '' }: Outgoing): number {
  const lines = [...choices.flat(), ...menu.flat()].map((button) => {
    const url = 'url' in button ? Buffer.byteLength(button.url ?? '') + LINK_BYTES : 0;
    return Buffer.byteLength(button.label) + LINE_BYTES + url;
  });
  return lines.reduce((sum, bytes) => sum + bytes, Buffer.byteLength(severalNumbers) + SENTENCES_BYTES);
}
