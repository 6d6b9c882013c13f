import { readOptions } from './options.ts';

/** All benches by name. Each prints a table of results. */
const BENCHES = {
  turn: () => import('./turn.ts'),
  client: () => import('./client.ts'),
  growth: () => import('./growth.ts'),
  cases: () => import('./cases.ts'),
  broadcast: () => import('./broadcast.ts'),
  tasks: () => import('./tasks.ts'),
  survey: () => import('./survey.ts'),
  start: () => import('./start.ts'),
  scale: () => import('./scale.ts'),
} as const;

const EX_USAGE = 64;

const [name = '', ...options] = process.argv.slice(2);
const found = Object.entries(BENCHES).find(([known]) => known === name);
if (!found) {
  console.error(
    `npm run bench -- <name> [--json] [--quick] [--rounds=<n>] [--only=<subject>,…] [--beside=<checkout>]\n\nNames: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(EX_USAGE);
}
const { bench } = await found[1]();
await bench(readOptions(options));
process.exit(0);
