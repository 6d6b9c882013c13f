import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { isInUse, noteFileIn, readNote, urlOf, writeNote } from './embedded-note.ts';
import { freePort } from './free-port.ts';

/** A Redis server that this process runs, with its data in a folder. It is a real server, as in production. */
export type EmbeddedRedis = {
  readonly url: string;
  readonly port: number;
  readonly password: string;
  readonly pid: number;
  /** Shuts the server down in order; all data are on disk afterwards. */
  stop(): Promise<void>;
  /** Resolves if the server ends without a call of `stop`. */
  readonly died: Promise<void>;
};

type EmbeddedOptions = {
  readonly appendfsync?: 'always' | 'everysec';
  /** Runs one node that owns all slots: tests need the rules of a cluster. */
  readonly cluster?: boolean;
  readonly port?: number;
  readonly password?: string;
};

/** Another process has this data folder open. */
export class DataInUse extends Error {
  override readonly name = 'DataInUse';
}

/** The names under which a Redis server may be installed. */
const SERVERS = ['redis-server', 'valkey-server'];

/** Starts the server as `launchEmbeddedRedis` does, and waits until it answers. */
export async function startEmbeddedRedis(folder: string, options: EmbeddedOptions = {}): Promise<EmbeddedRedis> {
  return (await launchEmbeddedRedis(folder, options))();
}

/**
 * Starts the server on a free loopback port. Replaces the server that a killed process left behind on the folder.
 * Returns the wait for its first answer: it reads its data meanwhile.
 * Throws DataInUse. If no server is installed, the error names the three ways to get one.
 */
export async function launchEmbeddedRedis(
  folder: string,
  options: EmbeddedOptions = {},
): Promise<() => Promise<EmbeddedRedis>> {
  const dir = resolve(folder);
  mkdirSync(dir, { recursive: true });
  const noteFile = noteFileIn(dir);
  await stopLeftover(noteFile);
  const port = options.port ?? (await freePort());
  const password = options.password ?? randomBytes(18).toString('base64url');
  writeNote(noteFile, { port, password, owner: process.pid });
  const child = await spawnServer(settings(dir, port, password, options));
  let complaint = '';
  child.stderr?.on('data', (bytes: Buffer) => {
    complaint = (complaint + bytes.toString()).slice(-2000);
  });
  const url = urlOf({ port, password });
  let stopping = false;
  // If this process exits without `stop`, the server still shuts down in order (SIGTERM).
  const stopAtExit = () => child.kill('SIGTERM');
  process.once('exit', stopAtExit);
  const died = new Promise<void>((done) => child.once('exit', () => stopping || done()));
  const stop = async () => {
    stopping = true;
    process.off('exit', stopAtExit);
    await shutDown(url, child);
    // Only now: until then the note keeps other processes from the files.
    if (readNote(noteFile)?.port === port) rmSync(noteFile, { force: true });
  };
  return async () => {
    await untilReady(url, child, () => complaint, options.cluster ?? false);
    return { url, port, password, pid: child.pid ?? 0, stop, died };
  };
}

/** Gives the URL of the folder's server while its owner process lives and it answers; otherwise undefined. */
export async function runningEmbeddedUrl(folder: string): Promise<string | undefined> {
  const note = readNote(noteFileIn(resolve(folder)));
  return note && (await isInUse(note)) ? urlOf(note) : undefined;
}

/** After a kill -9 of the bot its server still holds the folder: it must end before a new one may open the files. */
async function stopLeftover(noteFile: string): Promise<void> {
  const left = readNote(noteFile);
  if (!left) return;
  if (left.owner !== process.pid && (await isInUse(left))) {
    throw new DataInUse(
      `Another process (${left.owner}) is using ${noteFile}. Stop it, or set DATA_DIR to another folder.`,
    );
  }
  await shutDown(urlOf(left));
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

/** Starts a server. Its settings go in by stdin: the process list must not show the password. */
async function spawnServer(settings: string): Promise<ChildProcess> {
  for (const name of SERVERS) {
    // Ctrl+C reaches the whole process group; Redis must outlive the bot's last commit.
    const child = spawn(name, ['-'], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
    try {
      await once(child, 'spawn');
    } catch {
      continue; // not installed under this name
    }
    // The server begins at their end. They must be out before this process is busy with its modules.
    await new Promise<void>((done) => child.stdin.end(settings, () => done()));
    return child;
  }
  throw new Error(
    'No redis-server found. Install Redis 7 or newer, or set REDIS_URL to a running one, or run `docker compose up`.',
  );
}

async function shutDown(url: string, child?: ChildProcess): Promise<void> {
  const ended = child && child.exitCode === null && child.signalCode === null ? exitOf(child) : Promise.resolve();
  const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => {});
  try {
    await redis.connect();
    await redis.shutdown('NOSAVE'); // the append-only file has everything
  } catch {
    // A server that shuts down closes the connection instead of an answer. No connection: it has ended already.
  } finally {
    redis.disconnect();
  }
  await ended;
}

async function untilReady(url: string, child: ChildProcess, complaint: () => string, cluster: boolean): Promise<void> {
  // The ready check waits a whole second for a server that loads its data; a PING costs nothing.
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null, enableReadyCheck: false });
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

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => child.once('exit', () => done()));
}
