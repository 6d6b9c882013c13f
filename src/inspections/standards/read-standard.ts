import { dayOf } from '../../calendar.ts';
import { isSeries, SERIES } from '../../city/series.ts';
import { lostCells } from '../../files/lost-cells.ts';
import { cellText, readWorkbook } from '../../files/read-workbook.ts';
import { readDecimal, readWhole } from '../../files/strict-number.ts';
import type { Say } from '../../i18n.ts';
import type { Evidence, Item, Measure, Standard, Verify } from './standard.ts';
import { COUNTS, EVIDENCE, SHARES, VERIFY } from './standard.ts';
import type { StandardColumn } from './standard-rows.ts';
import { STANDARD_COLUMNS, STAR } from './standard-rows.ts';

/** All points of a standard. */
const POINTS = 100;
/** Numbers have at most two digits in the names of lots. */
const NO_MAX = 99;
/** Characters of the words of an item; they are shown on a phone. */
const WORDS_MAX = 120;
/** Largest number of metres around an entrance, and of rows within a year. */
const [METRES_MAX, TIMES_MAX] = [1000, 1000];

/** A fault of a file: `what` is a key of `import:standard.fault`. Row 0 stands for the whole file. */
export type StandardFault = {
  readonly row: number;
  readonly column?: StandardColumn;
  readonly what: string;
  readonly found: string;
};

/** The standards of a file, or every fault of it. */
export type ReadStandard =
  | { readonly type: 'items'; readonly standards: ReadonlyMap<Standard['series'], readonly Item[]> }
  | { readonly type: 'faulty'; readonly faults: readonly StandardFault[] };

/** Reads standards from an Excel workbook of one sheet. One fault refuses the file. `says` name the columns. */
export async function readStandards(file: Buffer, says: readonly Say[]): Promise<ReadStandard> {
  const sheets = (await readWorkbook(file))?.filter(({ data }) => data.length > 0) ?? [];
  const [sheet] = sheets;
  if (!sheet || sheets.length > 1) return faulty([{ row: 0, what: 'not_a_sheet', found: String(sheets.length) }]);
  const lost = lostCells(file);
  if (lost.length > 0) return faulty([{ row: 0, what: 'lost_cells', found: lost.join(', ') }]);
  const [head = [], ...rows] = sheet.data.map((cells) => cells.map(cellText));
  const places = new Map(
    STANDARD_COLUMNS.map((column) => [column, head.findIndex((name) => isColumn(name, column, says))]),
  );
  const absent = STANDARD_COLUMNS.filter((column) => (places.get(column) ?? -1) < 0);
  if (absent.length > 0) return faulty(absent.map((column) => ({ row: 1, column, what: 'no_column', found: '' })));
  const filled = rows
    .map((cells, i) => ({ row: i + 2, cell: (column: StandardColumn) => cells[places.get(column) ?? -1] ?? '' }))
    .filter(({ cell }) => STANDARD_COLUMNS.some((column) => cell(column) !== ''));
  if (filled.length === 0) return faulty([{ row: 0, what: 'empty', found: '' }]);
  const read = filled.map(readRow);
  const faults = [...read.flatMap((one) => one.faults), ...faultsTogether(filled)];
  if (faults.length > 0) return faulty(faults.toSorted((a, b) => a.row - b.row));
  const bySeries = Map.groupBy(read, ({ series }) => series as Standard['series']); // every row has a known series
  const standards = [...bySeries].map(
    ([series, some]) => [series, some.map(({ item }) => item).toSorted((a, b) => a.no - b.no)] as const,
  );
  return { type: 'items', standards: new Map(standards) };
}

/** The next version of a standard with these items; undefined if they are the ones in use. Levels and vetoes stay. */
export function nextVersion(before: Standard, items: readonly Item[], now: number): Standard | undefined {
  if (JSON.stringify(before.items.map(inOrder)) === JSON.stringify(items.map(inOrder))) return undefined;
  return { ...before, version: before.version + 1, from: dayOf(now), items };
}

function inOrder({ no, words, max, critical, evidence, verify, measure, basis }: Item) {
  const goal = measure && Object.entries(measure).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return [no, words['zh-CN'], words.en, max, critical, evidence, verify, goal, basis];
}

function isColumn(name: string, column: StandardColumn, says: readonly Say[]): boolean {
  return name === column || says.some((say) => say(`import:standard.columns.${column}`) === name);
}

function faulty(faults: readonly StandardFault[]): ReadStandard {
  return { type: 'faulty', faults };
}

type SheetRow = { readonly row: number; readonly cell: (column: StandardColumn) => string };

/** Faults of several rows together: a number twice, and points that do not sum to 100. */
function faultsTogether(rows: readonly SheetRow[]): readonly StandardFault[] {
  return [...Map.groupBy(rows, ({ cell }) => cell('series'))].flatMap(([series, some]) => {
    const twice = [...Map.groupBy(some, ({ cell }) => cell('no'))].flatMap(([no, [, ...again]]) =>
      no === '' ? [] : again.map(({ row }) => ({ row, column: 'no', what: 'no_twice', found: no }) as const),
    );
    const sum = some.reduce((all, { cell }) => all + (readWhole(cell('max')) ?? 0), 0);
    const last = some.at(-1)?.row ?? 0;
    const wrong = { row: last, column: 'max', what: 'sum', found: `${series} ${sum}` } as const;
    return [...twice, ...(sum === POINTS ? [] : [wrong])];
  });
}

function readRow({ row, cell }: SheetRow) {
  const faults: StandardFault[] = [];
  const refuse = (column: StandardColumn, what: string) => faults.push({ row, column, what, found: cell(column) });
  const series = cell('series');
  if (!isSeries(series))
    faults.push({ row, column: 'series', what: 'series', found: `${series} / ${SERIES.join(' ')}` });
  const no = readWhole(cell('no')) ?? 0;
  if (no < 1 || no > NO_MAX) refuse('no', 'no');
  for (const column of ['words', 'words_en'] as const)
    if (cell(column) === '' || [...cell(column)].length > WORDS_MAX) refuse(column, 'words');
  const max = readWhole(cell('max')) ?? 0;
  const isStar = cell('star') === STAR;
  if (cell('star') !== '' && !isStar) refuse('star', 'star');
  if (max < 1 || max > POINTS) refuse('max', isStar ? 'star_points' : 'max');
  const [evidence, verify] = [cell('evidence'), cell('verify')].map((text) => text.split(/[\s,，、]+/).filter(Boolean));
  if (!areOf(EVIDENCE, evidence)) refuse('evidence', 'evidence');
  if (!areOf(VERIFY, verify)) refuse('verify', 'verify');
  const measure = readMeasure({ row, cell }, refuse);
  // An issuer confirms documents; everything else is computed again.
  if (measure?.kind === 'documents' && !verify?.includes('v3')) refuse('verify', 'verify_confirmed');
  if (measure && measure.kind !== 'documents' && !verify?.includes('v2')) refuse('verify', 'verify_computed');
  // Cases and surveys are rows of the system: no contact claims them.
  if (cell('measure') === '' && (evidence?.includes('S') || evidence?.join() === 'C'))
    refuse('measure', 'measure_missing');
  const item: Item = {
    no,
    words: { 'zh-CN': cell('words'), en: cell('words_en') },
    max,
    ...(isStar ? { critical: true as const } : {}),
    evidence: evidence as readonly Evidence[], // checked above: a fault refuses the file
    verify: verify as readonly Verify[], // the same
    ...(measure ? { measure } : {}),
    ...(cell('basis') ? { basis: cell('basis') } : {}),
  };
  return { series, item, faults };
}

function areOf(known: readonly string[], some: readonly string[] = []): boolean {
  return some.length > 0 && new Set(some).size === some.length && some.every((one) => known.includes(one));
}

/** Reads how the system computes an item; undefined for an item that checkers look at, or after a refusal. */
function readMeasure({ cell }: SheetRow, refuse: (column: StandardColumn, what: string) => void): Measure | undefined {
  const text = cell('measure');
  const count = COUNTS.find((one) => one === text);
  const share = SHARES.find((one) => one === text);
  const [, indicator] = /^survey:(\w{1,40})$/.exec(text) ?? [];
  const isGoal = share !== undefined || indicator !== undefined;
  if (text !== '' && !count && !isGoal) {
    refuse('measure', 'measure');
    return undefined;
  }
  const used: readonly StandardColumn[] = count
    ? ['times']
    : share
      ? ['from', 'to', 'metres']
      : isGoal
        ? ['from', 'to']
        : [];
  for (const column of ['from', 'to', 'times', 'metres'] as const)
    if (cell(column) !== '' && !used.includes(column)) refuse(column, 'goal_unused');
  if (count) {
    const times = readWhole(cell('times')) ?? 0;
    if (times < 1 || times > TIMES_MAX) refuse('times', 'times');
    return { kind: count, times };
  }
  if (!isGoal) return undefined;
  const [from = -1, to = -1] = [readDecimal(cell('from')), readDecimal(cell('to'))];
  for (const [column, value] of [
    ['from', from],
    ['to', to],
  ] as const)
    if (value < 0 || value > 1) refuse(column, 'goalpost');
  // Only cases that came back count the other way round: no points may fall because more was done or reported.
  if (from >= 0 && to >= 0 && (share === 'recurred' ? from <= to : from >= to))
    refuse('to', share === 'recurred' ? 'goalposts_down' : 'goalposts_up');
  if (!share) return { kind: 'survey', indicator: indicator ?? '', from, to };
  const metres = cell('metres') === '' ? undefined : (readWhole(cell('metres')) ?? 0);
  if (metres !== undefined && (metres < 1 || metres > METRES_MAX)) refuse('metres', 'metres');
  return { kind: share, from, to, ...(metres === undefined ? {} : { metres }) };
}
