import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';

const MODULE = new URL('../../src/operator/exit.ts', import.meta.url).href;
const LINES = 50_000;

test('a slow reader gets every line and the exit code', async () => {
  const script = `import { exitWith } from '${MODULE}';
    process.stdout._handle?.setBlocking?.(false);
    for (let i = 0; i < ${LINES}; i += 1) console.log('a line of the ledger ' + i);
    await exitWith(3);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let lines = 0;
  for await (const bytes of child.stdout as AsyncIterable<Buffer>) {
    lines += bytes.toString().split('\n').length - 1;
    await sleep(1);
  }
  expect(lines).toBe(LINES);
  expect((await exited)[0]).toBe(3);
});

test('no command of operators ends before its output has left', () => {
  const root = new URL('../../src/', import.meta.url);
  const files = ['anlin.ts', ...readdirSync(new URL('operator/', root)).map((file) => `operator/${file}`)];
  const exits = files.filter(
    (file) => file !== 'operator/exit.ts' && /process\.exit\(/.test(readFileSync(new URL(file, root), 'utf8')),
  );
  expect(exits).toEqual([]);
});
