import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = new URL('.', import.meta.url).pathname;

/** Marks of a test that needs more than this process. */
const NOT_PURE = /startEmbeddedRedis|start\w*Simulator|openTestApp|child_process|playwright/;

/** Pure tests that take longer than the inner loop has: an integer search, and the history of a city. */
const LONG: readonly string[] = ['surveys/solve-wave.test.ts', 'demo/seed.test.ts'];

/** Lists the test files that, with the test helpers they import, start no server, process or browser. */
export function pureTests(): readonly string[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'));
  return files.filter((file) => !LONG.includes(file) && isPure(join(ROOT, file))).map((file) => `test/${file}`);
}

const known = new Map<string, boolean>();

function isPure(file: string): boolean {
  const before = known.get(file);
  if (before !== undefined) return before;
  known.set(file, true);
  const text = readFileSync(file, 'utf8');
  const helpers = [...text.matchAll(/from '(\.{1,2}\/[^']+\.ts)'/g)]
    .map(([, target = '']) => join(dirname(file), target))
    .filter((target) => target.startsWith(ROOT));
  const pure = !NOT_PURE.test(text) && helpers.every(isPure);
  known.set(file, pure);
  return pure;
}
