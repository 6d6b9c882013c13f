import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { EmbeddedRedis } from './embedded.ts';
import { launchEmbeddedRedis } from './embedded.ts';

/** Waits for the city's own Redis; undefined if REDIS_URL names another one. */
export type OwnServer = () => Promise<EmbeddedRedis | undefined>;

/** Prepares the data folder, and launches the city's own Redis unless REDIS_URL names another one. */
export async function launchOwnServer({ dataDir, redisUrl }: Config): Promise<OwnServer> {
  mkdirSync(dataDir, { recursive: true });
  // An earlier release or an unpacked backup may have left it open to others.
  chmodSync(dataDir, 0o700);
  return redisUrl ? async () => undefined : launchEmbeddedRedis(join(dataDir, 'redis'));
}
