import { once } from 'node:events';
import { Cluster, Redis } from 'ioredis';
import { isArmed } from '../crash-point.ts';
import { sentinelsOf } from '../redis-url.ts';
import type { ScriptCommands } from './scripts/commands.ts';
import { SCRIPTS } from './scripts/commands.ts';
import { COMMAND_TIMEOUT_MS } from './scripts/outbox-lua.ts';
import { watchAnswers } from './watch-answers.ts';

/** A connection to a single node or to a cluster; both take the same commands. */
export type Connection = Redis & ScriptCommands & Rounds;
type Rounds = {
  /** Runs work whose commands leave with all others of this round of the event loop. */
  atRoundEnd(work: () => void): void;
};

/** The store did not answer. The command may or may not have run; it is safe to repeat. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/**
 * Opens a connection with all scripts defined. Several URLs, separated by commas, are the nodes of one cluster;
 * redis+sentinel:// names the sentinels of one primary.
 * ioredis repeats a command whose reply was lost. So every effect is a script that is safe to run twice.
 * With a null timeout, a command waits for its answer as long as the connection lasts.
 */
export function connect(urls: string, commandTimeoutMs: number | null = COMMAND_TIMEOUT_MS): Connection {
  const redis = openConnection(urls, optionsFor(commandTimeoutMs));
  onEachNode(redis, (node) => watchAnswers(node, SILENCE_MS));
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
  // Fault tests kill the process while a command is on the wire, so each command must leave at once.
  const atOnce = isArmed();
  const rounds: Rounds =
    redis instanceof Redis && !atOnce ? corkWrites(redis) : { atRoundEnd: atOnce ? (work) => work() : setImmediate };
  // Each failed command rejects for its caller, and the health check reports connection errors.
  redis.on('error', () => {});
  return Object.assign(redis, rounds) as unknown as Connection; // a Cluster has the same commands
}

const optionsFor = (commandTimeoutMs: number | null) => ({
  ...(commandTimeoutMs === null ? {} : { commandTimeout: commandTimeoutMs }),
  maxRetriesPerRequest: null,
  connectTimeout: 3000,
  retryStrategy: (times: number) => Math.min(50 * times, 1000),
  // After a failover the address leads to the new primary; the open connection still leads to the old one.
  reconnectOnError: (error: Error) => error.message.startsWith('READONLY'),
});

/** A connection that brings nothing for so long is opened anew. */
const SILENCE_MS = 5000;

type ConnectionOptions = ReturnType<typeof optionsFor>;

/** Calls for each node of a cluster once it is known; without a cluster, for the connection itself. */
function onEachNode(redis: Redis | Cluster, call: (node: Redis) => void): void {
  if (redis instanceof Cluster) redis.on('+node', call);
  else call(redis);
}

function openConnection(urls: string, options: ConnectionOptions): Redis | Cluster {
  const group = sentinelsOf(urls);
  if (group) {
    const sentinels = [...group.sentinels];
    // A frozen primary keeps its connections open; the sentinels tell of its end.
    const following = { sentinels, sentinelRetryStrategy: options.retryStrategy, failoverDetector: true };
    return new Redis({ ...options, ...group, ...following });
  }
  const list = urls.split(',').map((url) => url.trim());
  return list.length > 1 ? connectCluster(list, options) : new Redis(list[0] ?? '', options);
}

/** Sends all commands of one round of the event loop in one write: a system call costs more than a command. */
function corkWrites(redis: Redis): Rounds {
  const send = redis.sendCommand;
  let corked: Redis['stream'] | undefined;
  let waiting: (() => void)[] | undefined;
  const begin = () => {
    if (waiting) return;
    waiting = [];
    setImmediate(() => {
      for (const work of waiting ?? []) work();
      waiting = undefined;
      corked?.uncork();
      corked = undefined;
    });
  };
  redis.sendCommand = (...args) => {
    begin();
    if (!corked) {
      corked = redis.stream;
      corked?.cork();
    }
    return send.apply(redis, args);
  };
  return {
    atRoundEnd(work) {
      begin();
      waiting?.push(work);
    },
  };
}

/** Opens a cluster. Its node list carries no credentials, so those of the first URL serve for all nodes. */
function connectCluster(urls: readonly string[], options: ConnectionOptions): Cluster {
  const { username, password, protocol } = new URL(urls[0] ?? '');
  const redisOptions = {
    ...options,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
  // Without an offline queue a command fails at once while no node answers, instead of waiting for ever.
  const settings = { redisOptions, clusterRetryStrategy: options.retryStrategy, enableOfflineQueue: false };
  const cluster = new Cluster([...urls], settings);
  cluster.on('node error', () => {});
  return cluster;
}

/** Lists the nodes that accept writes; without a cluster, the connection itself. */
export function mastersOf(connection: Connection): readonly Redis[] {
  const either: unknown = connection;
  return either instanceof Cluster ? either.nodes('master') : [connection];
}

const CONNECTED_WITHIN_MS = 10_000;

/** Waits until a new connection takes commands: a cluster refuses them before. Throws StoreAway. */
export async function untilConnected(connection: Connection, ms = CONNECTED_WITHIN_MS): Promise<void> {
  if (connection.status === 'ready') return;
  await once(connection, 'ready', { signal: AbortSignal.timeout(ms) }).catch((cause) => {
    throw new StoreAway('Redis does not answer. Start it, or correct REDIS_URL.', { cause });
  });
}
