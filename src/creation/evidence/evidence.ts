import type { COUNTS, Item, ShareMeasure } from '../../inspections/standards/standard.ts';
import { ANSWERS_LEAST, isClean, partCounted, partEarned, shrunkenShare } from '../points/machine-points.ts';
import type { FrozenEvidence } from '../rounds/round.ts';

/** All that the system knows of premises, by measure. */
export type Sources = {
  /** Rows of a share on the premises, and the city's share. */
  readonly share: (measure: ShareMeasure) => {
    readonly rows: readonly string[];
    readonly y: number;
    readonly n: number;
    readonly city: number;
  };
  readonly count: (kind: Exclude<(typeof COUNTS)[number], 'documents'>) => readonly string[];
  /** The minutes of a drill; undefined where none were noted. */
  readonly minutes: (task: string) => number | undefined;
  /** Ids of the documents that count for an item. */
  readonly documents: (item: Pick<Item, 'words'>) => readonly string[];
  /** The share of a survey and its effective answers; undefined where none is disclosed. */
  readonly survey: (
    indicator: string,
  ) => { readonly wave: string; readonly share: number; readonly nEff: number } | undefined;
  /** Numbers of high-risk cases that are overdue now. */
  readonly overdue: readonly string[];
};

/** Computes one item from the rows of the system. Announcements of staff count beside tasks where the item names both. */
export function evidenceOf(item: Item, sources: Sources): FrozenEvidence | undefined {
  const { max, critical, evidence, measure } = item;
  const announced = evidence.includes('B') ? sources.count('announcements') : [];
  if (!measure) {
    // Checkers look at the item, and find announcements and documents beside it.
    const rows = [...announced, ...(evidence.includes('D') ? sources.documents(item) : [])];
    return rows.length > 0 ? { result: { type: 'na' }, y: rows.length, n: 0, rows } : undefined;
  }
  if ('times' in measure) {
    const rows = countedRows(item, measure.kind, announced, sources);
    const part = partCounted(rows.length, measure.times);
    const result = { type: 'points', points: max * part, clean: false } as const;
    const minutes = /drills$/.test(measure.kind) ? { minutes: rows.map((row) => sources.minutes(row) ?? null) } : {};
    return { result, y: rows.length, n: measure.times, rows, ...minutes, ...(critical ? { starMet: part === 1 } : {}) };
  }
  if (measure.kind === 'survey') {
    const found = sources.survey(measure.indicator);
    if (!found || found.nEff < ANSWERS_LEAST)
      return { result: { type: 'unknown' }, y: 0, n: found?.nEff ?? 0, rows: found ? [found.wave] : [] };
    const part = partEarned(found.share, measure);
    const result = { type: 'points', points: max * part, clean: false } as const;
    return { result, y: found.share * found.nEff, n: found.nEff, rows: [found.wave] };
  }
  const { rows, y, n, city } = sources.share(measure);
  const star = critical ? { starMet: sources.overdue.length === 0 } : {};
  if (n === 0) return { result: { type: 'na' }, y, n, city, rows, ...star };
  const part = partEarned(shrunkenShare({ y, n }, city), measure);
  const result = { type: 'points', points: max * part, clean: isClean({ y, n }, measure) } as const;
  return { result, y, n, city, rows, ...star };
}

/** The rows of a count. Announcements count beside tasks; beside documents one of them stands for one of several. */
function countedRows(
  item: Item,
  kind: (typeof COUNTS)[number],
  announced: readonly string[],
  sources: Sources,
): readonly string[] {
  if (kind === 'documents') return [...sources.documents(item), ...announced.slice(0, 1)];
  return [...sources.count(kind), ...(kind === 'tasks_done' ? announced : [])];
}

/** The number of documents among the rows of an item. */
export function documentsIn(rows: readonly string[]): number {
  return rows.filter((row) => row.startsWith('document_')).length;
}
