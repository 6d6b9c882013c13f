import { randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Store } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { newWaveKey } from '../ballot/ballot.ts';
import { mayBeInvited } from '../panel/member.ts';
import { loadMembers } from '../panel/member-store.ts';
import { commitmentOf, draw, frameHashOf, frameText } from './draw.ts';
import { keepNewLedger } from './ledger-store.ts';
import { keepSecrets } from './secrets-store.ts';
import type { LedgerEntry, Wave } from './wave.ts';
import { checkNoneLeft, keepWave, queueWaveNews } from './wave-store.ts';

/**
 * Draws the frame and opens the wave. The frame is every member of the region who may be invited now; the seed alone decides
 * the order. An empty frame calls the wave off.
 */
export async function openWave(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change> {
  const { record } = kept;
  const noneLeft = await checkNoneLeft(store, record.id);
  const members = await loadMembers(store);
  const frame = members
    .filter(
      ({ kept: { record: member } }) =>
        mayBeInvited(member, now) && city.regions.chain(member.community).includes(record.region),
    )
    .map(({ who, kept: { record: member } }) => ({ who, member }));
  const seed = randomBytes(16).toString('hex');
  const { strata, drawn } = draw(frame, seed, record.target, city);
  const numbers = new Map(frame.map(({ who, member }) => [who, member.number] as const));
  const frameFile = frameText(
    drawn.flatMap(({ who, stratum: at }) => {
      const [number, stratum] = [numbers.get(who), strata[at]];
      return number && stratum ? [{ number, stratum }] : [];
    }),
  );
  crashPoint('wave_drawn');
  const opened: Wave = {
    ...record,
    state: frame.length === 0 ? 'called_off' : 'open',
    strata,
    seedHash: commitmentOf(seed),
    frameHash: frameHashOf(frameFile),
  };
  const { checks, writes } = keepWave(store, opened, opened.state === 'open' ? now : undefined, kept);
  const ledger = drawn.map(({ who, stratum, place }): readonly [Urn, LedgerEntry] => [
    who,
    { stratum, place, disposition: 'drawn' },
  ]);
  return {
    checks: [...checks, noneLeft],
    writes: [
      ...writes,
      ...(opened.state === 'open' ? [keepSecrets(store, record.id, { key: newWaveKey(), seed })] : []),
      ['SET', store.keys.waveFrame(record.id), frameFile],
      ...keepNewLedger(store, record.id, ledger),
      queueWaveNews(store, record.id, opened.state, now),
    ],
  };
}
