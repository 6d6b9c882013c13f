import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { COMPILE_CACHE } from './compile-cache.ts';
import { memoryFolder } from './memory-folder.ts';

const ROOT = new URL('..', import.meta.url).pathname;
const PROJECT = ['src', 'locales', 'scripts', 'package.json', 'package-lock.json'];
let copy = '';

beforeAll(() => {
  copy = memoryFolder('anlin-start-');
  for (const name of PROJECT) cpSync(join(ROOT, name), join(copy, name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

type Until = { readonly text: string; readonly act: (output: string) => Promise<void> };

/** Runs the start script. `until`: it is stopped once it has printed a text and something was done then. */
async function start(args: readonly string[], until?: Until, environment: Readonly<Record<string, string>> = {}) {
  const env = { PATH: process.env.PATH ?? '', NODE_COMPILE_CACHE: COMPILE_CACHE, PORT: '0', SIM_PORT: '0' };
  const child = spawn(process.execPath, ['scripts/start.mjs', ...args], { cwd: copy, env: { ...env, ...environment } });
  let output = '';
  let done: Promise<void> | undefined;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes;
      if (until && output.includes(until.text)) done ??= until.act(output).finally(() => child.kill('SIGTERM'));
    });
  const [code] = await once(child, 'close');
  await done;
  return { code, output };
}

const bundles = () => readdirSync(join(copy, 'dist/bot'));

const newest = () => JSON.parse(readFileSync(join(copy, 'dist/bot.json'), 'utf8')).bundle;

const longer = (source: string) => `${source}\n`;
const asLong = (source: string) => source.replace('\n', ' ');

/** Changes a source, and sets the time of its last change back. */
function changeSources(change = longer): void {
  const file = join(copy, 'locales/zh-CN/common.json');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  utimesSync(file, 1_700_000_000, 1_700_000_000);
}

test('a bundle is built once for each state of the sources, and the last two stay', async () => {
  expect(await start(['--build-only'])).toEqual({ code: 0, output: '' });
  const [first = ''] = bundles();
  await start(['--build-only']);
  expect(bundles()).toEqual([first]);
  // The second change keeps the size and the time of its file.
  for (const [change, left] of [
    [longer, 1],
    [asLong, 0],
  ] as const) {
    changeSources(change);
    await start(['--build-only']);
    expect(bundles()).toHaveLength(2);
    expect(bundles().filter((name) => name === first)).toHaveLength(left);
  }
  const built = newest();
  expect(bundles()).toContain(built);
  writeFileSync(join(copy, 'dist/bot.json'), '{');
  await start(['--build-only']);
  expect(bundles()).toContain(built);
  expect(newest()).toBe(built);
});

test('the demo starts from its bundle, and finds its pages beside the sources', async () => {
  for (const name of bundles()) {
    const file = join(copy, 'dist/bot', name, 'main.js');
    writeFileSync(file, `console.log('from the bundle');\n${readFileSync(file, 'utf8')}`);
  }
  const { code, output } = await start([], {
    text: 'is running',
    act: async (printed) => {
      const page = await fetch(/phones\s+(\S+)/.exec(printed)?.[1] ?? '');
      expect(await page.text()).toContain('<!doctype html>');
    },
  });
  expect(output).toContain('from the bundle');
  expect(code).toBe(0);
});

/** Prints which parts of Node are loaded when the product says that it runs. */
const TELL_LOADED = `data:text/javascript,${encodeURIComponent(`
  const { log } = console;
  console.log = (...words) => {
    log(...words);
    if (String(words).includes('is running')) log('loaded:', process.moduleLoadList.join());
  };`)}`;

test('a start loads no client for fetch: it would take a tenth of the time, and only pages and uploads need it', async () => {
  const until = { text: 'loaded:', act: async () => {} };
  const { output } = await start([], until, { NODE_OPTIONS: `--import=${TELL_LOADED}` });
  const loaded = /loaded: (.*)/.exec(output)?.[1];
  expect(loaded).toContain('NativeModule http,');
  expect(loaded).not.toContain('undici');
});

test('without a bundler the sources start as they are', async () => {
  rmSync(join(copy, 'node_modules'));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(ROOT, 'node_modules')))
    if (name !== 'vite') symlinkSync(join(ROOT, 'node_modules', name), join(copy, 'node_modules', name));
  changeSources();
  const { code, output } = await start([], undefined, { PORT: 'no port' });
  expect(output).toMatch(/PORT/);
  expect(output).not.toContain('from the bundle');
  expect(code).toBe(78);
  expect(bundles()).toHaveLength(2);
});
