/** Invisible and bidirectional control characters, with which one text can imitate another. */
const HIDDEN = /[\u00AD\u061C\u180E\u200B\u200C\u200E\u200F\u202A-\u202E\u2060-\u2064\u2066-\u206F\uFEFF]/g;
const CONTROL = /(?![\n\t])\p{Cc}/gu;

/** One line of Han, ASCII and usual Chinese marks, without blanks at its ends, is in NFC and holds nothing hidden. */
const TIDY = /^(?! )[\u0020-\u007E\u3001\u3002\u4E00-\u9FFF\uFF01-\uFF5E]*(?<! )$/;

/** Normalises a text for storage: NFC, no hidden or control characters, at most two line ends in a row. */
export function tidyText(text: string): string {
  if (TIDY.test(text)) return text;
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
export const foldText: (text: string) => string = rememberTexts((text) =>
  tidyText(text).normalize('NFKC').replace(/\s+/g, '').toLowerCase(),
);

/** Remembers the results for short texts, and for the last longer one: a turn compares its text with all labels. */
export function rememberTexts(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  let last = { text: '', result: compute('') };
  return (text) => {
    if (text.length > SHORT_MAX) {
      if (last.text !== text) last = { text, result: compute(text) };
      return last.result;
    }
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size >= REMEMBERED_MAX) known.clear();
    const result = compute(text);
    known.set(text, result);
    return result;
  };
}

const REMEMBERED_MAX = 4000;
/** Longest text that is remembered beyond a turn, in UTF-16 code units. */
const SHORT_MAX = 32;
