import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedRedis } from '../src/store/embedded.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import type { SharedRedis } from './shared-redis.ts';

/** Starts what all test files share: a cluster server per worker, and a filled compile cache for bot processes. */
export default async function prepare(project: TestProject): Promise<() => Promise<void>> {
  fillCompileCache();
  const folder = mkdtempSync(join(tmpdir(), 'anlin-shared-'));
  const workers = Number(project.vitest.config.maxWorkers);
  // A cluster node refuses writes for its first two seconds, so each worker's server starts only once.
  const servers = await Promise.all(
    Array.from({ length: workers }, (_, n) => startEmbeddedRedis(join(folder, String(n)), { cluster: true })),
  );
  project.provide(
    'clusterServers',
    servers.map(({ url, port, password, pid }): SharedRedis => ({ url, port, password, pid })),
  );
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Bot processes of the fault tests start in a third of the time. */
function fillCompileCache(): void {
  const tool = new URL('../src/anlin.ts', import.meta.url).pathname;
  spawnSync(process.execPath, [tool], { env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE }, stdio: 'ignore' });
}
