import type { Connection } from './connect.ts';
import type { Keys } from './keys.ts';
import type { StartFinding } from './start/start-finding.ts';
import { refuse } from './start/start-finding.ts';

/** Types of the keys that every message passes: one of another type would stop the whole city. */
function sharedTypes(keys: Keys): readonly (readonly [key: string, type: string])[] {
  const leases = ['poller', 'jobs', 'broadcasts'].map((name) => [keys.lease(name), 'string'] as const);
  return [
    [keys.meta, 'hash'],
    [keys.audit, 'stream'],
    [keys.auditHead, 'hash'],
    [keys.outbox, 'hash'],
    [keys.outboxReady, 'zset'],
    [keys.outboxBulk, 'zset'],
    [keys.outboxClaims, 'hash'],
    [keys.outboxDead, 'stream'],
    [keys.pace, 'hash'],
    [keys.processes, 'zset'],
    [keys.personsDue, 'zset'],
    [keys.persons, 'zset'],
    [keys.casesFiled, 'zset'],
    ...leases,
  ];
}

/** Names each shared key of a wrong type, with its cure. */
export async function checkSharedKeys(redis: Connection, keys: Keys): Promise<readonly StartFinding[]> {
  const wanted = sharedTypes(keys);
  const types = await Promise.all(wanted.map(([key]) => redis.type(key)));
  return wanted.flatMap(([key, type], i) => {
    const found = types[i] ?? 'none';
    if (found === type || found === 'none') return [];
    const cure = `Keep it aside with \`redis-cli RENAME '${key}' 'aside:${key}'\`, or restore the backup.`;
    return [refuse(`The key ${key} is a ${found} in place of a ${type}.`, cure)];
  });
}
