/** Telegram's limit on a text, in characters. */
export const TEXT_MAX = 4096;
/** Telegram's limit on a caption, in characters. */
export const CAPTION_MAX = 1024;

/** Counts characters as Telegram does: most emoji are one character but two UTF-16 units. */
export function characters(text: string): number {
  return [...text].length;
}
