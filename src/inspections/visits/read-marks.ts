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
  readonly twice: readonly number[];
  /** Ranges that run backwards, as typed: 3-1. */
  readonly reversed: readonly string[];
  /** Numbers that the list does not have. */
  readonly unknown: readonly number[];
  /** Text before the first mark. */
  readonly unread: string;
};

// A Latin word ends where its letters end: “no” does not begin “not”.
const pattern = (word: string) => `${word.replace('/', '\\/')}${/[a-z]$/.test(word) ? '(?![a-z])' : ''}`;
const anyOf = (all: readonly string[]) => all.map(pattern).join('|');
const DASH = `\\s*(?:${anyOf(words.dashes)})\\s*`;
const COMMA = `\\s*(?:${anyOf(words.commas)})\\s*`;
const PART = `\\d{1,3}(?:${DASH}\\d{1,3})?`;
// The longest words first: 不行 before 行.
const BY_WORD = new Map(MARKS.flatMap((mark) => words[mark].map((word) => [word, mark] as const)));
const MARK = anyOf([...BY_WORD.keys()].sort((a, b) => b.length - a.length));
/** Numbers and a mark, at the start, after a separator, or right behind the last mark. */
const ENTRY = new RegExp(
  `(?<=^|[\\s,，、;；。.!！]|${MARK})(${PART}(?:${COMMA}${PART})*)\\s*(?:${anyOf(words.after_number)})?\\s*(${MARK})`,
  'giu',
);

/** Reads “1-5对 6错灯坏了 7,8半 9无” for a list of `count` items. Full-width digits and signs count too. */
export function readMarks(typed: string, count: number): MarksRead {
  const text = typed.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0));
  const marks = new Map<number, Marked>();
  const twice = new Set<number>();
  const reversed: string[] = [];
  const unknown = new Set<number>();
  const entries = [...text.matchAll(ENTRY)];
  for (const [i, entry] of entries.entries()) {
    const [whole, numbers = '', word = ''] = entry;
    const said = tidy(text.slice(entry.index + whole.length, entries[i + 1]?.index));
    const marked: Marked = { mark: BY_WORD.get(word.toLowerCase()) ?? 'na', ...(said ? { words: said } : {}) };
    for (const part of numbers.split(new RegExp(COMMA))) {
      const [from = 0, to = from] = part.split(new RegExp(DASH)).map(Number);
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
  const unread = tidy(entries.length === 0 ? text : text.slice(0, entries[0]?.index));
  return { marks, twice: [...twice], reversed, unknown: [...unknown], unread };
}

/** True for a text that is nothing but marks. */
export function isMarks(typed: string): boolean {
  const { marks, unknown, reversed, unread } = readMarks(typed, 99);
  return unread === '' && unknown.length === 0 && (marks.size > 0 || reversed.length > 0);
}

function tidy(words: string): string {
  return words.replace(/^[\s,，、;；:：。]+|[\s,，、;；。]+$/gu, '').replace(/\s+/g, ' ');
}
