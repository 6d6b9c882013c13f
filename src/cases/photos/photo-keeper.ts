import { once } from 'node:events';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Sweep } from '../../background/sweep.ts';
import { SWEEP_BATCH } from '../../background/sweep.ts';
import type { Channel } from '../../channels/channel.ts';
import type { Log } from '../../log.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { orStoreAway } from '../../store/store.ts';
import { photoName } from './photo-name.ts';

/** A photo that cannot be fetched stays a reference and is tried again after these pauses, the last again and again. */
const PAUSES_MS = [60_000, 5 * 60_000, 30 * 60_000, 2 * 3600_000, 12 * 3600_000] as const;
const BYTES_MAX = 10 * 1024 * 1024;
/** A picture that takes longer than this to unpack was made to. */
const REENCODE_MS = 20_000;

type PhotoKeeperSettings = { readonly folder: string; readonly channels: readonly Channel[]; readonly log: Log };

/** So many at a time: fetching is slow, and a stop waits for it. */
const PHOTOS_AT_ONCE = 5;

/** Fetches photos of cases from the channel onto the disk, and deletes those whose case has them no more. */
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
      await rm(join(folder, `${photoName(caseId, same)}.jpg`), { force: true });
      await done(keys.photosUnwanted, member, since, 'photo_deleted');
    }
    for (const [member, since] of await due(keys.photosWanted, PHOTOS_AT_ONCE)) {
      if (stopping()) return;
      const [caseId = '', same = '', file = ''] = member.split(' ');
      const problem = await keep(photoName(caseId, same), file).catch((error: Error) => error.message);
      if (problem === undefined) {
        tries.delete(member);
        await done(keys.photosWanted, member, since, 'photo_fetched');
        continue;
      }
      const n = tries.get(member) ?? 0;
      tries.set(member, n + 1);
      log.warn({ reason: problem, tries: n + 1 }, 'a photo could not be fetched yet');
      const next = now + (PAUSES_MS[Math.min(n, PAUSES_MS.length - 1)] ?? 0);
      // Only if it is still wanted: its case may have gone meanwhile.
      const writes = [['ZADD', keys.photosWanted, 'XX', next, member] as const];
      await commitAsSystem(
        store,
        { what: 'photo_waits', op: `photo_waits:${member}:${since}`, checks: [], writes },
        now,
      );
    }
  };

  /** Undefined when the photo lies on the disk; otherwise why not. */
  async function keep(name: string, file: string): Promise<string | undefined> {
    const channel = channels.find((one) => one.fetch !== undefined);
    const bytes = await channel?.fetch?.(file, BYTES_MAX);
    if (!bytes) return 'the channel carries no files';
    const made = await reencoded(bytes);
    // It will never be a photo, however often it is fetched: the reference stays with the case.
    if ('problem' in made) {
      log.warn({ reason: made.problem }, 'what was sent as a photo is none');
      return undefined;
    }
    await mkdir(folder, { recursive: true });
    const path = join(folder, `${name}.jpg`);
    await writeFile(`${path}.part`, made.bytes);
    await rename(`${path}.part`, path);
    return undefined;
  }
}

/** The photo without anything but its picture, made in a thread of its own. */
async function reencoded(bytes: Uint8Array): Promise<{ readonly bytes: Uint8Array } | { readonly problem: string }> {
  const worker = new Worker(new URL('./reencode-worker.ts', import.meta.url));
  try {
    const answer = once(worker, 'message', { signal: AbortSignal.timeout(REENCODE_MS) });
    worker.postMessage(bytes);
    const [made] = (await answer) as [Awaited<ReturnType<typeof reencoded>>]; // as the worker writes it
    return made;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await worker.terminate();
  }
}

function inPairs(flat: readonly string[]): readonly (readonly [string, string])[] {
  return flat.flatMap((member, i) => (i % 2 === 0 ? [[member, flat[i + 1] ?? ''] as const] : []));
}
