import { loadHalf } from '../../inspections/draw/draw-store.ts';
import type { InvariantCheck } from '../../store/records/invariants.ts';
import { inParts, scanKeys } from '../../store/records/invariants.ts';
import { loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { quarterOf } from '../plan/quarter.ts';
import { drillSeedOf } from './drill-store.ts';
import type { Drill, DrillQuarter } from './drill-watch.ts';
import { drillSeed, isWatched, NO_WATCHER } from './drill-watch.ts';

/** Each drill is listed once, in its quarter, and the lot of the published half chose the watched ones. */
export const drillsHold: InvariantCheck = async (store) => {
  const found = await loadRecords<DrillQuarter>(store, await scanKeys(store, store.keys.drills('*')));
  return (await inParts(found, ({ record }) => quarterFaults(store, record))).flat();
};

async function quarterFaults(
  store: Store,
  { quarter, halfHash, half, drills }: DrillQuarter,
): Promise<readonly string[]> {
  const name = store.keys.drills(quarter);
  const own = half ?? (await loadHalf(store, drillSeedOf(quarter)));
  if (own === undefined || hashOf(own) !== halfHash)
    return [`${name}: its half of the seed does not have the published hash`];
  const seed = drillSeed(quarter, own);
  const twice = drills.filter(({ task }, i) => drills.findIndex((one) => one.task === task) !== i);
  return [
    ...twice.map(({ task }) => `${name}: lists ${task} twice`),
    ...drills.flatMap((drill) => drillFaults(drill, quarter, seed).map((fault) => `${name}: ${drill.task} ${fault}`)),
  ];
}

function drillFaults({ task, from, watch, minutes }: Drill, quarter: string, seed: string): readonly string[] {
  const watchers = (watch?.watchers ?? []).filter((code) => code !== NO_WATCHER);
  const isChosen = watch !== undefined && !watch.owed;
  return [
    ...(quarterOf(from) === quarter ? [] : ['is a drill of another quarter']),
    ...(isChosen === isWatched(seed, task) || watch?.owed ? [] : ['is watched against its lot']),
    ...(new Set(watchers).size === watchers.length ? [] : ['has one watcher twice']),
    ...(/^(held|not_held)$/.test(watch?.answer ?? '') && watchers.length === 0 ? ['was seen by no watcher'] : []),
    ...((watch?.minutes ?? 1) > 0 && (minutes ?? 1) > 0 ? [] : ['took no minute']),
  ];
}
