import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url).pathname;
const BIN = `${ROOT}node_modules/.bin/`;

test.each([
  // Its checkers share no types: one takes half the CPU time of the usual four.
  ['the compiler', `${BIN}tsc`, ['--singleThreaded']],
  ['the linter and formatter', `${BIN}biome`, ['ci', '.']],
  ['the language counter', process.execPath, ['scripts/check-language.mjs']],
])('%s finds nothing', { timeout: 120_000 }, (_name, command, args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status, `${stdout}${stderr}`).toBe(0);
});
