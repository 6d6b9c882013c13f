/** What can be measured, by name; each file says what it measures and prints a table. */
const BENCHES = {
  turn: () => import('./turn.ts'),
} as const;

const EX_USAGE = 64;

const [name = '', ...options] = process.argv.slice(2);
const found = Object.entries(BENCHES).find(([known]) => known === name);
if (!found) {
  console.error(
    `npm run bench -- <name> [--json] [--quick] [--only=<subject>,…]\n\nNames: ${Object.keys(BENCHES).join(', ')}`,
  );
  process.exit(EX_USAGE);
}
const { bench } = await found[1]();
const only = options.flatMap((option) =>
  option.startsWith('--only=') ? option.slice('--only='.length).split(',') : [],
);
await bench({ json: options.includes('--json'), quick: options.includes('--quick'), only });
process.exit(0);
