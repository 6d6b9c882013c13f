import type { Change } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Month } from '../score/month.ts';
import { readMonth } from '../score/month.ts';
import type { Bulletin, PointAnswer } from './bulletin.ts';

/** Loads the newest version of a month's bulletin, or an earlier one. */
export async function loadBulletin(store: Store, month: Month, version?: number): Promise<Bulletin | undefined> {
  const { redis, keys } = store;
  const wanted = version ?? Number((await orStoreAway(redis.hget(keys.bulletins, month))) ?? 0);
  if (wanted < 1) return undefined;
  return (await loadRecords<Bulletin>(store, [keys.bulletin(month, wanted)]))[0]?.record;
}

/** Lists the months with a bulletin and their newest version, the newest month first. */
export async function loadBulletinMonths({
  redis,
  keys,
}: Store): Promise<readonly { readonly month: Month; readonly version: number }[]> {
  const found = Object.entries(await orStoreAway(redis.hgetall(keys.bulletins)));
  return found
    .flatMap(([text, version]) => {
      const month = readMonth(text);
      return month ? [{ month, version: Number(version) }] : [];
    })
    .sort((a, b) => b.month.localeCompare(a.month));
}

/** Loads the newest bulletin. */
export async function loadNewestBulletin(store: Store): Promise<Bulletin | undefined> {
  const [newest] = await loadBulletinMonths(store);
  return newest && loadBulletin(store, newest.month);
}

/** Keeps a version of a bulletin; it fails if another process kept one meanwhile. */
export function keepBulletin({ keys }: Store, bulletin: Bulletin): Change {
  const { month, version } = bulletin;
  const { checks, writes } = keepRecord(keys.bulletin(month, version), bulletin);
  return {
    checks: [...checks, { key: keys.bulletins, field: month, is: version === 1 ? '' : String(version - 1) }],
    writes: [...writes, ['HSET', keys.bulletins, month, String(version)]],
  };
}

/** Loads the answers to the weak points of a month, by id of the point. */
export async function loadAnswers({ redis, keys }: Store, month: Month): Promise<ReadonlyMap<string, PointAnswer>> {
  const found = await orStoreAway(redis.hgetall(keys.bulletinAnswers(month)));
  return new Map(Object.entries(found).map(([id, text]) => [id, JSON.parse(text) as PointAnswer])); // written below
}

/** Keeps the first answer to a weak point. */
export function keepAnswer({ keys }: Store, month: Month, id: string, answer: PointAnswer): Change {
  const key = keys.bulletinAnswers(month);
  return {
    checks: [{ key, field: id, is: '' }],
    writes: [['HSET', key, id, JSON.stringify(answer)]],
  };
}
