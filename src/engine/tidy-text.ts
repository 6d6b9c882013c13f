/** Invisible and direction-changing characters with which a text can be made to look like another. */
const HIDDEN = /[\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** A person's words as they are kept: composed (NFC), without hidden or control characters, at most two line ends in a row. */
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

/** The same for matching: full-width digits and letters become half-width, spaces go, case is folded. */
export function foldText(text: string): string {
  if (text.length > SHORT) return fold(text);
  const known = FOLDED.get(text);
  if (known !== undefined) return known;
  if (FOLDED.size >= FOLDED_MAX) FOLDED.clear();
  const folded = fold(text);
  FOLDED.set(text, folded);
  return folded;
}

/** A turn compares one word with all our labels and words, which are the same every time. */
const FOLDED = new Map<string, string>();
const FOLDED_MAX = 4000;
const SHORT = 32;

function fold(text: string): string {
  return tidyText(text).normalize('NFKC').replace(/\s+/g, '').toLowerCase();
}
