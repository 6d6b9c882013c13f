import type { Outgoing } from '../channel.ts';
import { fitTo } from '../fit.ts';

/** The longest text of a message of WeChat or WeCom, bytes of UTF-8, links included. */
export const TEXT_MAX_BYTES = 2048;
/** Space that numbers and their links take in a text, bytes. */
const BUTTONS_BYTES = 600;

/** Splits by bytes: a Chinese character has three, and the last part needs room for its numbers. */
export function fitBytes(message: Outgoing): readonly Outgoing[] {
  return fitTo(message, { max: Math.floor((TEXT_MAX_BYTES - BUTTONS_BYTES) / 3) });
}
