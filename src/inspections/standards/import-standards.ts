import { createHash } from 'node:crypto';
import type { FixedKey, Say } from '../../i18n.ts';
import { commitOrThrow } from '../../store/commit-as-system.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { nextVersion, readStandards } from './read-standard.ts';
import type { Standard } from './standard.ts';
import type { StandardColumn } from './standard-rows.ts';
import { STANDARD_COLUMNS, standardRows } from './standard-rows.ts';
import { addVersion, loadStandard } from './standard-store.ts';

/** What a file of standards would change. `seal` names exactly these versions; a faulty file has none. */
export type StandardPlan = {
  readonly ok: boolean;
  readonly lines: readonly string[];
  /** Items that are new, changed or gone, one a line. */
  readonly differences: readonly string[];
  readonly next: readonly Standard[];
  readonly seal: string;
};

/** Reads a file of standards and words what it would change. One fault refuses the file. */
export async function planStandards(
  store: Store,
  file: Buffer,
  { say, says, now }: { readonly say: Say; readonly says: readonly Say[]; readonly now: number },
): Promise<StandardPlan> {
  const read = await readStandards(file, says);
  if (read.type === 'faulty') {
    const faults = read.faults.map(({ row, column, what, found }) => {
      const problem = say(`import:standard.fault.${what}` as FixedKey, { found });
      if (row === 0) return problem;
      return say('import:line', { row, column: column ? say(`import:standard.columns.${column}`) : '', problem });
    });
    const lines = [...faults.map((line) => `✗ ${line}`), say('import:standard.refused', { count: faults.length })];
    return { ok: false, lines, differences: [], next: [], seal: '' };
  }
  const planned = await Promise.all(
    [...read.standards].map(async ([series, items]) => {
      const before = await loadStandard(store, series);
      return { series, before, next: nextVersion(before, items, now) };
    }),
  );
  const next = planned.flatMap((one) => one.next ?? []);
  const lines = planned.map(({ series, next: version }) =>
    version
      ? say('import:standard.next', { series, version: version.version, items: version.items.length })
      : say('import:standard.same', { series }),
  );
  const differences = planned.flatMap(({ before, next: after }) => (after ? differencesOf(before, after, say) : []));
  const seal = createHash('sha256').update(JSON.stringify(next)).digest('base64url');
  return { ok: true, lines, differences, next, seal };
}

/** Adds the planned versions in one commit. A version that exists is never replaced. */
export async function addStandards(store: Store, { next }: StandardPlan, now: number): Promise<void> {
  if (next.length === 0) return;
  const op = `standards:${next.map(({ series, version }) => `${series}.${version}`).join()}`;
  const change = joinChanges(next.map((one) => addVersion(store, one)));
  await commitOrThrow(store, { op, what: 'standard_added', ...change }, now);
}

function differencesOf(before: Standard, after: Standard, say: Say): readonly string[] {
  const [old, now] = [before, after].map((one) => cellsByItem(one, say));
  const numbers = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])].toSorted((a, b) => a - b);
  return numbers.flatMap((no): readonly string[] => {
    const [was, is] = [old?.get(no), now?.get(no)];
    if (!was) return [say('import:standard.difference.added', { no, words: is?.words ?? '', max: is?.max ?? '' })];
    if (!is) return [say('import:standard.difference.removed', { no, words: was.words, max: was.max })];
    return STANDARD_COLUMNS.filter((column) => was[column] !== is[column]).map((column) =>
      say('import:standard.difference.changed', {
        no,
        column: say(`import:standard.columns.${column}`),
        from: was[column] || '–',
        to: is[column] || '–',
      }),
    );
  });
}

/** The cells of each item, by its number. */
function cellsByItem(standard: Standard, say: Say) {
  const [, ...rows] = standardRows(standard, say);
  return new Map(
    rows.map((row) => {
      const cells = STANDARD_COLUMNS.map((column, i) => [column, String(row[i] ?? '')] as const);
      const item = Object.fromEntries(cells) as Readonly<Record<StandardColumn, string>>; // one cell a column
      return [Number(item.no), item] as const;
    }),
  );
}
