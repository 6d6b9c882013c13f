import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calibrate } from './clock.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import type { Row, Target } from './report.ts';
import { median, noiseOf, print, rowOf } from './report.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const CACHE = join(ROOT, 'node_modules/.cache/anlin');
/** Time after which a process that is not ready counts as failed, ms. */
const READY_WITHIN_MS = 60_000;

/** One start: time until the process is ready, its memory then, and the processor time it took. */
type Start = { readonly ms: number; readonly mb: number; readonly cpuMs: number };
type Environment = Readonly<Record<string, string>>;

/** Measures starts by part: Node alone, the product's modules, a real bot, and the demo: new, new with its history, and old. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? (quick ? 2 : 5);
  const stage = await openStage();
  const parts: Readonly<Record<string, (round: number) => Promise<Start>>> = {
    'node-alone': () => startOnce(['-e', READY]),
    modules: () => startOnce(['-e', `import('./src/open.ts').then(() => ${READY})`]),
    bot: async () => {
      const { redisUrl, apiRoot, token, folder } = await stage.environment();
      const bot = { TELEGRAM_TOKEN: token, TELEGRAM_API_ROOT: apiRoot, REDIS_URL: redisUrl, DATA_KEY: 'b'.repeat(32) };
      return startOnce(['scripts/start.mjs'], { ...bot, DATA_DIR: folder, PORT: '0', LOG_LEVEL: 'error' });
    },
    'demo-first': (round) => startOnce(['scripts/start.mjs'], demoOf(stageFolder, `first-${round}`)),
    'demo-history': (round) => startOnce(['scripts/start.mjs'], demoOf(stageFolder, `${round}`), 'is complete'),
    'demo-warm': (round) => startOnce(['scripts/start.mjs'], demoOf(stageFolder, `${round}`)),
    setup: async () => {
      const began = performance.now();
      spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: ROOT, stdio: 'ignore' });
      return { ms: performance.now() - began, mb: 0, cpuMs: 0 };
    },
  };
  const stageFolder = mkdtempSync(join(tmpdir(), 'anlin-start-'));
  const runs = new Map<string, Start[]>(Object.keys(parts).map((name) => [name, []]));
  const calibrations: number[] = [];
  try {
    // The first starts build the bundle and fill the compile cache.
    await parts.modules?.(0);
    await parts.bot?.(0);
    for (let round = 0; round < rounds; round += 1) {
      calibrations.push(calibrate());
      for (const [name, start] of Object.entries(parts)) runs.get(name)?.push(await start(round));
    }
  } finally {
    await stage.close();
    rmSync(stageFolder, { recursive: true, force: true });
  }
  const rows = [...runs].flatMap(([name, starts]) => rowsOf(name, starts));
  const footer = [`Medians of ${rounds} rounds [least–most], with a filled compile cache.`, noiseOf(calibrations)];
  print(rows, targetsOf(rows), footer, json);
}

/** What a measured process prints when it is ready. */
const READY = `console.log('is running')`;

function demoOf(folder: string, name: string): Environment {
  return { DATA_DIR: join(folder, name), PORT: '0', SIM_PORT: '0', LOG_LEVEL: 'error' };
}

/** Starts a process, waits until it prints `says`, reads its memory, and stops it. */
async function startOnce(args: readonly string[], environment: Environment = {}, says = 'is running'): Promise<Start> {
  const env = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: CACHE, ...environment };
  const began = performance.now();
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((done) => child.once('exit', () => done()));
  let found: Start | undefined;
  await Promise.race([
    new Promise<void>((done) => {
      child.stdout.on('data', (bytes: Buffer) => {
        if (found || !bytes.toString().includes(says)) return;
        found = { ms: performance.now() - began, ...usedBy(child.pid ?? 0) };
        done();
      });
    }),
    ended,
    new Promise<void>((done) => setTimeout(done, READY_WITHIN_MS).unref()),
  ]);
  child.kill('SIGTERM');
  await ended;
  if (!found) throw new Error(`${args.join(' ')} did not become ready.`);
  return found;
}

/** Resident memory and processor time of a process, as Linux counts them; zeros for one that has ended. */
function usedBy(pid: number): Pick<Start, 'mb' | 'cpuMs'> {
  try {
    const kb = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return { mb: kb / 1000, cpuMs: 10 * (Number(fields[11]) + Number(fields[12])) };
  } catch {
    return { mb: 0, cpuMs: 0 };
  }
}

function rowsOf(name: string, starts: readonly Start[]): readonly Row[] {
  const row = (metric: string, unit: string, of: (start: Start) => number) =>
    rowOf('start', name, metric, unit, starts.map(of));
  const time = row('ready_s', 's', ({ ms }) => ms / 1000);
  if (median(starts.map(({ mb }) => mb)) === 0) return [time];
  return [time, row('memory_mb', 'MB', ({ mb }) => mb), row('cpu_ms', 'ms', ({ cpuMs }) => cpuMs)];
}

function targetsOf(rows: readonly Row[]): readonly Target[] {
  const of = (subject: string, metric: string) =>
    rows.find((row) => row.subject === subject && row.metric === metric)?.median ?? Number.NaN;
  const most = (what: string, subject: string, metric: string, bound: number, unit: string): Target => ({
    what,
    value: of(subject, metric),
    bound,
    at: 'most',
    unit,
  });
  return [
    most('a real bot is ready', 'bot', 'ready_s', 0.4, ' s'),
    most('memory of a real bot', 'bot', 'memory_mb', 135, ' MB'),
    most('the demo is ready with old data', 'demo-warm', 'ready_s', 0.6, ' s'),
    most('memory of the demo with old data', 'demo-warm', 'memory_mb', 170, ' MB'),
    most('the demo is ready with new data', 'demo-first', 'ready_s', 2, ' s'),
    most('memory of the demo with new data', 'demo-first', 'memory_mb', 220, ' MB'),
    most('the history of a new demo is complete', 'demo-history', 'ready_s', 8, ' s'),
    most('npm start adds', 'setup', 'ready_s', 0.1, ' s'),
  ];
}
