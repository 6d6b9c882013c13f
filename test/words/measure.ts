import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { personShield } from '../../src/cases/report/person-shield.ts';
import { categoryTree } from '../../src/city/category.ts';
import { DEFAULT_CATEGORIES } from '../../src/city/new-city.ts';
import { readDate } from '../../src/engine/dates/read-date.ts';

/** What was counted on one half of a set. `of`: how many sentences; `missed`: those that count as errors. */
export type Count = {
  readonly counts: Readonly<Record<string, number>>;
  readonly of: number;
  readonly missed: readonly string[];
};
type Half = 'tuning' | 'unseen';

/** A sentence's hash decides its half. Rules are tuned on one half. */
const halfOf = (text: string): Half =>
  (createHash('sha256').update(text).digest()[0] ?? 0) % 2 === 0 ? 'tuning' : 'unseen';

/** Rows of a set; the sentence is in this column. */
function rowsOf(file: string, column: number, half: Half): readonly (readonly string[])[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .filter((row) => halfOf(row[column] ?? '') === half);
}

/** Sentences whose category is among the first three that the talk offers. Columns: code, kind, sentence. */
export function countCategories(half: Half): Count {
  const { find } = categoryTree(DEFAULT_CATEGORIES);
  const rows = rowsOf('categories.tsv', 2, half);
  const found = rows.map(([, , text = '']) =>
    find(text)
      .slice(0, 3)
      .map(({ id }) => id),
  );
  const isRight = (i: number) => found[i]?.includes(rows[i]?.[0] ?? '') ?? false;
  return {
    counts: {
      right: rows.filter((_, i) => isRight(i)).length,
      nothing: found.filter((codes) => codes.length === 0).length,
    },
    of: rows.length,
    missed: rows.flatMap(([code, , text], i) => (isRight(i) ? [] : [`${code}: ${text} → ${found[i]?.join(', ')}`])),
  };
}

/** The moment at which the set's phrases were said: a Friday. */
const SAID_AT = Date.parse('2025-11-28T10:00+08:00');

/** Phrases that are read right, asked back, or read wrong. Columns: phrase, day or `ask`, time or `-`. */
export function countDates(half: Half): Count {
  const rows = rowsOf('dates.tsv', 0, half);
  const read = rows.map(([text = '', day, time]) => {
    const moment = readDate(text, SAID_AT);
    const got = moment && !moment.over && !moment.either ? `${moment.day} ${moment.time ?? '-'}` : 'ask';
    const wanted = day === 'ask' ? 'ask' : `${day} ${time}`;
    return { text, got, wanted, as: got === wanted ? 'right' : got === 'ask' ? 'asked' : 'wrong' };
  });
  const count = (as: string) => read.filter((one) => one.as === as).length;
  return {
    counts: { right: count('right'), asked: count('asked'), wrong: count('wrong') },
    of: rows.length,
    missed: read.filter(({ as }) => as === 'wrong').map(({ text, got, wanted }) => `${text}: ${got}, not ${wanted}`),
  };
}

/** Sentences that point at a person and are held back, and false alarms. Columns: `person` or `clean`, kind, sentence. */
export function countShield(half: Half): Count {
  const rows = rowsOf('shield.tsv', 2, half);
  const screened = rows.map(([label, kind, text = '']) => ({ label, kind, text, found: personShield(text) }));
  const [persons, clean] = ['person', 'clean'].map((label) => screened.filter((one) => one.label === label));
  const caught = persons?.flatMap(({ found }) => found ?? []) ?? [];
  return {
    counts: {
      caught: caught.length,
      persons: persons?.length ?? 0,
      alarms: clean?.filter(({ found }) => found).length ?? 0,
      clean: clean?.length ?? 0,
      traces: caught.filter(({ without }) => personShield(without)).length,
    },
    of: rows.length,
    missed: screened
      .filter(({ label, found }) => (found !== undefined) !== (label === 'person'))
      .map(({ label, kind, text }) => `${label} ${kind}: ${text}`),
  };
}

const SETS = { categories: countCategories, dates: countDates, shield: countShield } as const;

if (process.argv[1] === import.meta.filename) {
  const [, , only, ...rest] = process.argv;
  for (const [name, count] of Object.entries(SETS)) {
    if (only !== undefined && only !== name) continue;
    for (const half of ['tuning', 'unseen'] as const) {
      const { counts, of, missed } = count(half);
      console.log(
        `${name}, ${half} half, ${of}: ${Object.entries(counts)
          .map(([what, n]) => `${what} ${n}`)
          .join(', ')}`,
      );
      if (half === 'tuning' || rest.includes('--all')) for (const line of missed) console.log(`  ${line}`);
    }
  }
}
