import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { broadcastSums, ledgerCsv } from '../broadcasts/broadcast-cli.ts';
import { readCap } from '../broadcasts/compose/cap.ts';
import type { CapDraft } from '../broadcasts/compose/cap-drafts.ts';
import type { CapImport } from '../broadcasts/compose/import-cap.ts';
import { importCap } from '../broadcasts/compose/import-cap.ts';
import { clockAt, DAY_MS } from '../calendar.ts';
import { showCaseNumber } from '../cases/case-number.ts';
import { FIGURES } from '../cases/figures/figures.ts';
import { loadFigures } from '../cases/figures/load-figures.ts';
import { cityOf } from '../city/city.ts';
import { loadCityData } from '../city/city-store.ts';
import { readDecimal } from '../files/strict-number.ts';
import type { FixedKey, Say } from '../i18n.ts';
import type { RegionTree } from '../regions/region-tree.ts';
import type { ExportFile } from '../surveys/survey-cli.ts';
import { importQuestionnaire, questionnaireFiles, waveFiles, waveLines, withheldLines } from '../surveys/survey-cli.ts';
import type { Command } from './command.ts';
import { operatorWording, showUsage, withCity } from './command.ts';
import { showInventory } from './show-inventory.ts';

export const figuresCommand: Command = {
  name: 'figures',
  usage: `[--days=<n>] [--rows=<${FIGURES.join('|')}>]`,
  does: 'prints how cases were handled; with --rows, the cases behind one figure',
  async run(config, args) {
    const options = { days: { type: 'string', default: '30' }, rows: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const days = readDecimal(values.days) ?? 0;
    const wanted = FIGURES.find((name) => name === values.rows);
    if (!(days > 0) || (values.rows !== undefined && !wanted)) return showUsage(figuresCommand);
    const { say } = operatorWording();
    return withCity(config, async (store) => {
      const now = Date.now();
      for (const { name, denominator, numerator } of await loadFigures(store, now - days * DAY_MS, now, now)) {
        if (wanted === undefined) {
          const share =
            denominator.length > 0 ? `${((100 * numerator.length) / denominator.length).toFixed(1)} %` : '–';
          const figure = say(`common:figures.${name}`);
          console.log(say('common:figure_line', { name: figure, so: numerator.length, of: denominator.length, share }));
        } else if (name === wanted) {
          for (const number of denominator)
            console.log(`${showCaseNumber(number)} ${numerator.includes(number) ? '✓' : '✗'}`);
        }
      }
      return true;
    });
  },
};

export const broadcastsCommand: Command = {
  name: 'broadcasts',
  usage: '[<sending> [<file>]]',
  does: 'prints the sums of announcements; with a sending, its ledger as CSV by pseudonym, or into a file',
  run: (config, [sending, file]) =>
    withCity(config, async (store) => {
      if (sending !== undefined && file !== undefined) {
        const ledger = await ledgerCsv(store, sending);
        writeFileSync(file, ledger);
        console.log(`${file}: ${ledger.split('\n').length - 1} lines`);
        return true;
      }
      const shown = sending === undefined ? (await broadcastSums(store)).join('\n') : await ledgerCsv(store, sending);
      console.log(shown.replace(/^\uFEFF/, '').trimEnd());
      return true;
    }),
};

export const capCommand: Command = {
  name: 'cap',
  usage: '<file> [--keep]',
  does: 'shows the drafts of a CAP 1.2 alert with their regions; --keep imports them',
  async run(config, args) {
    const options = { keep: { type: 'boolean', default: false } } as const;
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return showUsage(capCommand);
    const { say } = operatorWording();
    if (!existsSync(file)) {
      console.error(say('import:no_file', { file }));
      return false;
    }
    return withCity(config, async (store) => {
      const { regions } = cityOf(await loadCityData(store), []);
      const [bytes, now] = [readFileSync(file), Date.now()];
      const { alert, inventory } = readCap(bytes, regions, now);
      showInventory(inventory, say);
      for (const draft of alert?.drafts ?? []) showCapDraft(draft, regions, say);
      if (alert && !values.keep) {
        console.log(say('import:cap.shown'));
        return true;
      }
      const imported: CapImport = alert
        ? await importCap(store, bytes, regions, now)
        : { type: 'refused', why: say('import:cap.refused') };
      if (imported.type === 'refused') console.error(`${file}: ${imported.why}`);
      else console.log(say('import:cap.kept', { count: imported.ids.length, ids: imported.ids.join(' ') }));
      return imported.type === 'drafts';
    });
  },
};

function showCapDraft({ title, titles, words, kind, regions: ids, ...draft }: CapDraft, regions: RegionTree, say: Say) {
  const names = ids.map((id) => `${regions.nameOf(id)?.['zh-CN'] ?? ''} ${id}`);
  const kindName = say(`flows/my-broadcasts:kind.${kind}`);
  console.log(say('import:cap.draft', { ...draft, title, kind: kindName, regions: names.join('、') }));
  if (draft.at !== undefined) console.log(say('import:cap.from', { at: clockAt(draft.at) }));
  if (draft.expires !== undefined) console.log(say('import:cap.until', { at: clockAt(draft.expires) }));
  for (const text of [...Object.values(titles ?? {}), ...Object.values(words), ...(draft.link ? [draft.link] : [])])
    console.log(text.replace(/^/gm, '  '));
}

export const questionnaireCommand: Command = {
  name: 'questionnaire',
  usage: '<file.xlsx|file.json>, or <key> <folder>',
  does: 'imports a questionnaire that passes the lint; with a folder, writes one as XLSForm and SurveyJS',
  async run(config, [what, folder]) {
    if (what === undefined) return showUsage(questionnaireCommand);
    const { say } = operatorWording();
    return withCity(config, async (store) => {
      if (folder !== undefined) return writeFiles(await questionnaireFiles(store, what), folder, what);
      if (!existsSync(what)) {
        console.error(say('import:no_file', { file: what }));
        return false;
      }
      const imported = await importQuestionnaire(store, readFileSync(what), Date.now());
      switch (imported.type) {
        case 'kept': {
          const { carried, ignored } = imported.inventory;
          for (const { at, why } of ignored) console.log(say('questionnaire:ignored', { at, why }));
          console.log(say('questionnaire:carried', { carried: carried.length, ignored: ignored.length }));
          console.log(say('questionnaire:kept', { key: imported.key, version: imported.version }));
          return true;
        }
        case 'refused':
          for (const { at, why } of imported.refused) console.error(say('questionnaire:line', { question: at, why }));
          return false;
        case 'faulty':
          for (const { question, what: fault, found } of imported.faults) {
            const why = say(`questionnaire:fault.${fault}` as FixedKey, { found });
            console.error(say('questionnaire:line', { question: question || what, why }));
          }
          return false;
      }
    });
  },
};

export const surveysCommand: Command = {
  name: 'surveys',
  usage: '[<wave> [<folder>]]',
  does: 'lists the waves, or what a wave withholds and why; with a folder, writes CSV and Excel with codebook and method',
  run: (config, [wave, folder]) =>
    withCity(config, async (store) => {
      if (wave === undefined || folder === undefined) {
        const lines = wave === undefined ? await waveLines(store) : await withheldLines(store, wave);
        for (const line of lines ?? []) console.log(line);
        return lines !== undefined || writeFiles(undefined, '', wave ?? '');
      }
      const { regions } = cityOf(await loadCityData(store), []);
      return writeFiles(await waveFiles(store, wave, regions), folder, wave);
    }),
};

function writeFiles(files: readonly ExportFile[] | undefined, folder: string, what: string): boolean {
  if (!files) {
    console.error(`There is nothing of ${what} yet.`);
    return false;
  }
  mkdirSync(folder, { recursive: true });
  for (const { name, bytes } of files) {
    writeFileSync(join(folder, name), bytes);
    console.log(join(folder, name));
  }
  return true;
}
