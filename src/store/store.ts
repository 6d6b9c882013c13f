import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Pace } from '../config.ts';
import type { Connection } from './connect.ts';
import { StoreAway } from './connect.ts';
import type { Keys } from './keys.ts';
import { keysOf } from './keys.ts';

/** The version of what lies in Redis; the code refuses a store that is newer than this. */
export const SCHEMA = 3;

/** One city's data, open. `process` names this process among those that share the city. */
export type Store = {
  readonly city: string;
  readonly process: string;
  readonly redis: Connection;
  readonly keys: Keys;
  /** As the scripts read it. */
  readonly pace: string;
  /** A name for a person that nobody can turn back, for audit and staff. */
  readonly pseudonym: (urn: Urn) => string;
  /** Makes a text unreadable for whoever has the data alone; it opens only under the name under which it was sealed. */
  readonly seal: (text: string, name: string) => string;
  readonly unseal: (sealed: string, name: string) => string | undefined;
};

/** Founds the city's data on the first start, reads who it is on every other. */
export async function openStore(
  redis: Connection,
  city: string,
  pace: Pace,
  now: number,
  dataKey?: string,
): Promise<Store> {
  const keys = keysOf(city);
  const founding = ['instance', randomBytes(9).toString('base64url'), 'schema', SCHEMA, 'created_at', now];
  const found = await redis.anlinFound(
    1,
    keys.meta,
    ...founding,
    'pseudonym_key',
    randomBytes(32).toString('base64url'),
  );
  const meta = new Map<string, string>();
  for (let i = 0; i < found.length; i += 2) meta.set(found[i] ?? '', found[i + 1] ?? '');
  const secret = meta.get('pseudonym_key') ?? '';
  return {
    city,
    process: `${process.pid}-${randomBytes(4).toString('hex')}`,
    redis,
    keys,
    pace: paceWords(pace),
    ...sealing(dataKey ?? secret),
    pseudonym: remembering((urn) => createHmac('sha256', secret).update(urn).digest('base64url').slice(0, 12)),
  };
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** AES-256-GCM with a nonce of its own for each text; the name under which it lies is checked with it (NIST SP 800-38D). */
function sealing(secret: string): Pick<Store, 'seal' | 'unseal'> {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'anlin-sealed', 32));
  return {
    seal: (text, name) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
      return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString('base64url');
    },
    unseal: (sealed, name) => {
      const bytes = Buffer.from(sealed, 'base64url');
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      try {
        decipher.setAAD(Buffer.from(name)).setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
        return Buffer.concat([text, decipher.final()]).toString();
      } catch {
        // Sealed with another key, or changed since.
        return undefined;
      }
    },
  };
}

/** Whoever writes will soon write again. */
const REMEMBERED_MAX = 10_000;

function remembering(make: (urn: Urn) => string): (urn: Urn) => string {
  const known = new Map<Urn, string>();
  return (urn) => {
    const made = known.get(urn) ?? make(urn);
    if (known.size >= REMEMBERED_MAX) known.clear();
    known.set(urn, made);
    return made;
  };
}

/** The first five keys of every script that touches the outbox, in the order that outbox-scripts.ts names. */
export function outboxKeys(keys: Keys): readonly string[] {
  return [keys.outbox, keys.outboxReady, keys.outboxBulk, keys.outboxClaims, keys.pace];
}

/** The first nine keys of every script that sends a broadcast, in the order that broadcast-scripts.ts names. */
export function sendingKeys(keys: Keys, id: string): readonly string[] {
  const run = [keys.lease('broadcasts'), keys.broadcastsSending, keys.broadcastRun(id), keys.broadcastAgain(id)];
  return [...outboxKeys(keys), ...run];
}

/** The pace as the scripts read it: intervals in ms and bursts. */
function paceWords(pace: Pace): string {
  const { perSecond, burst, bulkPerSecond, chatPerSecond, chatBurst } = pace;
  const all = [1000 / perSecond, Math.max(burst, 1 + slackOf(perSecond))];
  return [...all, 1000 / bulkPerSecond, 1000 / chatPerSecond, chatBurst, 1 + slackOf(bulkPerSecond)].join(' ');
}

/** How much of a rate may be caught up after a late timer, in messages, so that no second sees 4 % more: at low rates that is no whole one. */
function slackOf(perSecond: number): number {
  return (perSecond * (perSecond < 50 ? 8 : 20)) / 1000;
}

/** Runs one question to the store; whatever the connection throws becomes "not now". */
export async function orStoreAway<T>(question: Promise<T>): Promise<T> {
  try {
    return await question;
  } catch (cause) {
    // What Redis refuses for itself will be refused again: that is no outage, and must not be tried for ever.
    if (cause instanceof Error && cause.name === 'ReplyError' && !NOT_NOW.test(cause.message)) throw cause;
    throw new StoreAway('The store did not answer.', { cause });
  }
}

/** Refusals that pass: Redis starts, is full, cannot write, has lost its master, or its doors are closed for now. */
const NOT_NOW =
  /LOADING|OOM|MISCONF|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|NOREPLICAS|BUSY|NOAUTH|NOPERM|WRONGPASS|EXECABORT|max number of clients/;
