import type { Point } from '../engine/input.ts';
import type { Write } from '../store/commit.ts';
import type { Keys } from '../store/keys.ts';
import { marksOf } from './deadlines.ts';
import { stageOf, stageOwners, stageScore } from './desk/stages.ts';
import { workListsOf } from './desk/work-queues.ts';
import type { HazardCase } from './hazard-case.ts';
import { isOpen } from './hazard-case.ts';
import { decideRetention, isExactPlace } from './retention/retention-rules.ts';

/** Computes every sorted set that holds a case, with its score there. */
export function indexesOf(keys: Keys, record: HazardCase, now: number): ReadonlyMap<string, number> {
  const { state, since, filedAt, desk, place } = record;
  const retention = decideRetention(record, now);
  const open = isOpen(record);
  const [mark] = marksOf(record);
  return new Map<string, number>([
    [keys.casesIn(state), since],
    [keys.casesFiled, filedAt],
    [keys.casesChanged, record.changedAt],
    [keys.casesDue, retention.type === 'kept' ? retention.next : now],
    ...(mark ? [[keys.casesClock, mark.at] as const] : []),
    // A case without a desk waits for staff to find its place.
    ...(open && desk === undefined ? [[keys.casesNowhere, filedAt] as const] : []),
    ...(open && place.address !== undefined ? [[keys.casesAt(place.address), filedAt] as const] : []),
    ...stageOwners(record).map((owner) => [keys.casesAtStage(owner, stageOf(record)), stageScore(record)] as const),
    ...workListsOf(record).map(({ list, due }) => [keys.casesWork(list), due] as const),
  ]);
}

/** Names the geo index that holds a case: open ones by category, and closed ones with an exact place. */
export function geoIndexOf(keys: Keys, record: HazardCase): string | undefined {
  if (!record.place.point || !isInGeoRange(record.place.point)) return undefined;
  if (isOpen(record)) return keys.casesNear(record.category);
  return record.state === 'closed' && isExactPlace(record.place) ? keys.casesEnded : undefined;
}

/** True for a point that GEOADD takes: its latitude ends at 85.05112878 degrees. */
export function isInGeoRange({ latitude, longitude }: Point): boolean {
  return Math.abs(latitude) <= 85.05 && Math.abs(longitude) <= 180;
}

/** Writes of cases that the store names. A process that looks less often reads its cases anew; some 0.8 MB. */
const WRITES_KEPT = 20_000;

/** The writes that move a case from the indexes of one record to those of another, and tell all processes of it. */
export function reindex(
  keys: Keys,
  before: HazardCase | undefined,
  after: HazardCase | undefined,
  now: number,
): readonly Write[] {
  const old = before ? indexesOf(keys, before, now) : new Map<string, number>();
  const indexes = after ? indexesOf(keys, after, now) : new Map<string, number>();
  const id = (after ?? before)?.id ?? '';
  return [
    ...[...old.keys()].filter((key) => !indexes.has(key)).map((key) => ['ZREM', key, id] as const),
    ...[...indexes]
      .filter(([key, score]) => old.get(key) !== score)
      .map(([key, score]) => ['ZADD', key, score, id] as const),
    ...reindexPoint(keys, before, after),
    ['XADD', keys.caseWrites, 'MAXLEN', '~', WRITES_KEPT, '*', 'id', id],
  ];
}

function reindexPoint(keys: Keys, before: HazardCase | undefined, after: HazardCase | undefined): readonly Write[] {
  const [old, index] = [before && geoIndexOf(keys, before), after && geoIndexOf(keys, after)];
  const [was, is] = [before?.place.point, after?.place.point];
  const stays = old === index && was?.longitude === is?.longitude && was?.latitude === is?.latitude;
  if (stays) return [];
  const id = (after ?? before)?.id ?? '';
  return [
    ...(old && old !== index ? [['ZREM', old, id] as const] : []),
    ...(index && is ? [['GEOADD', index, is.longitude, is.latitude, id] as const] : []),
  ];
}
