import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { scanHash } from '../../store/records/scan-hash.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { afterWave } from '../panel/member.ts';
import { keepMember, loadMember, loadMembers } from '../panel/member-store.ts';
import { recruitmentRate } from '../results/recruitment-rate.ts';
import { keepCounted, loadEarlierTexts } from '../results/results-store.ts';
import { plainRegions } from '../survey-regions.ts';
import type { CountedInThread } from './count-in-thread.ts';
import { startCount } from './count-in-thread.ts';
import { loadLedger, scanLedger } from './ledger-store.ts';
import { loadHalves, loadSecrets } from './secrets-store.ts';
import type { Wave } from './wave.ts';
import { checkNoneLeft, keepWave, queueWaveNews } from './wave-store.ts';

/** Records with each invited member whether they began the wave; a repeated call changes nothing. */
export async function recordParticipation(store: Store, wave: Wave, now: number): Promise<void> {
  for (const [urn, entry] of await loadLedger(store, wave.id)) {
    if (entry.invitedAt === undefined) continue;
    const kept = await loadMember(store, urn);
    if (!kept) continue;
    const began = entry.disposition !== 'invited';
    const change = keepMember(store, urn, afterWave(kept.record, began, now), kept);
    // The operation id holds a pseudonym: seen operations outlive a forgotten person.
    const op = `wave-end:${wave.id}:${store.pseudonym(urn)}`;
    await commitAsSystem(store, { op, what: 'wave_ended_for', ...change }, now);
  }
}

/**
 * Counts a wave that is sealing. One commit keeps responses without a link to people, keeps the results, and deletes ballots,
 * ledger and secrets. Undefined if the wave was counted before.
 */
export async function countWave(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change | undefined> {
  const { record: wave } = kept;
  const { keys } = store;
  const secrets = await loadSecrets(store, wave.id);
  if (!secrets) return undefined;
  crashPoint('wave_noted');
  const noneLeft = await checkNoneLeft(store, wave.id);
  const { damaged, ...counted } = await countInThread(store, wave, secrets.key, city);
  if (damaged > 0) store.damaged(keys.waveBallots(wave.id));
  crashPoint('wave_counted');
  const halves = await loadHalves(store, wave.id);
  const closed: Wave = { ...wave, state: 'closed', seed: secrets.seed, ...(halves ? { halves } : {}) };
  const { checks, writes } = keepWave(store, closed, now, kept);
  return {
    checks: [...checks, noneLeft, { key: keys.wave(wave.id), field: 'state', is: 'sealing' }],
    writes: [
      ...writes,
      ...keepCounted(store, wave.id, counted),
      ['DEL', keys.waveBallots(wave.id)],
      ['DEL', keys.waveLedger(wave.id)],
      ['DEL', keys.waveSecrets(wave.id)],
      queueWaveNews(store, wave.id, 'closed', now),
    ],
  };
}

/** Streams ballots and ledger to a thread in batches, and has them counted there. */
async function countInThread(store: Store, wave: Wave, key: string, city: City): Promise<CountedInThread> {
  const { regions, census } = city;
  const thread = startCount(key);
  try {
    for await (const sealed of scanHash(store, store.keys.waveBallots(wave.id)))
      thread.add({ type: 'ballots', sealed });
    const members = await loadMembers(store);
    const homes = new Map(members.map(({ who, kept }) => [who, kept.record.community] as const));
    for await (const batch of scanLedger(store, wave.id)) {
      const entries = batch.map(([urn, entry]) => ({ ...entry, community: homes.get(urn) }));
      thread.add({ type: 'entries', entries });
    }
    const recruitment = await recruitmentRate(store, members, wave.region, regions);
    const earlier = await loadEarlierTexts(store, wave);
    return await thread.count({ wave, regions: plainRegions(regions), census, recruitment, earlier });
  } finally {
    await thread.end();
  }
}
