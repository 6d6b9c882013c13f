import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/** The store's own tests run on both kinds of server; all other apps run under a cluster's rules (F19). */
const ON_A_SINGLE_NODE = ['test/delivery/relay.test.ts', 'test/store/**/*.test.ts', 'test/faults/f8-*.test.ts'];

export default defineConfig({
  test: {
    // Most tests wait for replies and starts of processes, so five workers fill two cores; with more, tests of timing fail.
    maxWorkers: 5,
    // A stall of a shared CI machine may fail a test of timing once; the report names every retry.
    retry: process.env.CI ? 1 : 0,
    sequence: { sequencer: LongestFirst },
    testTimeout: 120_000,
    // One second, the default, is less than a stall of a shared machine.
    expect: { poll: { timeout: 20_000 } },
    hookTimeout: 120_000,
    globalSetup: 'test/prepare.ts',
    reporters: ['default', ['json', { outputFile: 'data/test-results.json' }]],
    // Files of one worker share its modules: loading the product costs more than most tests.
    isolate: false,
    execArgv: ['--import', new URL('./test/preload.ts', import.meta.url).href],
    // Node loads the TypeScript itself, as in production; its compile cache serves all workers.
    experimental: { viteModuleRunner: false, nodeLoader: false },
    projects: [
      { extends: true, test: { name: 'anlin', include: ['test/**/*.test.ts'] } },
      { extends: true, test: { name: 'single', include: ON_A_SINGLE_NODE, env: { REDIS_CLUSTER_RULES: 'no' } } },
    ],
  },
});
