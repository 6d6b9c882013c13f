import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { broadcastSums, ledgerCsv } from './broadcasts/broadcast-cli.ts';
import { broadcastsHold } from './broadcasts/broadcast-invariants.ts';
import { importCap } from './broadcasts/compose/import-cap.ts';
import { DAY_MS } from './calendar.ts';
import { casesHold } from './cases/case-invariants.ts';
import { showCaseNumber } from './cases/case-number.ts';
import { FIGURES } from './cases/figures/figures.ts';
import { loadFigures } from './cases/figures/load-figures.ts';
import { isHookUrl, makeHook } from './cases/webhook.ts';
import type { CityPart } from './city/city.ts';
import { cityOf } from './city/city.ts';
import { cityChanges, cityVersion, loadCityData, saveCityData, undoCityChange } from './city/city-store.ts';
import { isCityPart, planImport } from './city/import.ts';
import type { Problem } from './city/read-part.ts';
import type { Config } from './config.ts';
import { BadConfig, readConfig } from './config.ts';
import { outboxHolds } from './delivery/outbox-invariants.ts';
import type { FixedKey, Say } from './i18n.ts';
import { openWording } from './i18n.ts';
import { makeApiKey } from './open311/api-key.ts';
import { INVITATION_MS, INVITES, invitationWrites, newToken } from './people/invitation.ts';
import { personsHold } from './people/person-invariants.ts';
import { EVERYWHERE, ROLES } from './people/role.ts';
import type { Datum } from './regions/datum.ts';
import { DATUMS } from './regions/datum.ts';
import { commitAsSystem } from './store/commit-as-system.ts';
import { connect } from './store/connect.ts';
import type { EmbeddedRedis } from './store/embedded.ts';
import { startEmbeddedRedis } from './store/embedded.ts';
import { checkStore, gateFor } from './store/gate.ts';
import type { InvariantCheck } from './store/invariants.ts';
import { auditHolds, nothingExpires } from './store/invariants.ts';
import { goSafe, reachedBy } from './store/safe-mode.ts';
import type { Store } from './store/store.ts';
import { openStore } from './store/store.ts';
import type { ExportFile } from './surveys/survey-cli.ts';
import { importQuestionnaire, questionnaireFiles, waveFiles, waveLines } from './surveys/survey-cli.ts';
import { wavesHold } from './surveys/survey-invariants.ts';
import { tasksHold, volunteersHold } from './volunteers/volunteer-invariants.ts';

/** Everything that must hold in a city's data, whatever happened to the machines. */
export const INVARIANTS: readonly InvariantCheck[] = [
  personsHold,
  casesHold,
  broadcastsHold,
  tasksHold,
  volunteersHold,
  wavesHold,
  outboxHolds,
  auditHolds,
  nothingExpires,
];

type Command = (config: Config, args: readonly string[]) => Promise<boolean>;
const COMMANDS: Readonly<Record<string, Command>> = {
  import: importFile,
  undo,
  versions,
  invite,
  'api-key': apiKey,
  hook,
  figures,
  broadcasts,
  cap,
  questionnaire,
  surveys,
  'safe-mode': stopSending,
  doctor,
  verify,
};
/** A whole city stays well below this, in bytes. */
const FILE_MAX = 64 * 1024 * 1024;
const PROBLEMS_SHOWN = 50;

if (import.meta.main) await main(process.argv[2] ?? '');

async function main(command: string): Promise<void> {
  const run = COMMANDS[command];
  if (!run) {
    console.error(
      [
        'npm run anlin -- import <file>   regions, places, units, categories or census of the city; --dry-run only looks',
        'npm run anlin -- undo            takes back the last import',
        'npm run anlin -- versions        what was imported so far',
        'npm run anlin -- invite <role> [<region or unit>]   a link by which others become organisers; without a place, everywhere',
        'npm run anlin -- api-key <name>  a key with which a program may hand in reports (Open311)',
        'npm run anlin -- hook <https url>   tells a program of every case event, signed with the secret that is printed',
        'npm run anlin -- figures [--days=<n>] [--rows=<figure>]   how cases were handled, each figure with its cases',
        'npm run anlin -- broadcasts [<sending>]   how announcements went; with a sending, its ledger as CSV, a line each recipient',
        'npm run anlin -- cap <file>      brings a CAP 1.2 alert in as the draft of an urgent announcement',
        'npm run anlin -- questionnaire <file.xlsx|file.json>   brings a questionnaire in (XLSForm, SurveyJS), if it asks nothing that may not be asked',
        'npm run anlin -- questionnaire <key> <folder>   writes one as XLSForm and as SurveyJS',
        'npm run anlin -- surveys [<wave> <folder>]   the waves so far; what one shows as CSV and Excel, with codebook and method',
        'npm run anlin -- safe-mode       after a backup was put back on a new machine: nothing goes out by itself until an organiser says so',
        'npm run anlin -- doctor          what the start gate says of the store',
        'npm run anlin -- verify          whether the data fit together',
      ].join('\n'),
    );
    process.exit(64);
  }
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    process.exit((await run(readConfig(process.env), process.argv.slice(3))) ? 0 : 1);
  } catch (error) {
    console.error(`anlin: ${error instanceof Error ? error.message : error}`);
    process.exit(error instanceof BadConfig ? 78 : 1);
  }
}

/** How announcements went: the sums, or the ledger of one sending, by pseudonym. */
async function broadcasts(config: Config, [sending]: readonly string[]): Promise<boolean> {
  return withCity(config, async (store) => {
    for (const line of sending === undefined ? await broadcastSums(store) : await ledgerCsv(store, sending))
      console.log(line);
    return true;
  });
}

/** Brings a CAP alert in as a draft, which organisers look at, hand in and agree to like any other. */
async function cap(config: Config, [file]: readonly string[]): Promise<boolean> {
  if (file === undefined) {
    console.error('npm run anlin -- cap <file>');
    return false;
  }
  return withCity(config, async (store) => {
    const { regions } = cityOf(await loadCityData(store), []);
    const brought = await importCap(store, readFileSync(file, 'utf8'), regions, Date.now());
    console.log(brought.type === 'draft' ? `${brought.id}: a draft; organisers were told.` : `${file}: ${brought.why}`);
    return brought.type === 'draft';
  });
}

/** Brings a questionnaire in, or writes one out. */
async function questionnaire(config: Config, [what, folder]: readonly string[]): Promise<boolean> {
  if (what === undefined) {
    console.error('npm run anlin -- questionnaire <file.xlsx|file.json>, or <key> <folder>');
    return false;
  }
  const { say } = operatorsWords();
  return withCity(config, async (store) => {
    if (folder !== undefined) return writeFiles(await questionnaireFiles(store, what), folder, what);
    if (!existsSync(what)) {
      console.error(say('import:no_file', { file: what }));
      return false;
    }
    const brought = await importQuestionnaire(store, what, readFileSync(what), Date.now());
    switch (brought.type) {
      case 'kept':
        console.log(say('questionnaire:kept', { key: brought.key, version: brought.version }));
        return true;
      case 'refused':
        console.error(`✗ ${brought.why}`);
        return false;
      case 'faulty':
        for (const { question, what: fault, found } of brought.faults) {
          const why = say(`questionnaire:fault.${fault}` as FixedKey, { found });
          console.error(say('questionnaire:line', { question: question || what, why }));
        }
        return false;
    }
  });
}

/** The waves so far, or what one of them shows as files. */
async function surveys(config: Config, [wave, folder = '.']: readonly string[]): Promise<boolean> {
  return withCity(config, async (store) => {
    if (wave === undefined) {
      for (const line of await waveLines(store)) console.log(line);
      return true;
    }
    const { regions } = cityOf(await loadCityData(store), []);
    return writeFiles(await waveFiles(store, wave, regions), folder, wave);
  });
}

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

/** Lets nothing go out by itself until an organiser says so: for a backup on a machine that has not seen newer data. */
async function stopSending(config: Config): Promise<boolean> {
  return withCity(config, async (store) => {
    await goSafe(store, (await reachedBy(store)).restores);
    console.log('Nothing goes out by itself any more. An organiser of the whole city ends this in the chat: /safe');
    return true;
  });
}

/** The start gate, explained. */
async function doctor(config: Config): Promise<boolean> {
  return withStore(config, async (url) => {
    const redis = connect(url);
    const findings = await checkStore(redis, gateFor(config, url), Date.now()).finally(() => redis.disconnect());
    for (const { level, what, cure } of findings) console.log(`${level === 'refuse' ? '✗' : '!'} ${what} ${cure}`);
    if (findings.length === 0) console.log('✓ The store keeps what it is given.');
    return findings.every(({ level }) => level !== 'refuse');
  });
}

/** Whether the data fit together. */
async function verify(config: Config): Promise<boolean> {
  return withCity(config, async (store) => {
    const wrong = (await Promise.all(INVARIANTS.map((holds) => holds(store)))).flat();
    for (const line of wrong) console.log(`✗ ${line}`);
    if (wrong.length === 0) console.log('✓ Everything fits together.');
    return wrong.length === 0;
  });
}

/** Brings a file into the city, whole or not at all. */
async function importFile(config: Config, args: readonly string[]): Promise<boolean> {
  const { say, says } = operatorsWords();
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'dry-run': { type: 'boolean' },
      replace: { type: 'boolean' },
      as: { type: 'string' },
      datum: { type: 'string', default: 'wgs84' },
    },
  });
  const [file] = positionals;
  const { as, datum } = values;
  const known = (DATUMS as readonly string[]).includes(datum) && (as === undefined || isCityPart(as));
  if (!file || positionals.length > 1 || !known) {
    console.error(say('import:usage'));
    return false;
  }
  if (!existsSync(file) || statSync(file).size > FILE_MAX) {
    console.error(say('import:no_file', { file }));
    return false;
  }
  return withCity(config, async (store) => {
    const planned = await cityVersion(store);
    const plan = planImport(readFileSync(file), {
      data: await loadCityData(store),
      ...(as && isCityPart(as) ? { as } : {}),
      replace: values.replace ?? false,
      datum: datum as Datum, // checked above
      says,
    });
    if (plan.type === 'bad') {
      for (const problem of plan.problems.slice(0, PROBLEMS_SHOWN)) console.error(`✗ ${problemLine(problem, say)}`);
      const left = plan.problems.length - PROBLEMS_SHOWN;
      if (left > 0) console.error(say('import:more', { count: left }));
      console.error(say('import:bad', { file, count: plan.problems.length }));
      return false;
    }
    const { part, list, type: _good, ...counts } = plan;
    const nothing = counts.added + counts.changed + counts.removed === 0;
    console.log(say('import:good', { file, part: say(`import:parts.${part}`), ...counts }));
    if (nothing) {
      console.log(say('import:nothing'));
      return true;
    }
    if (!values['dry-run']) await saveCityData(store, { [part]: list }, basename(file), Date.now(), { planned });
    console.log(say(values['dry-run'] ? 'import:dry_run' : 'import:done'));
    return true;
  });
}

/** Takes back the last import. */
async function undo(config: Config): Promise<boolean> {
  const { say } = operatorsWords();
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
}

/** What was imported so far; what was taken back stands in brackets. */
async function versions(config: Config): Promise<boolean> {
  const { say } = operatorsWords();
  return withCity(config, async (store) => {
    for (const { at, what, parts, undone } of await cityChanges(store)) {
      const names = Object.entries(parts).map(([part, { to }]) => `${say(`import:parts.${part as CityPart}`)} ${to}`);
      const day = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
      const line = say('import:version_line', { at: day, what, parts: names.join('、') });
      console.log(undone ? `(${line})` : line);
    }
    return true;
  });
}

/** A link for up to 20 people, for a week. */
async function invite(config: Config, [role, scope = EVERYWHERE]: readonly string[]): Promise<boolean> {
  const given = ROLES.find((one) => one === role);
  if (!given) {
    console.error(`npm run anlin -- invite <${ROLES.join('|')}> [<region or unit>]`);
    return false;
  }
  return withCity(config, async (store) => {
    const { regions, units } = cityOf(await loadCityData(store), []);
    if (scope !== EVERYWHERE && !regions.nameOf(scope) && !units.has(scope)) {
      console.error(`There is no region or unit ${scope}. Look it up in what was imported.`);
      return false;
    }
    const now = Date.now();
    const token = newToken();
    const invitation = { token, grant: { role: given, scope }, until: now + INVITATION_MS, left: 20, by: 'operator' };
    const writes = invitationWrites(store, invitation);
    await commitAsSystem(store, { op: `invite:${token}`, what: 'staff_invited', checks: [], writes }, now);
    console.log(`/start ${INVITES}${token}`);
    return true;
  });
}

/** A key for a program, shown once. */
async function apiKey(config: Config, [name = '']: readonly string[]): Promise<boolean> {
  if (name === '') {
    console.error('npm run anlin -- api-key <name>');
    return false;
  }
  return withCity(config, async (store) => {
    console.log(await makeApiKey(store, name, Date.now()));
    return true;
  });
}

/** A place that is told of case events. */
async function hook(config: Config, [url = '']: readonly string[]): Promise<boolean> {
  if (!isHookUrl(url)) {
    console.error('npm run anlin -- hook https://…   (http only to this machine)');
    return false;
  }
  return withCity(config, async (store) => {
    const { secret } = await makeHook(store, url, Date.now());
    console.log(`secret ${secret}\nx-anlin-signature: sha256=HMAC-SHA256(secret, x-anlin-timestamp + "." + body)`);
    return true;
  });
}

/** Each figure as a part of a whole; with --rows the numbers of the cases behind one of them. */
async function figures(config: Config, args: readonly string[]): Promise<boolean> {
  const options = { days: { type: 'string', default: '30' }, rows: { type: 'string' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  const days = Number(values.days);
  const wanted = FIGURES.find((name) => name === values.rows);
  if (!(days > 0) || (values.rows !== undefined && !wanted)) {
    console.error(`npm run anlin -- figures [--days=<n>] [--rows=<${FIGURES.join('|')}>]`);
    return false;
  }
  const { say } = operatorsWords();
  return withCity(config, async (store) => {
    const now = Date.now();
    for (const { name, of, so } of await loadFigures(store, now - days * DAY_MS, now, now)) {
      if (wanted === undefined) {
        const share = of.length > 0 ? `${((100 * so.length) / of.length).toFixed(1)} %` : '–';
        console.log(
          say('common:figure_line', { name: say(`common:figures.${name}`), so: so.length, of: of.length, share }),
        );
      } else if (name === wanted) {
        for (const number of of) console.log(`${showCaseNumber(number)} ${so.includes(number) ? '✓' : '✗'}`);
      }
    }
    return true;
  });
}

/** The operator reads Chinese unless the machine speaks English; columns may be named in either. */
function operatorsWords() {
  const wording = openWording();
  const say = wording.in(wording.languageFor(process.env.LANG?.startsWith('en') ? 'en' : undefined));
  return { say, says: wording.languages.map((language) => wording.in(language)) };
}

function problemLine({ row, column, what, found }: Problem, say: Say): string {
  const problem = say(`import:problem.${what}` as FixedKey, { found });
  if (row === 0) return say('import:line_known', { column, problem });
  return column ? say('import:line', { row, column, problem }) : say('import:line_plain', { row, problem });
}

async function withCity(config: Config, use: (store: Store) => Promise<boolean>): Promise<boolean> {
  return withStore(config, async (url) => {
    const redis = connect(url);
    const store = await openStore(redis, config.city, config.pace, Date.now(), config.dataKey);
    return use(store).finally(() => redis.disconnect());
  });
}

async function withStore(config: Config, use: (url: string) => Promise<boolean>): Promise<boolean> {
  let embedded: EmbeddedRedis | undefined;
  if (!config.redisUrl) embedded = await startEmbeddedRedis(join(config.dataDir, 'redis'));
  try {
    return await use(config.redisUrl ?? embedded?.url ?? '');
  } finally {
    await embedded?.stop();
  }
}
