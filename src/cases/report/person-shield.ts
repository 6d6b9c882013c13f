import type { Screen, Screened } from '../../engine/screen.ts';
import { findDescriptions } from './person-descriptions.ts';
import { findNames } from './person-names.ts';
import { findNicknames } from './person-nicknames.ts';
import { findAccounts, findNumbers, findPlates } from './person-numbers.ts';
import type { Span } from './person-span.ts';
import { withoutSpans } from './without-spans.ts';

const FINDERS: readonly ((text: string) => readonly Span[])[] = [
  findNumbers,
  findPlates,
  findAccounts,
  findNames,
  findNicknames,
  findDescriptions,
];

/**
 * Detects text that identifies a person; reports are about things and places. Finds resident ids (GB 11643), bank cards,
 * phones, plates, accounts, and names unless they are praised. The result also has the text with these parts replaced.
 */
export const personShield: Screen = (text) => {
  const cached = cache.get(text);
  if (cached !== undefined || cache.has(text)) return cached;
  if (cache.size >= CACHE_MAX) cache.clear();
  const screened = screen(text);
  cache.set(text, screened);
  return screened;
};

/** Results by text: each step of a flow screens the same answers again. As many as there are cached persons. */
const cache = new Map<string, Screened | undefined>();
const CACHE_MAX = 10_000;

function screen(text: string): Screened | undefined {
  const spans = findSpans(text);
  const [first] = spans;
  if (!first) return undefined;
  return {
    found: text.slice(first.from, first.to).trim(),
    what: first.what,
    kinds: [...new Set(spans.map(({ what }) => what))],
    without: without(text, spans),
  };
}

/** Removes spans until none is left: a part that a span hid may point at a person by itself. */
function without(text: string, spans: readonly Span[]): string {
  let rest = text;
  for (let left = spans, tries = 0; left.length > 0 && tries < PASSES_MAX; left = findSpans(rest), tries++)
    rest = withoutSpans(rest, left);
  return rest;
}
const PASSES_MAX = 4;

/** Finds all spans in a text, in order; spans that overlap become one. */
function findSpans(text: string): readonly Span[] {
  const letters = normalise(text);
  const folded = letters.map(({ letter }) => letter).join('');
  const found = FINDERS.flatMap((find) => find(folded))
    .map(({ what, from, to }) => ({
      what,
      from: letters[from]?.from ?? 0,
      to: seenEnd(text, letters[to - 1]?.to ?? 0),
    }))
    .sort((a, b) => a.from - b.from || b.to - a.to);
  const merged: Span[] = [];
  for (const span of found) {
    const last = merged.at(-1);
    if (!last || last.to <= span.from) merged.push(span);
    else if (last.to < span.to) merged[merged.length - 1] = { ...last, to: span.to };
  }
  return merged;
}

/** The end of a span with the unseen characters behind it: the keycap of its last digit. */
function seenEnd(text: string, end: number): number {
  return end + (UNSEEN_RUN.exec(text.slice(end))?.[0].length ?? 0);
}

/** One UTF-16 unit of the normalised text, and the range of the original text that it stands for. */
type Letter = { readonly letter: string; readonly from: number; readonly to: number };

/** Characters that a reader does not see (Unicode: default ignorable), and marks on the letter before. */
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{M}\u2800]/u;
const UNSEEN_RUN = /^[\p{Default_Ignorable_Code_Point}\p{M}\u2800]+/u;
/** Characters that are seen and have no other form; nearly all of a Chinese text. */
const COMMON_HAN = /^[\u4e00-\u9fff]$/;
/** Blanks inside a name (孟 庆 祥). */
const NAME_BLANK =
  /(?<=(?:^|[^\p{Script=Han}])\p{Script=Han}) (?=\p{Script=Han}(?: |$))|(?<= \p{Script=Han}) (?=\p{Script=Han})/gu;

/** Marks between single letters: 马.建.军, l.i.u */
const LETTER_MARK = /(?<=(?:^|[^\p{L}])\p{L})[.·*_](?=\p{L}(?:[.·*_]|[^\p{L}]|$))|(?<=[.·*_]\p{L})[.·*_](?=\p{L})/gu;
/** What both patterns remove; most texts have none. */
const SPLITS_NAME = /[ .·*_]/;

/** Normalises a text: half width, upper case, without unseen characters and without blanks inside a name. */
function normalise(text: string): readonly Letter[] {
  const letters: Letter[] = [];
  let from = 0;
  for (const point of text) {
    const to = from + point.length;
    if (COMMON_HAN.test(point)) letters.push({ letter: point, from, to });
    else if (!UNSEEN.test(point)) {
      const folded = toHalfWidth(point);
      for (const letter of folded.split('')) letters.push({ letter, from, to });
    }
    from = to;
  }
  const said = letters.map(({ letter }) => letter).join('');
  if (!SPLITS_NAME.test(said)) return letters;
  const blanks = new Set([...said.matchAll(NAME_BLANK), ...said.matchAll(LETTER_MARK)].map(({ index }) => index));
  return blanks.size === 0 ? letters : letters.filter((_, i) => !blanks.has(i));
}

/** Converts a full-width, styled or circled character to its plain form if that is a single one. */
function toHalfWidth(point: string): string {
  // Tone marks of pinyin: wáng is WANG.
  const plain = /^\p{Script=Latin}/u.test(point)
    ? point.normalize('NFKD').replace(/\p{M}/gu, '')
    : point.normalize('NFKC');
  const folded = plain.toUpperCase();
  // ⑬ is two digits; ⒈ and ㈠ have a full stop or brackets around them.
  const digits = /^[(.]?(?<digits>\d+|[一二三四五六七八九])[).]?$/u.exec(folded)?.groups?.digits;
  return folded.length === 1 ? folded : (digits ?? point);
}
