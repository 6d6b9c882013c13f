import { readCaseNumber } from '../../cases/case-number.ts';
import { readOrdinal } from '../../engine/read-number.ts';
import { tidyText } from '../../engine/tidy-text.ts';
import words from './mark-words.json' with { type: 'json' };

/** Marks (核验) of an item: met in full, in part, not at all, or not applicable. */
export const MARKS = ['full', 'half', 'none', 'na'] as const;
export type Mark = (typeof MARKS)[number];

/** A mark with the checker's words. */
export type Marked = { readonly mark: Mark; readonly words?: string };

/** A line of marks as read. Nothing in it is guessed; what cannot be read is handed back. */
export type MarksRead = {
  /** By the number in the list. A number that occurs twice has its last mark. */
  readonly marks: ReadonlyMap<number, Marked>;
  /** 全对, 其余对: each number without a mark is full. No mark is replaced. */
  readonly rest: boolean;
  readonly twice: readonly number[];
  /** Ranges that run backwards, as typed: 3-1. */
  readonly reversed: readonly string[];
  /** Numbers that the list does not have. */
  readonly unknown: readonly number[];
  /** Text that belongs to no number. */
  readonly unread: string;
};

// A Latin word ends where its letters end: “no” does not begin “not”, and 3x4 is a size.
const pattern = (word: string) =>
  `${word.replace(/[/.)]/, '\\$&')}${/^[a-z]$/.test(word) ? '(?![a-z\\d])' : /[a-z]$/.test(word) ? '(?![a-z])' : ''}`;
const anyOf = (all: readonly string[]) => all.map(pattern).join('|');
const DASH = `\\s*(?:${anyOf(words.dashes)})\\s*`;
const COMMA = `\\s*(?:${anyOf(words.commas)})\\s*`;
const BARE = `${words.digits}?${words.ten}${words.digits}?|${words.digits}`;
const NUMBER = `(?:${words.before_number}\\s*)?(?:\\d{1,3}|${BARE})(?:\\s*(?:${anyOf(words.counters)}))?`;
const PART = `${NUMBER}(?:${DASH}${NUMBER})?`;
// The longest words first: 不行 before 行.
const BY_WORD = new Map(MARKS.flatMap((mark) => words[mark].map((word) => [word, mark] as const)));
const longestFirst = (all: readonly string[]) => anyOf(all.toSorted((a, b) => b.length - a.length));
const MARK = longestFirst([...BY_WORD.keys()]);
const ALL = `\\s*(?:${longestFirst(words.all)})?\\s*`;
/** Numbers and a mark, or 其余 and 对: at the start, after a separator, or right behind the last mark. 6.5 is no number. */
const ENTRY = new RegExp(
  `(?<=^|[\\s,，、;；。.!！]|${MARK})(?<!\\d\\.)(?:` +
    `(${PART}(?:${COMMA}${PART})*)\\s*(?:${anyOf(words.after_number)})?${ALL}(${MARK})` +
    `|(${anyOf(words.rest)})${ALL}(?:${longestFirst(words.full)}))`,
  'giu',
);

/** Reads “1-5对 6错灯坏了 7,8半 9无” for a list of `count` items. Full-width digits, letters and signs count too. */
export function readMarks(typed: string, count: number): MarksRead {
  // Emoji carry a joiner, a variation selector or a keycap behind the sign.
  const bare = tidyText(typed).replace(/[\u200D\uFE0F\u20E3]/g, '');
  const text = bare.replace(/[０-９Ａ-Ｚａ-ｚ]/g, (wide) => wide.normalize('NFKC'));
  const marks = new Map<number, Marked>();
  const twice = new Set<number>();
  const reversed: string[] = [];
  const unknown = new Set<number>();
  const unread: string[] = [];
  const entries = [...text.matchAll(ENTRY)].filter((entry) => isEntry(entry, text));
  const before = tidy(entries.length === 0 ? text : text.slice(0, entries[0]?.index));
  if (before !== '') unread.push(before);
  for (const [i, entry] of entries.entries()) {
    const [whole, numbers, word = ''] = entry;
    const said = tidy(text.slice(entry.index + whole.length, entries[i + 1]?.index));
    if (numbers === undefined) {
      if (said !== '') unread.push(said);
      continue;
    }
    const marked: Marked = { mark: BY_WORD.get(word.toLowerCase()) ?? 'na', ...(said ? { words: said } : {}) };
    for (const part of numbers.split(new RegExp(COMMA))) {
      const [from = 0, to = from] = part.split(new RegExp(DASH)).map((number) => readOrdinal(number) ?? 0);
      if (to < from) reversed.push(`${from}-${to}`);
      for (let no = from; no <= to; no += 1) {
        if (no < 1 || no > count) unknown.add(no);
        else {
          if (marks.has(no)) twice.add(no);
          marks.set(no, marked);
        }
      }
    }
  }
  const rest = entries.some(([, numbers]) => numbers === undefined);
  return { marks, rest, twice: [...twice], reversed, unknown: [...unknown], unread: unread.join('；') };
}

/**
 * False for words that only look like an entry: a Chinese number that counts things (一半没亮, 一对夫妻), and 全对 behind
 * another mark, which is said of that number.
 */
function isEntry({ index, 0: whole, 1: numbers, 2: word = '', 3: rest }: RegExpExecArray, text: string): boolean {
  if (rest !== undefined) return index === 0 || !words.rest_at_start.includes(rest);
  if (!words.measures.includes(word) || !IS_BARE.test(numbers ?? '')) return true;
  const isApart = [index - 1, index + whole.length].every((at) => IS_APART.test(text.charAt(at)));
  return isApart && !words.never.includes(whole);
}

const IS_BARE = new RegExp(`^(?:${BARE})$`);
const IS_APART = /^$|[\s,，、;；。.!！]/;

/** True for a text that is nothing but marks. 都对 alone may answer anything, and 090X-H4MS is the number of a case. */
export function isMarks(typed: string): boolean {
  if (readCaseNumber(typed) !== undefined) return false;
  const { marks, rest, unknown, reversed, unread } = readMarks(typed, 99);
  const isSummary = rest && !typed.trim().startsWith(words.answers_anything);
  return unread === '' && unknown.length === 0 && (marks.size > 0 || reversed.length > 0 || isSummary);
}

function tidy(said: string): string {
  return said.replace(/^[\s,，、;；:：。]+|[\s,，、;；。]+$/gu, '').replace(/\s+/g, ' ');
}
