import { defineConfig } from 'vitest/config';

/** Everything that touches the store runs twice: on a single Redis, and on one with the rules of a cluster (F19). */
const STORE_TESTS = [
  'test/conversation/**/*.test.ts',
  'test/delivery/**/*.test.ts',
  'test/store/**/*.test.ts',
  'test/faults/f8-*.test.ts',
];

export default defineConfig({
  test: {
    // Every file starts a real Redis of its own; two files at a time fill two cores.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ['default', ['json', { outputFile: 'data/test-results.json' }]],
    projects: [
      { extends: true, test: { name: 'anlin', include: ['test/**/*.test.ts'] } },
      { extends: true, test: { name: 'cluster', include: STORE_TESTS, env: { REDIS_CLUSTER_RULES: 'yes' } } },
    ],
  },
});
