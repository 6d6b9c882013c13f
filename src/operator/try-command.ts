import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { personShield } from '../cases/report/person-shield.ts';
import type { City, CityData } from '../city/city.ts';
import { cityOf } from '../city/city.ts';
import { loadCityData } from '../city/city-store.ts';
import { NEW_CITY } from '../city/new-city.ts';
import type { Config } from '../config.ts';
import { readDate } from '../engine/dates/read-date.ts';
import { openWording } from '../i18n.ts';
import { normaliseAddress } from '../regions/address.ts';
import type { Command } from './command.ts';
import { showUsage, withCity } from './command.ts';

/** What the talk understands of one line. Its fields are printed in this order. */
type Understood = Readonly<Record<string, unknown>>;

/** The readers by name. The readers of dates and persons need no city. */
const READERS = {
  category: (text: string, city: City): Understood => ({ text, codes: codesOf(text, city) }),
  date: (text: string, _city: City | undefined, now: number): Understood => {
    const moment = readDate(text, now);
    const asks = moment === undefined || moment.over || moment.either === true;
    return { text, day: asks ? null : moment.day, time: asks ? null : (moment.time ?? null) };
  },
  place: (text: string, city: City): Understood => ({
    text,
    normal: normaliseAddress(text),
    found: city.regions.find(text).map(({ known }) => known),
  }),
  shield: (text: string): Understood => {
    const found = personShield(text);
    return { text, caught: found !== undefined, kinds: found?.kinds ?? [], clean: found?.without ?? text };
  },
} as const;
type Reader = keyof typeof READERS;

const CODES_SHOWN = 3;

function codesOf(text: string, { categories }: City): readonly string[] {
  return categories
    .find(text)
    .slice(0, CODES_SHOWN)
    .map(({ id }) => id);
}

export const tryCommand: Command = {
  name: 'try',
  usage: '<category|date|place|shield> [<text>…] [--now <time>] [--file <lines>] [--json]',
  does: 'prints what the talk understands of a text, or of each line of a file or of the input',
  run: async (config, args) => {
    const asked = readArguments(args);
    if (!asked) return showUsage(tryCommand);
    const { reader, lines, now, json } = asked;
    const print = (city: City | undefined) => {
      for (const line of lines) {
        const understood = READERS[reader](line, city as City, now); // given to the readers that need it
        console.log(json ? JSON.stringify(understood) : inWords(understood));
      }
      return true;
    };
    if (reader === 'date' || reader === 'shield') return print(undefined);
    return withCityData(config, async (data) => print(cityOf(data, openWording().languageNames)));
  },
};

/** Reads the city's own data; without a store, those that a new city, or the demo, begins with. */
async function withCityData(config: Config, use: (data: CityData) => Promise<boolean>): Promise<boolean> {
  if (config.redisUrl === undefined && !existsSync(join(config.dataDir, 'redis'))) {
    if (config.kind === 'real') return use(NEW_CITY);
    const { demoCityData } = await import('../demo/city.ts');
    return use({ ...NEW_CITY, ...demoCityData() });
  }
  return withCity(config, async (store) => use(await loadCityData(store)));
}

type Asked = {
  readonly reader: Reader;
  readonly lines: readonly string[];
  readonly now: number;
  readonly json: boolean;
};

/** Undefined if the arguments are wrong. */
function readArguments(args: readonly string[]): Asked | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { now: { type: 'string' }, file: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [reader = '', ...texts] = positionals;
  const now = values.now === undefined ? Date.now() : Date.parse(values.now);
  if (!Object.hasOwn(READERS, reader) || Number.isNaN(now)) return undefined;
  const lines = texts.length > 0 ? [texts.join(' ')] : linesOf(values.file);
  return { reader: reader as Reader, lines, now, json: values.json };
}

function linesOf(file: string | undefined): readonly string[] {
  return readFileSync(file ?? 0, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '');
}

function inWords({ text, ...understood }: Understood): string {
  const parts = Object.entries(understood).map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  return `${text}\n  ${parts.join('\n  ')}`;
}
