import { csvText } from '../files/csv.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import { commitAsSystem } from '../store/commit-as-system.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { indicatorSet } from './estimate/indicator.ts';
import type { Questionnaire } from './questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from './questionnaire/questionnaire.ts';
import type { QuestionnaireFault } from './questionnaire/questionnaire-lint.ts';
import { faultsIn } from './questionnaire/questionnaire-lint.ts';
import { loadQuestionnaires } from './questionnaire/questionnaire-store.ts';
import { BadForm, fromSurveyJs, toSurveyJs } from './questionnaire/survey-js.ts';
import { fromXlsForm, toXlsForm } from './questionnaire/xls-form.ts';
import { loadResults } from './results/results-store.ts';
import { resultSheets } from './results/survey-files.ts';
import { writeXlsx } from './results/write-xlsx.ts';
import { drawProof } from './wave/draw-proof.ts';
import { loadWave, loadWaves } from './wave/wave-store.ts';

/** A file to write; its name has the extension. */
export type ExportFile = { readonly name: string; readonly bytes: string | Buffer };

/** The result of an import: kept in a new version, unreadable, or with faults. */
export type QuestionnaireImport =
  | { readonly type: 'kept'; readonly key: string; readonly version: number }
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'faulty'; readonly faults: readonly QuestionnaireFault[] };

/** Imports a questionnaire from an XLSForm (.xlsx) or a SurveyJS definition (.json), if the lint finds no fault. */
export async function importQuestionnaire(
  store: Store,
  file: string,
  bytes: Buffer,
  now: number,
): Promise<QuestionnaireImport> {
  const read = await readForm(file, bytes);
  if (read instanceof BadForm) return { type: 'refused', why: read.message };
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
    ? { type: 'kept', key: read.key, version }
    : { type: 'refused', why: 'Another import of this questionnaire ran at the same time; try again.' };
}

async function readForm(file: string, bytes: Buffer): Promise<Questionnaire | BadForm> {
  try {
    return file.endsWith('.xlsx') ? await fromXlsForm(bytes) : fromSurveyJs(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    if (error instanceof BadForm) return error;
    if (error instanceof SyntaxError) return new BadForm(`${file} is not JSON: ${error.message}`);
    throw error;
  }
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

/** Lists the newest waves, one line each. */
export async function waveLines(store: Store): Promise<readonly string[]> {
  return (await loadWaves(store)).map(({ record: { id, state, region, questionnaire, openedAt } }) =>
    [id, state, region, questionnaire.key, new Date(openedAt).toISOString().slice(0, 10)].join('  '),
  );
}
