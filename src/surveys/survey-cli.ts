import { csvText } from '../files/csv.ts';
import { decodeText, UndecodableText } from '../files/decode-text.ts';
import type { FileItem } from '../files/file-inventory.ts';
import { FileInventory } from '../files/file-inventory.ts';
import { writeXlsx } from '../files/write-xlsx.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { indicatorSet } from './estimate/indicator.ts';
import type { ReadForm } from './questionnaire/form-draft.ts';
import type { Questionnaire } from './questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from './questionnaire/questionnaire.ts';
import type { QuestionnaireFault } from './questionnaire/questionnaire-lint.ts';
import { faultsIn } from './questionnaire/questionnaire-lint.ts';
import { loadQuestionnaires } from './questionnaire/questionnaire-store.ts';
import { fromSurveyJs } from './questionnaire/read-survey-js.ts';
import { fromXlsForm } from './questionnaire/read-xls-form.ts';
import { toSurveyJs } from './questionnaire/survey-js.ts';
import { toXlsForm } from './questionnaire/xls-form.ts';
import { loadResults } from './results/results-store.ts';
import { resultSheets } from './results/survey-files.ts';
import { drawProof } from './wave/draw-proof.ts';
import { loadWave, loadWaves } from './wave/wave-store.ts';

/** A file to write; its name has the extension. */
export type ExportFile = { readonly name: string; readonly bytes: string | Buffer };

/** The result of an import: kept in a new version, with parts that cannot be carried, or with faults. */
export type QuestionnaireImport =
  | { readonly type: 'kept'; readonly key: string; readonly version: number; readonly inventory: FileInventory }
  | { readonly type: 'refused'; readonly refused: readonly FileItem[] }
  | { readonly type: 'faulty'; readonly faults: readonly QuestionnaireFault[] };

/** Imports a questionnaire from an XLSForm or a SurveyJS definition that is carried whole, if the lint finds no fault. */
export async function importQuestionnaire(store: Store, bytes: Buffer, now: number): Promise<QuestionnaireImport> {
  const { questionnaire: read, inventory } = await readForm(bytes);
  if (!read) return { type: 'refused', refused: inventory.refused };
  const isBuiltIn = QUESTIONNAIRES.some(({ key }) => key === read.key);
  const faults = [...(isBuiltIn ? [{ question: '', what: 'own_key', found: read.key }] : []), ...faultsIn(read)];
  if (faults.length > 0) return { type: 'faulty', faults };
  const { questionnaires } = store.keys;
  const before = await orStoreAway(store.redis.hget(questionnaires, read.key));
  const version = before ? (JSON.parse(before) as Questionnaire).version + 1 : 1;
  const change = {
    op: `questionnaire:${read.key}:${version}`,
    what: 'questionnaire_brought',
    checks: [{ key: questionnaires, field: read.key, is: before ?? '' }],
    writes: [['HSET', questionnaires, read.key, JSON.stringify({ ...read, version })] as const],
  };
  const done = await commitAsSystem(store, change, now);
  return done.type === 'ok'
    ? { type: 'kept', key: read.key, version, inventory }
    : { type: 'refused', refused: [{ at: 'file', why: 'Another import of it ran at the same time. Try again.' }] };
}

/** Reads a form. Its content tells the format: an Excel workbook is a ZIP archive, a SurveyJS definition is JSON. */
export async function readForm(bytes: Buffer): Promise<ReadForm> {
  if (bytes.subarray(0, 2).toString('latin1') === 'PK') return fromXlsForm(bytes);
  try {
    return fromSurveyJs(JSON.parse(decodeText(bytes)));
  } catch (error) {
    if (error instanceof UndecodableText) return unreadable(error.message);
    if (error instanceof SyntaxError) return unreadable(`It is neither an .xlsx workbook nor JSON: ${error.message}`);
    throw error;
  }
}

function unreadable(why: string): ReadForm {
  const inventory = new FileInventory();
  inventory.refuse('file', why);
  return { questionnaire: undefined, inventory };
}

/** Exports a questionnaire as XLSForm and as SurveyJS; undefined if there is none with this key. */
export async function questionnaireFiles(store: Store, key: string): Promise<readonly ExportFile[] | undefined> {
  const found = (await loadQuestionnaires(store)).find((one) => one.key === key);
  if (!found) return undefined;
  return [
    { name: `${key}.xlsx`, bytes: await writeXlsx(toXlsForm(found)) },
    { name: `${key}.json`, bytes: `${JSON.stringify(toSurveyJs(found), null, 2)}\n` },
  ];
}

/** Exports the results of a wave as CSV files and one Excel file, with the frame; undefined before it is counted. */
export async function waveFiles(
  store: Store,
  id: string,
  regions: RegionTree,
): Promise<readonly ExportFile[] | undefined> {
  const [kept, results] = await Promise.all([loadWave(store, id), loadResults(store, id)]);
  if (!kept || !results) return undefined;
  const sheets = resultSheets(kept.record, indicatorSet(kept.record.indicators), results, regions);
  const proof = drawProof(kept.record);
  return [
    ...sheets.map((sheet) => ({ name: `${id}-${sheet.name}.csv`, bytes: csvText(sheet.rows) })),
    { name: `${id}.xlsx`, bytes: await writeXlsx(sheets) },
    ...(proof === undefined ? [] : [{ name: `${id}-draw.txt`, bytes: proof }]),
    { name: `${id}-frame.txt`, bytes: (await orStoreAway(store.redis.get(store.keys.waveFrame(id)))) ?? '' },
  ];
}

/** Lists what a wave withholds and why, for those who run it; undefined before it is counted. No export has the reasons. */
export async function withheldLines(store: Store, id: string): Promise<readonly string[] | undefined> {
  const results = await loadResults(store, id);
  return results?.indicators.flatMap(({ code, cells }) =>
    Object.entries(cells).flatMap(([cell, shown]) =>
      shown.type === 'withheld' ? [[code, cell, shown.why].join('  ')] : [],
    ),
  );
}

/** Lists the newest waves, one line each. */
export async function waveLines(store: Store): Promise<readonly string[]> {
  return (await loadWaves(store)).map(({ record: { id, state, region, questionnaire, openedAt } }) =>
    [id, state, region, questionnaire.key, new Date(openedAt).toISOString().slice(0, 10)].join('  '),
  );
}
