import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import type { CityPart } from '../city/city.ts';
import { cityChanges, cityVersion, loadCityData, saveCityData, undoCityChange } from '../city/city-store.ts';
import { isCityPart, planFile } from '../city/import/import.ts';
import { wordPlan } from '../city/import/import-words.ts';
import type { Datum } from '../regions/datum.ts';
import { DATUMS } from '../regions/datum.ts';
import type { Command } from './command.ts';
import { operatorWording, withCity } from './command.ts';

/** Larger than any city's file, bytes. */
const FILE_MAX = 64 * 1024 * 1024;

/** Imports a file whole or not at all. */
export const importCommand: Command = {
  name: 'import',
  usage: '<file>',
  does: 'imports regions, places, units, categories, census or premises of the city; --dry-run changes nothing',
  async run(config, args) {
    const { say, says } = operatorWording();
    const asked = readArguments(args);
    if (!asked) {
      console.error(say('import:usage'));
      return false;
    }
    const { file, as, datum, replace, dryRun } = asked;
    if (!existsSync(file) || statSync(file).size > FILE_MAX) {
      console.error(say('import:no_file', { file }));
      return false;
    }
    return withCity(config, async (store) => {
      const planned = await cityVersion(store);
      const data = await loadCityData(store);
      const plan = await planFile(readFileSync(file), { data, ...(as ? { as } : {}), replace, datum, says });
      const { type, changes, lines } = wordPlan(plan, file, say);
      for (const line of lines) (type === 'bad' ? console.error : console.log)(line);
      if (plan.type === 'bad') return false;
      if (changes === 0) return true;
      if (!dryRun) await saveCityData(store, { [plan.part]: plan.list }, basename(file), Date.now(), { planned });
      console.log(say(dryRun ? 'import:dry_run' : 'import:done'));
      return true;
    });
  },
};

/** Undefined if the arguments are wrong. */
function readArguments(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean', default: false },
      replace: { type: 'boolean', default: false },
      as: { type: 'string' },
      datum: { type: 'string', default: 'wgs84' },
    },
  });
  const [file, ...more] = positionals;
  const { as, replace } = values;
  const datum = DATUMS.find((one): one is Datum => one === values.datum);
  if (!file || more.length > 0 || !datum || (as !== undefined && !isCityPart(as))) return undefined;
  return { file, as, datum, replace, dryRun: values['dry-run'] };
}

export const undoCommand: Command = {
  name: 'undo',
  does: 'takes back the last import',
  async run(config) {
    const { say } = operatorWording();
    return withCity(config, async (store) => {
      const change = await undoCityChange(store, Date.now());
      if (!change) {
        console.error(say('import:nothing_to_undo'));
        return false;
      }
      const parts = Object.keys(change.parts).map((part) => say(`import:parts.${part as CityPart}`));
      console.log(say('import:undone', { what: change.what, parts: parts.join('、') }));
      return true;
    });
  },
};

/** Lists imports; undone ones stand in brackets. */
export const versionsCommand: Command = {
  name: 'versions',
  does: 'lists the imports so far',
  async run(config) {
    const { say } = operatorWording();
    return withCity(config, async (store) => {
      for (const { at, what, parts, undone } of await cityChanges(store)) {
        const names = Object.entries(parts).map(([part, { to }]) => `${say(`import:parts.${part as CityPart}`)} ${to}`);
        const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
        const line = say('import:version_line', { at: day, what, parts: names.join('、') });
        console.log(undone ? `(${line})` : line);
      }
      return true;
    });
  },
};
