import { spawnSync } from 'node:child_process';
import { COMPILE_CACHE } from './compile-cache.ts';

/** Fills the compile cache once, so that the bot processes of the fault tests start in a third of the time. */
export default function prepare(): void {
  const tool = new URL('../src/anlin.ts', import.meta.url).pathname;
  spawnSync(process.execPath, [tool], { env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE }, stdio: 'ignore' });
}
