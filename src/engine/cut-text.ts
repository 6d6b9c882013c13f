let segmenter: Intl.Segmenter | undefined;

/** The graphemes of a text. A segmenter takes 20 ms to build, so it is built at the first need. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter('zh', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Cuts a text to `max` graphemes and puts `mark` where it cut. A grapheme, such as 👨‍👩‍👧, is never divided. */
export function cutText(text: string, max: number, mark = ''): string {
  if (text.length <= max) return text;
  let count = 0;
  for (const { index } of graphemesOf(text)) {
    if (count === max) return `${text.slice(0, index)}${mark}`;
    count += 1;
  }
  return text;
}

/** Returns where a text of at most `max` UTF-16 units ends without a divided grapheme. */
export function lastCutBefore(text: string, max: number): number {
  if (text.length <= max) return text.length;
  const from = Math.max(0, max - LONGEST_GRAPHEME);
  // `from` may lie within a grapheme, so only boundaries after the first one are trusted.
  const starts = Array.from(graphemesOf(text.slice(from, max + LONGEST_GRAPHEME)), ({ index }) => from + index);
  const cut = starts.findLast((start, i) => (i > 1 || from === 0) && start > 0 && start <= max);
  return cut ?? (isHighSurrogate(text.charCodeAt(max - 1)) ? max - 1 : max);
}

/** No emoji sequence is longer, UTF-16 units. Longer heaps of combining marks may be divided. */
const LONGEST_GRAPHEME = 64;

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
