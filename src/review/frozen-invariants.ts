import type { InvariantCheck } from '../store/records/invariants.ts';
import { inParts } from '../store/records/invariants.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import type { Bulletin, PointAnswer } from './bulletin/bulletin.ts';
import { loadAnswers, loadBulletin, loadBulletinMonths } from './bulletin/bulletin-store.ts';
import type { CaseRow } from './score/cells/case-cells.ts';
import { CASE_INDICATORS } from './score/cells/case-fact.ts';
import type { Month } from './score/month.ts';
import type { Snapshot } from './snapshot-store.ts';
import { loadFrozenMonths, loadSnapshot } from './snapshot-store.ts';

type Version = { readonly month: Month; readonly version: number };

const versionsOf = (newest: readonly Version[]): readonly Version[] =>
  newest.flatMap(({ month, version }) => Array.from({ length: version }, (_, i) => ({ month, version: i + 1 })));

/** Every version of a frozen month is stored, and its rows still have the hash that was published. */
export const snapshotsHold: InvariantCheck = async (store) => {
  const versions = versionsOf(await loadFrozenMonths(store));
  return (await inParts(versions, (one) => snapshotFaults(store, one))).flat();
};

async function snapshotFaults(store: Store, { month, version }: Version): Promise<readonly string[]> {
  const name = `score of ${month}, version ${version}`;
  const snapshot = await loadSnapshot(store, month, version);
  if (!snapshot) return [`${name}: is missing`];
  const found = Object.entries(await orStoreAway(store.redis.hgetall(store.keys.scoreRows(month, version))));
  const rows = found.map(([street, text]) => [street, JSON.parse(text) as CaseRow[]] as const); // written by keepSnapshot
  return [
    ...(snapshot.month === month && snapshot.version === version ? [] : [`${name}: its record is that of another one`]),
    ...(version > 1 && snapshot.reason === undefined ? [`${name}: corrects without a reason`] : []),
    // Rows are deleted after their cases; scores stay.
    ...rows.flatMap(([street, own]) => rowFaults(snapshot, street, own).map((fault) => `${name}: ${fault}`)),
  ];
}

function rowFaults({ regions }: Snapshot, street: string, rows: readonly CaseRow[]): readonly string[] {
  const cells = regions.find(({ region }) => region === street)?.cells ?? [];
  return CASE_INDICATORS.flatMap((code, k) => {
    const cell = cells.find((one) => one.code === code);
    const y = rows.filter(([, verdicts]) => verdicts[k] === '1').length;
    const n = rows.filter(([, verdicts]) => verdicts[k] !== '-').length;
    // The demo's past months have a made-up stock without rows.
    if (!cell || (cell.y === y && cell.n === n) || (code === 'long_overdue' && n === 0)) return [];
    return [`${code} of ${street} is ${cell.y} of ${cell.n}, but its rows are ${y} of ${n}`];
  });
}

/** Every version of a bulletin is stored, names a snapshot that exists, and has answers to its own weak points only. */
export const bulletinsHold: InvariantCheck = async (store) => {
  const newest = await loadBulletinMonths(store);
  const versions = (await inParts(versionsOf(newest), (one) => bulletinFaults(store, one))).flat();
  const answers = (await inParts(newest, ({ month }) => answerFaults(store, month))).flat();
  return [...versions, ...answers];
};

async function bulletinFaults(store: Store, { month, version }: Version): Promise<readonly string[]> {
  const name = `bulletin of ${month}, version ${version}`;
  const bulletin = await loadBulletin(store, month, version);
  if (!bulletin) return [`${name}: is missing`];
  const named = bulletin.snapshot;
  const snapshot = named && (await loadSnapshot(store, month, named.version));
  return named && snapshot?.rowsHash !== named.rowsHash ? [`${name}: names a frozen score that does not exist`] : [];
}

async function answerFaults(store: Store, month: Month): Promise<readonly string[]> {
  const answers = await loadAnswers(store, month);
  const newest = await loadBulletin(store, month);
  const all: Bulletin[] = [];
  for (let version = 1; version <= (newest?.version ?? 0); version += 1) {
    const one = await loadBulletin(store, month, version);
    if (one) all.push(one);
  }
  const ids = new Set(all.flatMap(({ weak }) => weak.map(({ id }) => id)));
  return [...answers].flatMap(([id, answer]: readonly [string, PointAnswer]) => [
    ...(ids.has(id) ? [] : [`bulletin of ${month}: answers ${id}, which is none of its weak points`]),
    ...(answer.answer === 'adopted' || answer.words !== undefined || answer.made !== undefined
      ? []
      : [`bulletin of ${month}: ${id} is ${answer.answer} without a reason`]),
  ]);
}
