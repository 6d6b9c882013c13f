import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedRedis } from '../src/store/start/embedded.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import { bundleBot } from './faults/bot-bundle.ts';
import { memoryFolder } from './memory-folder.ts';
import type { SharedRedis } from './shared-redis.ts';

/** Prepares what all test files share: a cluster server per worker, the bundled bot, and a filled compile cache. */
export default async function prepare(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // vitest also calls this for each project of vitest.config.ts; what the root provides reaches them all.
  if (!project.isRootProject()) return undefined;
  const built = Promise.all([fillCompileCache(), bundleBot()]);
  const folder = memoryFolder('anlin-shared-');
  const workers = Math.max(...project.vitest.projects.map(({ config }) => Number(config.maxWorkers)));
  // A cluster node refuses writes for its first two seconds, so each worker's server starts only once.
  const servers = await Promise.all(
    Array.from({ length: workers }, (_, n) => startEmbeddedRedis(join(folder, String(n)), { cluster: true })),
  );
  await built;
  project.provide(
    'clusterServers',
    servers.map(({ url, port, password, pid }): SharedRedis => ({ url, port, password, pid })),
  );
  project.provide('demoData', join(folder, 'demo'));
  return async () => {
    await Promise.all(servers.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
}

/** Bot processes of the fault tests start in a third of the time. */
async function fillCompileCache(): Promise<void> {
  const tool = new URL('../src/anlin.ts', import.meta.url).pathname;
  const env = { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE };
  await once(spawn(process.execPath, [tool], { env, stdio: 'ignore' }), 'exit');
}
