import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { FileInventory } from '../../src/files/file-inventory.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import { fromSurveyJs } from '../../src/surveys/questionnaire/read-survey-js.ts';
import { fromXlsForm } from '../../src/surveys/questionnaire/read-xls-form.ts';
import { columnOf, SURVEY_COLUMNS } from '../../src/surveys/questionnaire/xls-form-columns.ts';
import * as surveyJs from './survey-js-constructs.ts';
import * as xls from './xls-form-constructs.ts';

const PAGE = new URL('../../docs/integrations.md', import.meta.url);
const ENDS = ['carried', 'refused', 'ignored'] as const;
type End = (typeof ENDS)[number];
type Rows = readonly (readonly string[])[];

/** Where constructs of one part end, in the order of the samples. */
type Part = readonly [name: string, ends: readonly (readonly [construct: string, end: End])[]];

/** The list in which an item ends that stands at `at`; a refusal wins. */
function endOf({ carried, refused, ignored }: FileInventory, at: string): End {
  const has = (items: readonly { readonly at: string }[]) => items.some((item) => item.at === at);
  if (has(refused)) return 'refused';
  if (has(ignored)) return 'ignored';
  if (has(carried)) return 'carried';
  throw new Error(`${at} stands in no list`);
}

/** `$A1` in a sample stands for the reference of XLSForm. */
const referring = (text: string): string => text.replace(/\$([AZ]\d)/g, '$\u007b$1}');

/** Questions on which samples depend. */
const BEFORE: Rows = [
  ['select_one yn', 'A1', '一'],
  ['select_multiple yn', 'A2', '二'],
  ['text', 'A3', '三'],
];
const LISTS: Rows = [
  ['list_name', 'name', 'label'],
  ['yn', '1', '是'],
  ['yn', '0', '否'],
];
const HEAD = ['type', 'name', 'label'];

/** Reads a workbook; `more` are columns with one cell each, in a row of their own. */
async function readXls(columns: readonly string[], rows: Rows, others: Readonly<Record<string, Rows>> = {}) {
  const sheets = { survey: [[...HEAD, ...columns], ...BEFORE, ...rows], choices: LISTS, ...others };
  const written = Object.entries(sheets).map(([name, cells]) => ({
    name,
    rows: cells.map((row) => row.map(referring)),
  }));
  return (await fromXlsForm(await writeXlsx(written))).inventory;
}

const letter = (i: number): string =>
  (i < 26 ? '' : String.fromCharCode(64 + Math.floor(i / 26))) + String.fromCharCode(65 + (i % 26));

/** Returns the end of a cell, or that of its whole column. */
function endOfCell(inventory: FileInventory, sheet: string, column: number, row: number, header: string): End {
  const items = [...inventory.carried, ...inventory.refused, ...inventory.ignored].map(({ at }) => at);
  const head = `${sheet}!${letter(column)}1 "${header}"`;
  return endOf(inventory, items.includes(head) ? head : `${sheet}!${letter(column)}${row} "${header}"`);
}

async function typeEnds(): Promise<Part> {
  const inventory = await readXls(
    [],
    xls.XLS_TYPES.map((type, i) => [type, `B${i}`, '问']),
  );
  return [
    'survey: type',
    xls.XLS_TYPES.map((type, i) => [referring(type), endOfCell(inventory, 'survey', 0, BEFORE.length + i + 2, 'type')]),
  ];
}

async function surveyColumnEnds(): Promise<Part> {
  const columns = xls.XLS_SURVEY_COLUMNS.map(([column]) => column);
  const rows = xls.XLS_SURVEY_COLUMNS.map(([, value, type = 'select_one yn'], i) => [
    ...[type, `B${i}`, '问'],
    ...columns.map((_column, n) => (n === i ? value : '')),
  ]);
  const inventory = await readXls(columns, rows);
  const ends = columns.map(
    (column, i) => [column, endOfCell(inventory, 'survey', i + 3, BEFORE.length + i + 2, column)] as const,
  );
  return ['survey: column', [...HEAD.map((column) => [column, 'carried'] as const), ...ends]];
}

async function surveyCellEnds(cells: typeof xls.XLS_CELLS): Promise<readonly (readonly [string, End])[]> {
  const columns = [...new Set(cells.map(([column]) => column))].filter((column) => column !== 'label');
  const rows = cells.map(([column, value, type = 'select_one yn'], i) => [
    ...[type, `B${i}`, column === 'label' ? value : '问'],
    ...columns.map((one) => (one === column ? value : '')),
  ]);
  const inventory = await readXls(columns, rows);
  return cells.map(([column, value, type], i) => {
    const at = [...HEAD, ...columns].indexOf(column);
    const kind = type === undefined ? '' : ` (${type.split(' ')[0]})`;
    return [`${column} ${referring(value)}${kind}`, endOfCell(inventory, 'survey', at, BEFORE.length + i + 2, column)];
  });
}

async function otherSheetEnds(): Promise<readonly Part[]> {
  const lines = (table: readonly (readonly [string, string])[]) => [
    table.map(([column]) => column),
    table.map(([, value]) => value),
  ];
  const choices = await readXls([], [], { choices: lines(xls.XLS_CHOICE_COLUMNS) });
  const settings = await readXls([], [], { settings: lines(xls.XLS_SETTINGS) });
  const sheets = await readXls(
    [],
    [],
    Object.fromEntries(xls.XLS_SHEETS.map((name) => [name, [['list_name'], ['x']]])),
  );
  return [
    ['choices: column', xls.XLS_CHOICE_COLUMNS.map(([name], i) => [name, endOfCell(choices, 'choices', i, 2, name)])],
    ['settings: column', xls.XLS_SETTINGS.map(([name], i) => [name, endOfCell(settings, 'settings', i, 2, name)])],
    ['sheet', xls.XLS_SHEETS.map((name) => [name, endOf(sheets, `sheet ${name}`)])],
  ];
}

async function xlsEnds(): Promise<readonly Part[]> {
  const conditions = await surveyCellEnds(xls.XLS_CONDITIONS.map((value) => ['relevant', value]));
  return [
    await typeEnds(),
    await surveyColumnEnds(),
    ['survey: cell', await surveyCellEnds(xls.XLS_CELLS)],
    ['survey: relevant', conditions.map(([cell, end]) => [cell.replace('relevant ', ''), end])],
    ...(await otherSheetEnds()),
  ];
}

const ASKED = [
  { type: 'radiogroup', name: 'A1', title: '一', choices: [1, '0'] },
  { type: 'checkbox', name: 'A2', title: '二', choices: ['1', '0'] },
  { type: 'comment', name: 'A3', title: '三' },
];

/** Reads one more element after those on which samples depend; returns the end of one of its properties. */
function endOfElement(element: Readonly<Record<string, unknown>>, name: string): End {
  const { inventory } = fromSurveyJs({ title: '街道', pages: [{ elements: [...ASKED, element] }] });
  const at = `$.pages[0].elements[${ASKED.length}]`;
  const whole = inventory.ignored.find((item) => item.at === at);
  return whole ? 'ignored' : endOf(inventory, `${at}.${name}`);
}

function elementOf(type: string): Readonly<Record<string, unknown>> {
  return { type, name: 'B1', ...(['radiogroup', 'checkbox'].includes(type) ? { choices: ['1', '0'] } : {}) };
}

function surveyJsEnds(): readonly Part[] {
  const sampleOf = (name: string) => surveyJs.SURVEY_JS_VALUES[name] ?? 'x';
  const whole = Object.fromEntries(surveyJs.SURVEY_PROPERTIES.map((name) => [name, sampleOf(name)]));
  const survey = fromSurveyJs({
    ...whole,
    pages: [{ elements: ASKED }],
    anlinKey: 'k',
    anlinVersion: 1,
    anlinValid: ['A1'],
  }).inventory;
  const own = ['anlinKey', 'anlinVersion', 'anlinValid'];
  const hosted = (name: string) =>
    Object.entries(surveyJs.SURVEY_JS_HOSTS).find(([, names]) => names.includes(name))?.[0];
  const inGroup = (name: string): End =>
    endOfElement({ ...elementOf('panel'), elements: [], [name]: sampleOf(name) }, name);
  const inChoice = (name: string): End =>
    endOfElement({ ...elementOf('checkbox'), choices: [{ value: 'v', [name]: sampleOf(name) }] }, `choices[0].${name}`);
  return [
    [
      'element: type',
      surveyJs.ELEMENT_TYPES.map((type) => [type, endOfElement({ ...elementOf(type), elements: [] }, 'type')]),
    ],
    ['survey', [...surveyJs.SURVEY_PROPERTIES, ...own].map((name) => [name, endOf(survey, `$.${name}`)])],
    ['page, panel', surveyJs.GROUP_PROPERTIES.map((name) => [name, inGroup(name)])],
    [
      'question',
      surveyJs.QUESTION_PROPERTIES.map((name) => [
        name,
        endOfElement({ ...elementOf(hosted(name) ?? 'radiogroup'), [name]: sampleOf(name) }, name),
      ]),
    ],
    [
      'question: value',
      surveyJs.SURVEY_JS_CELLS.map(([type, name, value]) => [
        `${type} ${name} ${JSON.stringify(value)}`,
        endOfElement({ ...elementOf(type), [name]: value }, name),
      ]),
    ],
    ['option', [...surveyJs.CHOICE_PROPERTIES, 'score', 'anlinRole'].map((name) => [name, inChoice(name)])],
    [
      'visibleIf',
      surveyJs.SURVEY_JS_CONDITIONS.map((visibleIf) => [
        visibleIf,
        endOfElement({ ...elementOf('comment'), visibleIf }, 'visibleIf'),
      ]),
    ],
  ];
}

/** Writes the table of the documentation. */
function tableOf(parts: readonly Part[]): string {
  const cell = (ends: Part[1], end: End) =>
    ends
      .filter(([, one]) => one === end)
      .map(([construct]) => `\`${construct.replaceAll('|', '\\|')}\``)
      .join(' ');
  const rows = parts.map(([name, ends]) => `| ${[name, ...ENDS.map((end) => cell(ends, end))].join(' | ')} |`);
  return [`| Part | ${ENDS.join(' | ')} |`, '|---|---|---|---|', ...rows].join('\n');
}

test('the documentation says of every construct of XLSForm in which list it ends', async () => {
  expect(readFileSync(PAGE, 'utf8')).toContain(tableOf(await xlsEnds()));
});

test('the documentation says of every construct of SurveyJS in which list it ends', () => {
  expect(readFileSync(PAGE, 'utf8')).toContain(tableOf(surveyJsEnds()));
});

test.each(Object.entries(xls.XLS_SPELLINGS))('the column %s has all spellings that pyxform reads', (name, headers) => {
  const read = headers.map((header) => [header, columnOf(header, SURVEY_COLUMNS).split('::')[0]]);
  expect(read).toEqual(headers.map((header) => [header, name]));
});

test.each(Object.entries(xls.XLS_LABELS))('a header names labels in %s in all spellings', (language, headers) => {
  const read = headers.map((header) => [header, columnOf(header, SURVEY_COLUMNS)]);
  expect(read).toEqual(headers.map((header) => [header, `label::${language}`]));
});
