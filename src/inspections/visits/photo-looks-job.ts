import { access } from 'node:fs/promises';
import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS, MINUTE_MS } from '../../calendar.ts';
import { lookDistance, lookOf } from '../../cases/photos/photo-look.ts';
import { photoName } from '../../cases/photos/photo-name.ts';
import { photoPath } from '../../cases/photos/store-photo.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadCheckersOf } from '../draw/checkers.ts';
import type { Visit, VisitId } from './visit.ts';
import { premisesNames } from './visit-card.ts';
import { itemsFor } from './visit-rules.ts';
import { keepVisit, loadVisit, photosOf, visitEndsAt } from './visit-store.ts';

const EVERY_MS = 5000;
const BATCH = 20;
/** Photos that differ in at most this many of 64 bits look alike. */
const ALIKE_MAX = 6;

/** Compares each photo of a visit with those of all other visits: a photo that was used before is shown and asked for anew. */
export function photoLooksJob(services: Services, folder: string): Job {
  const { store, log } = services;
  return {
    name: 'photo-looks',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const range = [store.keys.looksWanted, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH, 'WITHSCORES'] as const;
      const due = inPairs(await orStoreAway(store.redis.zrange(...range)));
      const work = ([entry, since]: readonly [string, string]) => compare(entry, Number(since), folder, services, now);
      return { compared: await eachOrLog(due, { log, what: 'the look of a photo', stopping, work }) };
    },
  };
}

async function compare(entry: string, since: number, folder: string, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const [id = '', item = '', same = ''] = entry.split(' ');
  const op = `look:${entry}:${since}`;
  const done = ['ZREM', store.keys.looksWanted, entry] as const;
  const path = photoPath(folder, photoName(id, same));
  const kept = await loadVisit(store, id);
  const isThere = await access(path).then(
    () => true,
    () => false,
  );
  const isKept = photosOf(kept?.record ?? { sheets: {} }).some(
    ({ no, photo }) => String(no) === item && photo.same === same,
  );
  if (!kept || !isThere || !isKept) {
    // The photo keeper may still fetch it.
    const isLost = !kept || !isKept || now > visitEndsAt(kept.record) + DAY_MS;
    const later = isLost ? done : (['ZADD', store.keys.looksWanted, now + MINUTE_MS, entry] as const);
    await commitAndNotify({ op, what: 'look_waits', checks: [], writes: [later] }, [], services);
    return;
  }
  const look = await lookOf(path);
  const others = Object.entries(await orStoreAway(store.redis.hgetall(store.keys.looks)));
  const like = others.find(([name, other]) => !name.startsWith(`${id} `) && lookDistance(look, other) <= ALIKE_MAX);
  const noted = ['HSET', store.keys.looks, `${id} ${same}`, look] as const;
  if (!like) {
    // Should the photo be dropped meanwhile, its look must not be noted.
    const checks = [{ key: store.keys.visit(id), field: 'version', is: String(kept.version) }];
    await commitAndNotify({ op, what: 'look_noted', checks, writes: [done, noted] }, [], services);
    return;
  }
  const no = Number(item);
  const visit: Visit = {
    ...kept.record,
    alike: [...(kept.record.alike ?? []), { no, same, like: like[0].split(' ')[0] as VisitId }], // as noted below
  };
  const senders = Object.entries(visit.sheets).filter(([, { photos }]) => photos[no]?.some((one) => one.same === same));
  const found = await Promise.all(
    senders.map(async ([code]) => ({ code, people: await loadCheckersOf(store, visit, city, [code]) })),
  );
  const notices = found.flatMap(({ code, people }) =>
    people.map(({ urn }): Notice => {
      const values = { premises: premisesNames(visit.premises, city), n: itemsFor(visit, code).indexOf(no) + 1 };
      return { to: urn, said: { key: 'flows/my-visits:news.alike', values: { ...values, password: visit.password } } };
    }),
  );
  const { checks, writes } = keepVisit(store, visit, undefined, kept);
  await commitAndNotify({ op, what: 'look_alike', checks, writes: [...writes, done, noted] }, notices, services);
}
