import { afterAll, beforeAll, expect, test } from 'vitest';
import { SERIES } from '../../src/city/series.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import { openWording } from '../../src/i18n.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import { nextVersion, readStandards } from '../../src/inspections/standards/read-standard.ts';
import type { StandardColumn } from '../../src/inspections/standards/standard-rows.ts';
import { STANDARD_COLUMNS, standardRows } from '../../src/inspections/standards/standard-rows.ts';
import { addVersion, loadStandard, loadVersion } from '../../src/inspections/standards/standard-store.ts';
import { makeVisits } from '../../src/inspections/visits/make-visits.ts';
import { importStandards } from '../../src/operator/standards-command.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const wording = openWording();
const says = wording.languages.map((language) => wording.in(language));
const say = wording.in('zh-CN');
const NOW = 1_790_000_000_000;

type Rows = (string | number)[][];
const rowsOf = (series: (typeof SERIES)[number], language = 'zh-CN'): Rows =>
  standardRows(defaultStandard(series), wording.in(language)).map((row) => [...row]);
const file = (rows: Rows) => writeXlsx([{ name: 'standard', rows }]);
const at = (column: StandardColumn) => STANDARD_COLUMNS.indexOf(column);

/** The campus with some cells changed: row as the spreadsheet counts, column, value. */
function changed(...cells: readonly (readonly [number, StandardColumn, string | number])[]): Promise<Buffer> {
  const rows = rowsOf('campus');
  for (const [row, column, value] of cells) (rows[row - 1] ?? [])[at(column)] = value;
  return file(rows);
}

test('each built-in standard comes back from its file as it was', async () => {
  for (const series of SERIES) {
    const read = await readStandards(await file(rowsOf(series, series === 'campus' ? 'en' : 'zh-CN')), says);
    const items = read.type === 'items' ? read.standards.get(series) : read.faults;
    expect(items).toEqual(defaultStandard(series).items);
    expect(nextVersion(defaultStandard(series), items as never, NOW)).toBeUndefined();
  }
});

// Row 6 is the first ★ of the campus, with 5 points; row 4 has a measure; row 26 is on cases.
test.each([
  ['points that do not sum to 100', [[6, 'max', 6]], [29, 'max', 'sum']],
  ['a ★ without points', [[6, 'max', 0]], [6, 'max', 'star_points']],
  ['an item without points', [[2, 'max', '']], [2, 'max', 'max']],
  ['unknown evidence', [[6, 'evidence', 'D Q']], [6, 'evidence', 'evidence']],
  ['a number twice', [[3, 'no', 1]], [3, 'no', 'no_twice']],
  ['a number of three digits', [[3, 'no', 100]], [3, 'no', 'no']],
  ['an unknown way to verify', [[6, 'verify', 'v9']], [6, 'verify', 'verify']],
  ['a mark that is no ★', [[6, 'star', 'x']], [6, 'star', 'star']],
  ['an unknown series', [[6, 'series', 'moon']], [6, 'series', 'series']],
  ['no words', [[6, 'words', '']], [6, 'words', 'words']],
  ['an unknown measure', [[6, 'measure', 'reports']], [6, 'measure', 'measure']],
  ['a claimed item on surveys', [[6, 'evidence', 'S']], [6, 'measure', 'measure_missing']],
  [
    'a computed item that checkers see',
    [
      [6, 'measure', 'drills'],
      [6, 'times', 1],
    ],
    [6, 'verify', 'verify_computed'],
  ],
  ['goalposts of an item without a measure', [[6, 'from', 0.5]], [6, 'from', 'goal_unused']],
  [
    'points that fall because more was done',
    [
      [6, 'measure', 'cured_in_time'],
      [6, 'verify', 'v2'],
      [6, 'from', 0.9],
      [6, 'to', 0.5],
    ],
    [6, 'to', 'goalposts_up'],
  ],
  [
    'a goalpost beyond 1',
    [
      [6, 'measure', 'survey:safe'],
      [6, 'verify', 'v2'],
      [6, 'from', 0.9],
      [6, 'to', 90],
    ],
    [6, 'to', 'goalpost'],
  ],
] as const)('a file with %s is refused with row, column and cure', async (_name, cells, [row, column, what]) => {
  const read = await readStandards(await changed(...cells), says);
  const faults = read.type === 'faulty' ? read.faults : [];
  expect(faults).toContainEqual({ row, column, what, found: expect.any(String) });
});

test('a file of another kind, without items or without a column is refused', async () => {
  const faultsOf = async (bytes: Buffer) => {
    const read = await readStandards(bytes, says);
    return read.type === 'faulty' ? read.faults.map(({ what, column }) => [what, column]) : [];
  };
  expect(await faultsOf(Buffer.from('no'))).toEqual([['not_a_sheet', undefined]]);
  expect(await faultsOf(await file(rowsOf('campus').slice(0, 1)))).toEqual([['empty', undefined]]);
  const narrow = rowsOf('campus').map((row) => row.filter((_, i) => i !== at('star')));
  expect(await faultsOf(await file(narrow))).toEqual([['no_column', 'star']]);
});

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
}, 60_000);
afterAll(() => app.close());

test('an import adds the next version, changes nothing with a fault, and visits keep the version of their round', async () => {
  const { store } = app.running;
  const how = { say, says, dryRun: false, now: NOW };
  const bad = await importStandards(store, await changed([6, 'max', 6]), how);
  expect(bad.ok).toBe(false);
  expect(bad.lines.join('\n')).toMatch(/第 29 行，分值：分值合计是 campus 101，不是 100。请改/);
  const good = await changed([6, 'words', '保安员数达标'], [6, 'max', 6], [2, 'max', 1]);
  expect((await importStandards(store, good, { ...how, dryRun: true })).ok).toBe(true);
  expect((await loadStandard(store, 'campus')).version).toBe(2);
  const dry = (await importStandards(store, good, { ...how, dryRun: true })).lines;
  expect(dry).toContain('～ 第 5 条 分值：5 → 6');
  expect(dry.join('\n')).toMatch(/～ 第 5 条 条目：.* → 保安员数达标/);

  expect((await importStandards(store, good, how)).ok).toBe(true);
  const next = await loadStandard(store, 'campus');
  expect(next).toMatchObject({ version: 3, levels: defaultStandard('campus').levels });
  expect(next.items[4]).toMatchObject({ no: 5, max: 6, critical: true, words: { 'zh-CN': '保安员数达标' } });
  expect(await loadVersion(store, 'campus', 2)).toEqual(defaultStandard('campus'));
  expect((await importStandards(store, good, how)).lines.join()).toMatch(/没有什么要改/);
  expect((await loadStandard(store, 'campus')).version).toBe(3);

  const visit = { premises: 'p', series: 'campus', named: true, checkers: [], items: [1] };
  const days = { id: 'round_aaaaaaaa', from: '2026-11-02', until: '2026-11-09' };
  const made = { city: app.running.services.city, checkers: [], now: NOW };
  const versionIn = async (standards?: Record<string, number>) => {
    const { writes } = await makeVisits(store, { ...days, ...(standards ? { standards } : {}) }, [visit], made);
    return /"standard":(\d)/.exec(JSON.stringify(writes).replaceAll('\\', ''))?.[1];
  };
  expect(await versionIn({ campus: 1 })).toBe('1');
  expect(await versionIn()).toBe('3');

  // A city that had its own second version keeps it: its rounds name it by that number.
  const own = { ...defaultStandard('bank'), from: '2026-06-01' };
  await bulkWrite(store, addVersion(store, own).writes);
  expect(await loadVersion(store, 'bank', 2)).toEqual(own);
  expect(await loadStandard(store, 'bank')).toEqual(own);
});
