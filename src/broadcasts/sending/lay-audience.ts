import type { Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { RunStart } from './audience.ts';
import { CHUNK_SIZE, turnOf } from './audience.ts';
import { packUrns, withSum } from './pack-urns.ts';
import type { Found } from './recipients.ts';

/** How far the audience of a run is laid down. `after`: the last laid recipients, undefined before the first. */
export type Laying = { readonly complete: boolean; readonly after: Found | undefined; readonly total: number };

/** Loads how far the audience of a run is laid down; the process that began it may be dead. */
export async function loadLaying({ redis, keys }: Store, id: string): Promise<Laying> {
  const [state, laid, total] = await orStoreAway(redis.hmget(keys.broadcastRun(id), 'state', 'laid', 'total'));
  const after = laid ? readLaid(laid) : undefined;
  return { complete: state !== null && after === undefined, after, total: Number(total ?? 0) };
}

/** The stored form of the last laid recipients: their URNs, separated by spaces. Earlier releases stored one. */
function writeLaid(after: Found | undefined): string {
  return after ? [...after.values()].join(' ') : '';
}

function readLaid(laid: string): Found {
  return new Map((laid.split(' ') as Urn[]).map((urn) => [schemeOf(urn), urn])); // written by writeLaid
}

/**
 * Lays the recipients down in whole chunks; the run sends from the first chunk on.
 * `pages` holds the recipients after the last laid ones, those of each channel by ascending URN.
 * False if another process holds the lease or has laid a chunk meanwhile.
 */
export async function layAudience(
  store: Store,
  id: string,
  { kind, lastsMs }: Omit<RunStart, 'total'>,
  laying: Laying,
  pages: AsyncIterable<readonly Urn[]>,
): Promise<boolean> {
  const { redis, keys, process } = store;
  const all = [
    keys.lease('broadcasts'),
    keys.broadcastRun(id),
    keys.broadcastAudience(id),
    keys.broadcastsSending,
    keys.broadcastOutcomes(id),
  ];
  let { after, total } = laying;
  const lay = async (urns: readonly Urn[], last: Found | undefined): Promise<boolean> => {
    const chunk = [total / CHUNK_SIZE, withSum(packUrns(urns)), urns.length];
    const args = [process, id, writeLaid(after), writeLaid(last), ...chunk, kind, lastsMs, turnOf(kind)];
    const laid = await orStoreAway(redis.anlinLayChunk(all.length, ...all, ...args));
    crashPoint('broadcast_laid');
    total += urns.length;
    after = last;
    return laid === 1;
  };
  let found: readonly Urn[] = [];
  for await (const page of pages) {
    found = [...found, ...page];
    // A chunk is kept back until one more recipient is known, so that the last one always completes the audience.
    while (found.length > CHUNK_SIZE) {
      const urns = found.slice(0, CHUNK_SIZE);
      const last = new Map([...(after ?? []), ...urns.map((urn) => [schemeOf(urn), urn] as const)]);
      if (!(await lay(urns, last))) return false;
      found = found.slice(CHUNK_SIZE);
    }
  }
  return lay(found, undefined);
}
