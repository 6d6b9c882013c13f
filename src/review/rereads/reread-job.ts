import type { Job } from '../../background/job.ts';
import { DAY_MS, HOUR_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { keepHalf, loadFixedHalf } from '../../inspections/draw/draw-store.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffIn } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { hashOf, newHalf } from '../../surveys/wave/draw.ts';
import { readChangedCases } from '../score/cells/case-facts-job.ts';
import type { Month } from '../score/month.ts';
import { addMonths, monthEnd, monthOf } from '../score/month.ts';
import type { RereadKind, RereadMonth } from './reread.ts';
import { drawRereads, MAY_REREAD, REREAD_KINDS, rowsOf } from './reread.ts';
import { keepRereads, loadFrames, loadRereads, rereadSeedOf } from './reread-store.ts';

/** Reports of the last days are still decided. */
const AFTER_MS = 3 * DAY_MS;

/** Fixes the half of a seed at the start of a month, and draws what other streets see again. */
export function rereadJob(services: Services): Job {
  const { store } = services;
  return {
    name: 'rereads',
    every: HOUR_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const month = monthOf(now);
      if (!(await loadRereads(store, month))) await fixHalf(store, month, now);
      const last = await loadRereads(store, addMonths(month, -1));
      const isDue = last && last.record.rows === undefined && now >= monthEnd(last.record.month) + AFTER_MS;
      if (!isDue || remainingMs(QUIET_HOURS.usual, now) > 0) return { drawn: 0 };
      await readChangedCases(store, now, stopping);
      return { drawn: await drawMonth(last, services) };
    },
  };
}

async function fixHalf(store: Store, month: Month, now: number): Promise<void> {
  const half = newHalf();
  const { checks, writes } = keepRereads(store, { month, halfHash: hashOf(half) });
  const sealed = keepHalf(store, rereadSeedOf(month), 'office', half);
  const change = { op: `rereads:${month}:half`, what: 'rereads_committed', checks, writes: [...writes, sealed] };
  await commitAsSystem(store, change, now);
}

async function drawMonth(kept: Kept<RereadMonth>, services: Services): Promise<number> {
  const { store, city } = services;
  const { month, halfHash } = kept.record;
  const of = rereadSeedOf(month);
  const half = await loadFixedHalf(store, { of, halfHash });
  const readersOf = async (kind: RereadKind) => {
    const readers: string[] = [];
    for (const street of city.regions.all('street'))
      if ((await readersIn(kind, street, services)).length > 0) readers.push(street);
    return readers;
  };
  const readers = {
    rejection: await readersOf('rejection'),
    class: await readersOf('class'),
    check: await readersOf('check'),
  };
  const drawn = drawRereads(kept.record, half, await loadFrames(store, month, city.regions), readers);
  const { checks, writes } = keepRereads(store, drawn, kept);
  const gone = ['DEL', store.keys.drawHalves(of)] as const;
  const notices = await noticesOf(drawn, services);
  const change = { op: `rereads:${month}:drawn`, what: 'rereads_drawn', checks, writes: [...writes, gone] };
  await commitAndNotify(change, notices, services);
  return REREAD_KINDS.flatMap((kind) => rowsOf(kind, drawn) ?? []).length;
}

/** People whose right to see a case again is that of this street or of a part of it, not of the whole city. */
async function readersIn(kind: RereadKind, street: string, { store, city }: Services): Promise<readonly Urn[]> {
  const { redis, keys } = store;
  const scopes = [street, ...city.regions.within(street, 'community')];
  const lists = MAY_REREAD[kind].flatMap((role) => scopes.map((scope) => keys.staff(role, scope)));
  const found = await Promise.all(lists.map((list) => orStoreAway(redis.zrange(list, '0', '-1'))));
  return [...new Set(found.flat())] as Urn[]; // written by addToStaff
}

/** One message for what is read, and one for what is seen on site. */
const NEWS = [
  { key: 'flows/reread:news', kinds: ['rejection', 'class'] },
  { key: 'flows/reread:news_site', kinds: ['check'] },
] as const;

async function noticesOf(month: RereadMonth, services: Services): Promise<readonly Notice[]> {
  const notices: Notice[] = [];
  for (const { key, kinds } of NEWS) {
    const rows = kinds.flatMap((kind) => rowsOf(kind, month) ?? []);
    for (const [by, own] of Map.groupBy(rows, (row) => row.by)) {
      const people = by === '' ? await staffIn(services.store, 'auditor', []) : await readersIn(kinds[0], by, services);
      const start = { label: 'flows/reread:start', flow: 'reread', argument: 'all' } as const;
      notices.push(...people.map((to) => ({ to, said: { key, values: { count: own.length }, buttons: [start] } })));
    }
  }
  return notices;
}
