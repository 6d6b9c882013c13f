import { readFile, rm } from 'node:fs/promises';
import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Channel } from '../../channels/channel.ts';
import { readFileRef, storedName } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import { orStoreAway } from '../../store/store.ts';
import { photoName } from './photo-name.ts';
import { reencode } from './reencode.ts';
import { PHOTO_MAX_BYTES, photoPath, storePhoto } from './store-photo.ts';

/** Pauses between retries of a failed download; the last one repeats. */
const PAUSES_MS = [MINUTE_MS, 5 * MINUTE_MS, 30 * MINUTE_MS, 2 * HOUR_MS, 12 * HOUR_MS] as const;

type PhotoKeeperSettings = { readonly folder: string; readonly channels: readonly Channel[]; readonly log: Log };

/** Limit of downloads per run: they are slow, and a stop waits for the run. */
const PHOTOS_PER_RUN = 5;

/** Downloads queued case photos to disk, and deletes photos that their case no longer has. */
export function sweepPhotos({ folder, channels, log }: PhotoKeeperSettings): Sweep {
  const tries = new Map<string, number>();
  return async (store, now, stopping) => {
    const { redis, keys } = store;
    const due = (key: string, max: number) =>
      orStoreAway(redis.zrange(key, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, max, 'WITHSCORES')).then(inPairs);
    const done = (key: string, member: string, since: string, what: string) =>
      commitAsSystem(
        store,
        { what, op: `${what}:${member}:${since}`, checks: [], writes: [['ZREM', key, member]] },
        now,
      );
    for (const [member, since] of await due(keys.photosUnwanted, SWEEP_BATCH)) {
      const [caseId = '', same = ''] = member.split(' ');
      await rm(photoPath(folder, photoName(caseId, same)), { force: true });
      await done(keys.photosUnwanted, member, since, 'photo_deleted');
    }
    for (const [member, since] of await due(keys.photosWanted, PHOTOS_PER_RUN)) {
      if (stopping()) return;
      const [caseId = '', same = '', file = ''] = member.split(' ');
      const problem = await fetchPhoto(photoName(caseId, same), file).catch((error: Error) => error.message);
      if (problem === undefined) {
        tries.delete(member);
        await done(keys.photosWanted, member, since, 'photo_fetched');
        continue;
      }
      const n = tries.get(member) ?? 0;
      tries.set(member, n + 1);
      log.warn({ reason: problem, tries: n + 1 }, 'a photo could not be fetched yet');
      const next = now + (PAUSES_MS[Math.min(n, PAUSES_MS.length - 1)] ?? 0);
      // XX: the case, and with it the queue entry, may have been deleted meanwhile.
      const writes = [['ZADD', keys.photosWanted, 'XX', next, member] as const];
      await commitAsSystem(
        store,
        { what: 'photo_waits', op: `photo_waits:${member}:${since}`, checks: [], writes },
        now,
      );
    }
  };

  /** Downloads, re-encodes and stores one photo; returns the reason if a retry is needed. */
  async function fetchPhoto(name: string, file: string): Promise<string | undefined> {
    const original = storedName(file);
    if (original !== undefined) {
      const copied = await readFile(photoPath(folder, original)).catch(() => undefined);
      // The case of the original may be deleted by now, and its photo with it.
      if (copied) await storePhoto(folder, name, copied);
      return undefined;
    }
    const { scheme, id } = readFileRef(file);
    const bytes = await channels.find((one) => one.scheme === scheme)?.fetch?.(id, PHOTO_MAX_BYTES);
    if (!bytes) return 'the channel carries no files';
    const result = await reencode(bytes);
    // No retry: the file is no photo. The case keeps the reference.
    if ('problem' in result) {
      log.warn({ reason: result.problem }, 'a file sent as a photo is not a photo');
      return undefined;
    }
    await storePhoto(folder, name, result.bytes);
    return undefined;
  }
}
