import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A Redis server of our own, with its data in a folder. The same server as in production, not a stand-in. */
export type EmbeddedRedis = {
  readonly url: string;
  readonly port: number;
  readonly password: string;
  readonly pid: number;
  /** Ends it in order: everything is on disk afterwards. */
  stop(): Promise<void>;
  /** Resolves if it ends without having been stopped. */
  readonly died: Promise<void>;
};

type EmbeddedOptions = {
  readonly appendfsync?: 'always' | 'everysec';
  /** One node that owns all slots: the rules of a cluster, for tests. */
  readonly cluster?: boolean;
  readonly port?: number;
  readonly password?: string;
};

/** The names under which a Redis server may be installed. */
const SERVERS = ['redis-server', 'valkey-server'];

/**
 * Starts the server on a free loopback port, or takes over the one that a killed process left behind on the same folder.
 * Throws with the three ways out when no server is installed.
 */
export async function startEmbeddedRedis(folder: string, options: EmbeddedOptions = {}): Promise<EmbeddedRedis> {
  const dir = resolve(folder);
  mkdirSync(dir, { recursive: true });
  const note = join(dir, 'embedded.json');
  await stopLeftover(note);
  const port = options.port ?? (await freePort());
  const password = options.password ?? randomBytes(18).toString('base64url');
  writeFileSync(note, JSON.stringify({ port, password, owner: process.pid } satisfies Note), { mode: 0o600 });
  // The settings go in by stdin, so that the password stands in no process list.
  const child = spawn(findServer(), ['-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    // Ctrl+C reaches the whole process group; Redis must outlive the bot's last commit.
    detached: true,
  });
  child.stdin?.end(settings(dir, port, password, options));
  let complaint = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(-2000);
  });
  const url = `redis://:${password}@127.0.0.1:${port}`;
  await untilReady(url, child, () => complaint, options.cluster ?? false);
  let stopping = false;
  // Whatever ends this process in a hurry, its Redis ends in order (SIGTERM) and is not left behind.
  const endWithUs = () => child.kill('SIGTERM');
  process.once('exit', endWithUs);
  const died = new Promise<void>((done) => child.once('exit', () => stopping || done()));
  const stop = () => {
    stopping = true;
    process.off('exit', endWithUs);
    return shutDown(url, child);
  };
  return { url, port, password, pid: child.pid ?? 0, stop, died };
}

function settings(dir: string, port: number, password: string, options: EmbeddedOptions): string {
  const lines: Record<string, string> = {
    port: String(port),
    bind: '127.0.0.1',
    requirepass: password,
    dir: JSON.stringify(dir),
    logfile: JSON.stringify(join(dir, 'redis.log')),
    appendonly: 'yes',
    appendfsync: options.appendfsync ?? 'always',
    'aof-load-truncated': 'yes',
    save: '""',
    'maxmemory-policy': 'noeviction',
    ...(options.cluster
      ? { 'cluster-enabled': 'yes', 'cluster-config-file': 'nodes.conf', 'cluster-announce-ip': '127.0.0.1' }
      : {}),
  };
  return Object.entries(lines)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

function findServer(): string {
  for (const name of SERVERS) {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return name;
    } catch {
      // Not under this name.
    }
  }
  throw new Error(
    'No redis-server found. Install Redis 7 or newer, or set REDIS_URL to a running one, or run `docker compose up`.',
  );
}

/** After a kill -9 of the bot its Redis lives on, holding the folder; it must let go before a new one may open it. */
async function stopLeftover(note: string): Promise<void> {
  let left: Note;
  try {
    left = JSON.parse(readFileSync(note, 'utf8'));
  } catch {
    return;
  }
  const url = `redis://:${left.password}@127.0.0.1:${left.port}`;
  if (left.owner !== process.pid && isAlive(left.owner) && (await answers(url))) {
    throw new DataInUse(
      `Another process (${left.owner}) is using ${note}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  await shutDown(url);
}

/** Another bot on this machine has this data folder open. */
export class DataInUse extends Error {
  override readonly name = 'DataInUse';
}

type Note = { readonly port: number; readonly password: string; readonly owner: number };

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process that nobody has buried yet (state Z) still takes signals.
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !readFileSync(stat, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function answers(url: string): Promise<boolean> {
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  return redis
    .ping()
    .then(() => true)
    .catch(() => false)
    .finally(() => redis.disconnect());
}

async function shutDown(url: string, child?: ChildProcess): Promise<void> {
  const ended = child && child.exitCode === null && child.signalCode === null ? once(child) : Promise.resolve();
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.shutdown('NOSAVE'); // the append-only file has everything
  } catch {
    // A server that shuts down answers by closing the connection; one that is not there needs no shutting down.
  } finally {
    redis.disconnect();
  }
  await ended;
}

async function untilReady(url: string, child: ChildProcess, complaint: () => string, cluster: boolean): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on('error', () => {});
  try {
    for (;;) {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`redis-server ended at once: ${complaint() || 'see its redis.log'}`);
      const answer = await Promise.race([redis.ping().catch(() => ''), sleep(200).then(() => '')]);
      if (answer === 'PONG') break;
      await sleep(10);
    }
    if (!cluster) return;
    await redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383').catch(() => {});
    while (!String(await redis.call('CLUSTER', 'INFO')).includes('cluster_state:ok')) await sleep(50);
  } finally {
    redis.disconnect();
  }
}

function once(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.once('exit', () => done()));
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      // A node in cluster mode also takes port + 10000.
      probe.close(() => (port > 55_000 ? freePort().then(done, fail) : done(port)));
    });
  });
}
