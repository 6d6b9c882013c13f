import type { FileInventory } from '../../files/file-inventory.ts';
import { lostCells } from '../../files/lost-cells.ts';
import { readWorkbook, cellText as textOf } from '../../files/read-workbook.ts';
import type { FormEntry } from './form-part.ts';
import { FormPart, nearestName } from './form-part.ts';
import type { SheetColumns } from './xls-form-columns.ts';
import { CHOICE_COLUMNS, columnOf, SETTING_COLUMNS, SURVEY_COLUMNS } from './xls-form-columns.ts';

const SHEETS = { survey: SURVEY_COLUMNS, choices: CHOICE_COLUMNS, settings: SETTING_COLUMNS } as const;
type SheetName = keyof typeof SHEETS;

/** Columns without which the rows of a sheet say nothing. */
const NEEDED: Readonly<Record<SheetName, readonly string[]>> = {
  survey: ['type'],
  choices: ['list_name', 'name'],
  settings: [],
};

/** The rows of the three sheets of an XLSForm. */
export type XlsForm = Readonly<Record<SheetName, readonly FormPart[]>>;

type Cells = readonly (readonly unknown[])[];

/** Reads the sheets of an Excel workbook, every cell of them; undefined if it is none. */
export async function readSheets(file: Buffer, inventory: FileInventory): Promise<XlsForm | undefined> {
  const sheets = await readWorkbook(file);
  if (!sheets) {
    inventory.refuse('file', 'It is no Excel workbook. Save it as .xlsx.');
    return undefined;
  }
  for (const at of lostCells(file))
    inventory.refuse(at, 'It is an error or a formula without a result. Write its value.');
  const form: Record<SheetName, readonly FormPart[]> = { survey: [], choices: [], settings: [] };
  const written = new Set<string>();
  for (const { sheet, data } of sheets) {
    // pyxform takes the only sheet of a workbook for the survey.
    const name = sheets.length === 1 ? 'survey' : sheet.trim().toLowerCase();
    if (written.has(name)) inventory.refuse(`sheet ${sheet}`, 'Two sheets have this name. Rename one.');
    else if (name === 'survey' || name === 'choices' || name === 'settings') {
      form[name] = rowsIn(name, data, inventory);
      written.add(name);
    }
  }
  if (!written.has('survey')) inventory.refuse('file', 'There is no sheet "survey". Name one so.');
  for (const { sheet } of sheets.length === 1 ? [] : sheets) judgeSheet(sheet, written, inventory);
  return form;
}

function judgeSheet(sheet: string, written: ReadonlySet<string>, inventory: FileInventory): void {
  const name = sheet.trim().toLowerCase();
  if (written.has(name)) return;
  const missing = Object.keys(SHEETS).filter((one) => !written.has(one));
  const meant = sheet.startsWith('_') ? undefined : nearestName(name, missing);
  if (meant)
    inventory.refuse(`sheet ${sheet}`, `"${sheet}" may mean "${meant}". Correct it, or begin its name with "_".`);
  else if (name === 'entities') inventory.refuse(`sheet ${sheet}`, 'The chat keeps no entities. Remove the sheet.');
  else inventory.ignore(`sheet ${sheet}`, 'An XLSForm for a chat has no such sheet.');
}

/** Reads the rows below the header. A column that changes nothing is ignored once, not in every row. */
function rowsIn(name: SheetName, [head = [], ...rows]: Cells, inventory: FileInventory): readonly FormPart[] {
  const rules = SHEETS[name];
  const isUsed = (i: number) => rows.some((row) => textOf(row[i]) !== '');
  const seen = new Map<string, string>();
  const columns = head.map((written, i) => {
    const header = textOf(written);
    const at = `${name}!${letters(i)}1 "${header}"`;
    if (header === '') {
      if (isUsed(i)) inventory.ignore(at, 'The column has no header.');
      return undefined;
    }
    const column = columnOf(header, rules);
    const twin = seen.get(column);
    if (twin !== undefined) inventory.refuse(at, `It means the same as "${twin}". Keep one of the two columns.`);
    seen.set(column, header);
    if (!isUsed(i) || isIgnored(column, at, rules, inventory)) return undefined;
    return { column, header };
  });
  for (const needed of rows.length > 0 ? NEEDED[name] : [])
    if (!seen.has(needed))
      inventory.refuse(`${name} row 1`, `There is no column "${needed}". Write the headers in row 1.`);
  return rows.map((row, n) => {
    const entries = columns.flatMap((column, i): [string, FormEntry][] => {
      const value = textOf(row[i]);
      if (!column || value === '') return [];
      return [[column.column, { at: `${name}!${letters(i)}${n + 2} "${column.header}"`, value }]];
    });
    return new FormPart(`${name} row ${n + 2}`, new Map(entries), inventory);
  });
}

function isIgnored(column: string, at: string, rules: SheetColumns, inventory: FileInventory): boolean {
  const [base = '', language = ''] = column.split('::');
  const reason = Object.keys(rules.ignored).find((one) => rules.ignored[one]?.includes(base));
  const isKnown = rules.isKnown(base);
  if (language.startsWith('other:')) inventory.ignore(at, 'It is a text for another language.');
  else if (reason !== undefined) inventory.ignore(at, reason);
  else if (!isKnown && rules.nearest(base) === undefined) inventory.ignore(at, 'XLSForm has no such column.');
  else return false;
  return true;
}

/** The letters of a column in Excel: A, B, …, Z, AA. */
function letters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
