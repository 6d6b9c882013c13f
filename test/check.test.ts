import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const BIN = new URL('../node_modules/.bin/', import.meta.url).pathname;
const ROOT = new URL('../', import.meta.url).pathname;

test.each([
  ['the compiler', 'tsc', []],
  ['the linter and formatter', 'biome', ['ci', '.']],
])('%s has nothing to say', { timeout: 120_000 }, (_who, tool, args) => {
  const { status, stdout, stderr } = spawnSync(BIN + tool, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
});
