import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sourcesOf } from '../src/page-build/page-files.ts';

const CHILD = new URL('../src/page-build/build-child.ts', import.meta.url).pathname;

test('two processes that build one page at once leave one whole build, and nothing of earlier sources', {
  timeout: 60_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-page-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>');
  writeFileSync(join(source, 'main.ts'), 'document.title = "x";');
  mkdirSync(join(folder, 'dist', 'earlier'), { recursive: true });
  const build = async () => {
    const child = fork(CHILD, [source, join(folder, 'dist', 'now'), '/', 'es2022'], { execArgv: [] });
    return (await once(child, 'exit'))[0];
  };
  expect(await Promise.all([build(), build(), build()])).toEqual([0, 0, 0]);
  expect(readdirSync(join(folder, 'dist'))).toEqual(['now']);
  expect(readdirSync(join(folder, 'dist', 'now')).sort()).toEqual(['assets', 'index.html', 'index.html.br']);
  rmSync(folder, { recursive: true, force: true });
});

test('a page is built for production, whatever NODE_ENV says', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-page-'));
  const source = join(folder, 'source');
  mkdirSync(source);
  writeFileSync(join(source, 'index.html'), '<!doctype html><script type="module" src="./main.ts"></script>');
  writeFileSync(join(source, 'main.ts'), 'document.title = import.meta.env.DEV ? "with names of files" : "small";');
  const built = join(folder, 'dist', 'now');
  const env = { ...process.env, NODE_ENV: 'development' };
  await once(fork(CHILD, [source, built, '/', 'es2022'], { execArgv: [], env }), 'exit');
  const [script = ''] = readdirSync(join(built, 'assets')).filter((name) => name.endsWith('.js'));
  expect(readFileSync(join(built, 'assets', script), 'utf8')).toMatch(/small/);
  rmSync(folder, { recursive: true, force: true });
});

test('a page is built anew when a file changes that it imports from elsewhere', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'anlin-page-'));
  const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
  for (const name of ['page', 'shared']) mkdirSync(join(folder, name));
  write('page/main.tsx', "import type { T } from '../shared/types.ts';\nimport { one } from '../shared/one.ts';\n");
  write('page/style.css', 'body {}');
  write('shared/one.ts', "export type { U } from './types.ts';\nexport * from './two.ts';\n");
  write('shared/two.ts', 'export const one = "from \'./nowhere.ts\'";');
  write('shared/types.ts', 'export type T = 1;');
  const sources = [...(await sourcesOf(join(folder, 'page'))).keys()].map((file) => file.slice(folder.length + 1));
  expect(sources.toSorted()).toEqual(['page/main.tsx', 'page/style.css', 'shared/one.ts', 'shared/two.ts']);
  rmSync(folder, { recursive: true, force: true });
});
