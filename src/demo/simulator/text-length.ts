/** Telegram counts characters, not the UTF-16 units in which JavaScript measures: most emoji are one, not two. */
export const TEXT_MAX = 4096;
export const CAPTION_MAX = 1024;

export function characters(text: string): number {
  return [...text].length;
}
