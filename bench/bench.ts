import { readOptions } from './options.ts';
import { printAllTargets } from './report.ts';

/** All benches by name. Each prints a table of results. */
const BENCHES = {
  turn: () => import('./turn.ts'),
  client: () => import('./client.ts'),
  growth: () => import('./growth.ts'),
  cases: () => import('./cases.ts'),
  news: () => import('./news.ts'),
  broadcast: () => import('./broadcast.ts'),
  tasks: () => import('./tasks.ts'),
  survey: () => import('./survey.ts'),
  start: () => import('./start.ts'),
  alerts: () => import('./alerts.ts'),
  score: () => import('./score.ts'),
  console: () => import('./console.ts'),
  chat: () => import('./chat.ts'),
  scale: () => import('./scale.ts'),
} as const;

const EX_USAGE = 64;

const words = process.argv.slice(2);
const named = words.filter((word) => !word.startsWith('--'));
const chosen = Object.entries(BENCHES).filter(([name]) => named.length === 0 || named.includes(name));
if (chosen.length < named.length) {
  console.error(
    `npm run bench -- [<name>] [--json] [--quick] [--rounds=<n>] [--warm=<updates>] [--only=<subject>,…] [--beside=<checkout>]\n\nWithout a name all run, one after another. Names: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(EX_USAGE);
}
const options = readOptions(words);
// Each Redis of a bench ends with this process; the subjects of one bench have a Redis each.
process.setMaxListeners(30);
let failed = false;
for (const [name, load] of chosen) {
  if (chosen.length > 1 && !options.json) console.log(`\n## ${name}`);
  try {
    await (await load()).bench(options);
  } catch (error) {
    // The other benches still print their figures.
    console.error(error);
    failed = true;
  }
}
if (chosen.length > 1 && !options.json) printAllTargets();
process.exit(failed ? 1 : 0);
