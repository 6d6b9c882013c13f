import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import { staffWith } from '../../people/role.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { newWaveKey } from '../ballot/ballot.ts';
import { mayBeInvited } from '../panel/member.ts';
import { loadMembers } from '../panel/member-store.ts';
import { draw, frameLine, hashOf, newHalf, seedOf } from './draw.ts';
import { keepNewLedger } from './ledger-store.ts';
import { keepHalf, keepSecrets, loadHalves } from './secrets-store.ts';
import type { LedgerEntry, Wave } from './wave.ts';
import { TIMES } from './wave.ts';
import { checkNoneLeft, keepWave, queueWaveNews } from './wave-store.ts';

/**
 * Takes the next step of a wave that is being drawn. The order keeps the draw from being steered: the halves of the seed are
 * fixed before the frame is read, and an auditor's half replaces the server's second one after both are fixed.
 */
export async function openWave(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change> {
  const { halfHashes, frameHash } = kept.record;
  if (!halfHashes) return fixHalves(store, kept, now);
  if (!frameHash) return fixFrame(store, kept, city, now);
  return drawFrame(store, kept, frameHash, city, now);
}

function fixHalves(store: Store, kept: Kept<Wave>, now: number): Change {
  const { record } = kept;
  const [office, second] = [newHalf(), newHalf()];
  const { checks, writes } = keepWave(store, { ...record, halfHashes: [hashOf(office), hashOf(second)] }, now, kept);
  const secrets = [keepHalf(store, record.id, 'office', office), keepHalf(store, record.id, 'second', second)];
  return { checks, writes: [...writes, ...secrets] };
}

/** Fixes the frame: every member of the region who may be invited now. With an auditor, the draw waits for their half. */
async function fixFrame(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change> {
  const { record } = kept;
  const members = (await loadMembers(store)).map(({ kept: { record: member } }) => member);
  const lines = members
    .filter((member) => mayBeInvited(member, now) && city.regions.chain(member.community).includes(record.region))
    .map((member) => frameLine(member, city.regions));
  if (lines.length === 0) return callOff(store, kept, now);
  const frame = lines.toSorted().join('\n');
  const auditors = await auditorsOf(store, record, city);
  const due = auditors.length > 0 ? now + TIMES.auditorMs : now;
  const { checks, writes } = keepWave(store, { ...record, frameHash: hashOf(frame) }, due, kept);
  return {
    checks,
    writes: [
      ...writes,
      ['SET', store.keys.waveFrame(record.id), frame],
      ...(auditors.length > 0 ? [queueWaveNews(store, record.id, 'half', now)] : []),
    ],
  };
}

/** Draws the members of the fixed frame and opens the wave. Members who left or changed since are not drawn. */
async function drawFrame(store: Store, kept: Kept<Wave>, frameHash: string, city: City, now: number): Promise<Change> {
  const { record } = kept;
  const noneLeft = await checkNoneLeft(store, record.id);
  const [members, halves, text] = await Promise.all([
    loadMembers(store),
    loadHalves(store, record.id),
    orStoreAway(store.redis.get(store.keys.waveFrame(record.id))),
  ]);
  if (!halves || text === null) throw new Error(`${record.id} has lost its frame or its halves; call the wave off.`);
  const lines = new Set(text.split('\n'));
  const frame = members
    .map(({ who, kept: { record: member } }) => ({ who, member }))
    .filter(({ member }) => lines.has(frameLine(member, city.regions)));
  if (frame.length === 0) return callOff(store, kept, now);
  const seed = seedOf(frameHash, halves);
  const { strata, drawn } = draw(frame, seed, record.target, city);
  crashPoint('wave_drawn');
  const opened: Wave = {
    ...record,
    state: 'open',
    // The days that an auditor took are not taken from the answers.
    openedAt: now,
    closesAt: now + record.closesAt - record.openedAt,
    strata,
    seedHash: hashOf(seed),
  };
  const { checks, writes } = keepWave(store, opened, now, kept);
  const ledger = drawn.map(({ who, stratum, place }): readonly [Urn, LedgerEntry] => [
    who,
    { stratum, place, disposition: 'drawn' },
  ]);
  return {
    checks: [...checks, noneLeft],
    writes: [
      ...writes,
      keepSecrets(store, record.id, { key: newWaveKey(), seed }),
      ...keepNewLedger(store, record.id, ledger),
      queueWaveNews(store, record.id, 'open', now),
    ],
  };
}

/** Returns the auditors of a wave's region, without the organiser who opened it: two halves need two people. */
export async function auditorsOf(
  store: Store,
  { region, by }: Wave,
  { regions }: Pick<City, 'regions'>,
): Promise<readonly Urn[]> {
  const all = await staffWith(store, ['auditor'], regions.chain(region));
  return all.filter((urn) => store.pseudonym(urn) !== by);
}

function callOff(store: Store, kept: Kept<Wave>, now: number): Change {
  const { id } = kept.record;
  const { checks, writes } = keepWave(store, { ...kept.record, state: 'called_off' }, undefined, kept);
  const removed = [store.keys.waveSecrets, store.keys.waveFrame].map((key) => ['DEL', key(id)] as const);
  return { checks, writes: [...writes, ...removed, queueWaveNews(store, id, 'called_off', now)] };
}
