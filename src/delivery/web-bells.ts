import type { Urn } from '../channels/channel.ts';
import type { Bells } from '../channels/web/bells.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';

/** A bell, and what is known of its earlier rings. */
export type WebBell = {
  /** Its address at the browser's push service. */
  readonly endpoint: string;
  readonly after: number; // the earliest next ring, ms since the epoch
  readonly failed: number;
  readonly isLoud: boolean;
};

/** The rings of bells, for the job that does them. */
export type Rings = {
  due(now: number, max: number): Promise<readonly Urn[]>;
  postpone(of: Urn, until: number): Promise<void>;
  /** Takes a due ring; the next one comes after `after`. False if it is not due any more, or the bell was removed. */
  claim(of: Urn, after: number): Promise<boolean>;
  succeed(of: Urn): Promise<void>;
  /** Lays a failed ring down again. */
  retry(of: Urn, after: number, failed: number): Promise<void>;
};

/** Opens the bells of pages in the store. The address of a subscription is sealed: it lets its holder ring. */
export function openWebBells({ redis, keys, seal }: Store): Bells & Rings {
  const set = (of: Urn, after: number, failed: number | '') =>
    orStoreAway(redis.anlinSetRing(2, keys.webBell(of), keys.webBellsDue, of, after, failed));
  return {
    async keep(of, endpoint) {
      const sealed = seal(endpoint, sealName(of));
      return (await orStoreAway(redis.anlinKeepBell(2, keys.webBell(of), keys.person(of), sealed))) === 1;
    },
    async remove(of) {
      await orStoreAway(redis.multi().del(keys.webBell(of)).zrem(keys.webBellsDue, of).exec());
    },
    async opened(of) {
      const bell = keys.webBell(of);
      await orStoreAway(redis.multi().zrem(keys.webBellsDue, of).hdel(bell, 'after', 'failed', 'loud').exec());
    },
    async due(now, max) {
      const due = redis.zrange(keys.webBellsDue, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, max);
      return (await orStoreAway(due)) as Urn[]; // written by the chat's log
    },
    async postpone(of, until) {
      await orStoreAway(redis.zadd(keys.webBellsDue, 'XX', until, of));
    },
    claim: async (of, after) => (await set(of, after, '')) === 1,
    async succeed(of) {
      await orStoreAway(redis.hdel(keys.webBell(of), 'failed', 'loud'));
    },
    async retry(of, after, failed) {
      await set(of, after, failed);
    },
  };
}

/** Reads a bell; undefined if there is none. */
export async function loadBell({ redis, keys, unseal }: Store, of: Urn): Promise<WebBell | undefined> {
  const { endpoint: sealed, after, failed, loud } = await orStoreAway(redis.hgetall(keys.webBell(of)));
  const endpoint = sealed && unseal(sealed, sealName(of));
  if (!endpoint) return undefined;
  return { endpoint, after: Number(after ?? 0), failed: Number(failed ?? 0), isLoud: loud === '1' };
}

const sealName = (of: Urn): string => `web-bell ${of}`;
