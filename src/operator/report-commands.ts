import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { broadcastSums, ledgerCsv } from '../broadcasts/broadcast-cli.ts';
import { importCap } from '../broadcasts/compose/import-cap.ts';
import { DAY_MS } from '../calendar.ts';
import { showCaseNumber } from '../cases/case-number.ts';
import { FIGURES } from '../cases/figures/figures.ts';
import { loadFigures } from '../cases/figures/load-figures.ts';
import { cityOf } from '../city/city.ts';
import { loadCityData } from '../city/city-store.ts';
import type { FixedKey } from '../i18n.ts';
import type { ExportFile } from '../surveys/survey-cli.ts';
import { importQuestionnaire, questionnaireFiles, waveFiles, waveLines } from '../surveys/survey-cli.ts';
import type { Command } from './command.ts';
import { operatorWording, showUsage, withCity } from './command.ts';

export const figuresCommand: Command = {
  name: 'figures',
  usage: `[--days=<n>] [--rows=<${FIGURES.join('|')}>]`,
  does: 'prints how cases were handled; with --rows, the cases behind one figure',
  async run(config, args) {
    const options = { days: { type: 'string', default: '30' }, rows: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    const days = Number(values.days);
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
  usage: '<file>',
  does: 'imports a CAP 1.2 alert as the draft of an urgent announcement',
  async run(config, [file]) {
    if (file === undefined) return showUsage(capCommand);
    return withCity(config, async (store) => {
      const { regions } = cityOf(await loadCityData(store), []);
      const imported = await importCap(store, readFileSync(file, 'utf8'), regions, Date.now());
      const drafted = imported.type === 'draft';
      console.log(drafted ? `${imported.id}: a draft; its organisers are notified.` : `${file}: ${imported.why}`);
      return drafted;
    });
  },
};

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
      const imported = await importQuestionnaire(store, what, readFileSync(what), Date.now());
      switch (imported.type) {
        case 'kept':
          console.log(say('questionnaire:kept', { key: imported.key, version: imported.version }));
          return true;
        case 'refused':
          console.error(`✗ ${imported.why}`);
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
  usage: '[<wave> <folder>]',
  does: 'lists the waves; with a wave, writes its results as CSV and Excel with codebook and method',
  run: (config, [wave, folder = '.']) =>
    withCity(config, async (store) => {
      if (wave === undefined) {
        for (const line of await waveLines(store)) console.log(line);
        return true;
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
