import { defineConfig } from 'vitest/config';
import { pureTests } from './test/pure-tests.ts';

/** `npm run test:quick`: the tests that start no server, process or browser, for the inner loop. */
export default defineConfig({
  test: {
    include: [...pureTests()],
    maxWorkers: 2,
    isolate: false,
    experimental: { viteModuleRunner: false, nodeLoader: false },
  },
});
