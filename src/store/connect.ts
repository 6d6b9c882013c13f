import { Cluster, Redis } from 'ioredis';
import type { ScriptCommands } from './commands.ts';
import { SCRIPTS } from './commands.ts';

/** One node or a cluster: the same commands either way. */
export type Connection = Redis & ScriptCommands;

/** The store could not answer now; what was asked may or may not have happened, and may safely be asked again. */
export class StoreAway extends Error {
  override readonly name = 'StoreAway';
}

/**
 * A connection with all scripts defined. Several urls with commas are the nodes of one cluster.
 * A command whose reply was cut is sent again by ioredis, which is why every effect is a script that knows its operation.
 */
export function connect(urls: string, commandTimeoutMs = 3000): Connection {
  const options = {
    commandTimeout: commandTimeoutMs,
    maxRetriesPerRequest: null,
    connectTimeout: 3000,
    // A link that swallows everything (a dropped NAT entry, a failover) is given up and made anew.
    socketTimeout: 5000,
    retryStrategy: (times: number) => Math.min(50 * times, 1000),
  };
  const list = urls.split(',').map((url) => url.trim());
  const redis = list.length > 1 ? connectCluster(list, options) : new Redis(list[0] ?? '', options);
  for (const [name, lua] of Object.entries(SCRIPTS)) redis.defineCommand(name, { lua });
  // Fault tests kill the process when a command is on the wire: then each must leave at once.
  if (redis instanceof Redis && process.env.CRASH_AT === undefined) writeTogether(redis);
  // Every caller hears of its own failed command; the connection's own errors are told by the health check.
  redis.on('error', () => {});
  return redis as unknown as Connection; // a Cluster has the same commands
}

/** What many turns ask within one round of the event loop leaves as one write: a system call costs more than a command. */
function writeTogether(redis: Redis): void {
  const send = redis.sendCommand;
  let corked: Redis['stream'] | undefined;
  redis.sendCommand = (...args) => {
    const { stream } = redis;
    if (!corked && stream) {
      corked = stream;
      stream.cork();
      setImmediate(() => {
        corked = undefined;
        stream.uncork();
      });
    }
    return send.apply(redis, args);
  };
}

/** The nodes that a cluster tells of bring no credentials with them; those of the first url serve for all. */
function connectCluster(
  urls: readonly string[],
  options: { readonly retryStrategy: (times: number) => number },
): Cluster {
  const { username, password, protocol } = new URL(urls[0] ?? '');
  const redisOptions = {
    ...options,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    ...(protocol === 'rediss:' ? { tls: {} } : {}),
  };
  // Without a queue of its own: while no node answers, every question fails at once instead of waiting for ever.
  const settings = { redisOptions, clusterRetryStrategy: options.retryStrategy, enableOfflineQueue: false };
  const cluster = new Cluster([...urls], settings);
  cluster.on('node error', () => {});
  return cluster;
}

/** Every node that takes writes: of a single server that is the connection. */
export function mastersOf(connection: Connection): readonly Redis[] {
  const either: unknown = connection;
  return either instanceof Cluster ? either.nodes('master') : [connection];
}

/** The node that holds all keys of one hash tag can only be scanned itself; of a single server that is the connection. */
export function scannable(connection: Connection): Redis | undefined {
  return mastersOf(connection)[0];
}
