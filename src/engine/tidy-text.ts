/** Invisible and bidirectional control characters, with which one text can imitate another. */
const HIDDEN = /[\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** Normalises a text for storage: NFC, no hidden or control characters, at most two line ends in a row. */
export function tidyText(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .toWellFormed()
    .normalize('NFC')
    .replace(HIDDEN, '')
    .replace(CONTROL, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** Normalises a text for comparison: half-width (NFKC), no spaces, lower case. */
export function foldText(text: string): string {
  if (text.length > CACHED_LENGTH_MAX) return fold(text);
  const known = FOLDED.get(text);
  if (known !== undefined) return known;
  if (FOLDED.size >= FOLDED_MAX) FOLDED.clear();
  const folded = fold(text);
  FOLDED.set(text, folded);
  return folded;
}

/** Cache: every turn compares the input with all labels, which never change. */
const FOLDED = new Map<string, string>();
const FOLDED_MAX = 4000;
/** Longest text that is cached, in UTF-16 code units. */
const CACHED_LENGTH_MAX = 32;

function fold(text: string): string {
  return tidyText(text).normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}
