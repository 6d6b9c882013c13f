import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { casesHold } from './cases/case-invariants.ts';
import type { Config } from './config.ts';
import { BadConfig, readConfig } from './config.ts';
import { outboxHolds } from './delivery/outbox-invariants.ts';
import { personsHold } from './people/person-invariants.ts';
import { connect } from './store/connect.ts';
import type { EmbeddedRedis } from './store/embedded.ts';
import { startEmbeddedRedis } from './store/embedded.ts';
import { checkStore, gateFor } from './store/gate.ts';
import type { Invariants } from './store/invariants.ts';
import { auditHolds, nothingExpires } from './store/invariants.ts';
import { openStore } from './store/store.ts';

/** Everything that must hold in a city's data, whatever happened to the machines. */
export const INVARIANTS: readonly Invariants[] = [personsHold, casesHold, outboxHolds, auditHolds, nothingExpires];

const COMMANDS: Readonly<Record<string, (config: Config) => Promise<boolean>>> = { doctor, verify };

if (import.meta.main) await main(process.argv[2] ?? '');

async function main(command: string): Promise<void> {
  const run = COMMANDS[command];
  if (!run) {
    console.error(
      'npm run anlin -- doctor   what the start gate says of the store\nnpm run anlin -- verify   whether the data fit together',
    );
    process.exit(64);
  }
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    process.exit((await run(readConfig(process.env))) ? 0 : 1);
  } catch (error) {
    console.error(`anlin: ${error instanceof Error ? error.message : error}`);
    process.exit(error instanceof BadConfig ? 78 : 1);
  }
}

/** The start gate, explained. */
async function doctor(config: Config): Promise<boolean> {
  return withStore(config, async (url) => {
    const redis = connect(url);
    const findings = await checkStore(redis, gateFor(config, url), Date.now()).finally(() => redis.disconnect());
    for (const { level, what, cure } of findings) console.log(`${level === 'refuse' ? '✗' : '!'} ${what} ${cure}`);
    if (findings.length === 0) console.log('✓ The store keeps what it is given.');
    return findings.every(({ level }) => level !== 'refuse');
  });
}

/** Whether the data fit together. */
async function verify(config: Config): Promise<boolean> {
  return withStore(config, async (url) => {
    const redis = connect(url);
    const store = await openStore(redis, config.city, config.pace, Date.now());
    const wrong = (await Promise.all(INVARIANTS.map((holds) => holds(store)))).flat();
    redis.disconnect();
    for (const line of wrong) console.log(`✗ ${line}`);
    if (wrong.length === 0) console.log('✓ Everything fits together.');
    return wrong.length === 0;
  });
}

async function withStore(config: Config, use: (url: string) => Promise<boolean>): Promise<boolean> {
  let embedded: EmbeddedRedis | undefined;
  if (!config.redisUrl) embedded = await startEmbeddedRedis(join(config.dataDir, 'redis'));
  try {
    return await use(config.redisUrl ?? embedded?.url ?? '');
  } finally {
    await embedded?.stop();
  }
}
