import { randomBytes } from 'node:crypto';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { newWaveKey } from '../ballot/ballot.ts';
import { mayBeInvited } from '../panel/member.ts';
import { asManyLeft, keepSecrets, keepWave, loadMembers, waveNews } from '../survey-store.ts';
import { commitmentOf, draw, frameHashOf, frameOf } from './draw.ts';
import type { LedgerEntry, Wave } from './wave.ts';

/** As many fields as one command of a script may carry. */
const FIELDS_AT_ONCE = 2000;

/** Draws the frame of a wave: whoever agreed, lives there and was not asked too often, in an order that the seed alone decides. */
export async function openWave(store: Store, kept: Kept<Wave>, city: City, now: number): Promise<Change> {
  const { record } = kept;
  const nobodyLeft = await asManyLeft(store, record.id);
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
  const listed = frameOf(
    drawn.flatMap(({ who, stratum }) => {
      const [number, found] = [numbers.get(who), strata[stratum]];
      return number && found ? [{ number, stratum: found }] : [];
    }),
  );
  crashPoint('wave_drawn');
  const opened: Wave = {
    ...record,
    state: frame.length === 0 ? 'called_off' : 'open',
    strata,
    seedHash: commitmentOf(seed),
    frameHash: frameHashOf(listed),
  };
  const { checks, writes } = keepWave(store, opened, opened.state === 'open' ? now : undefined, kept);
  const ledger = drawn.map(({ who, stratum, place }): readonly [Urn, LedgerEntry] => [
    who,
    { stratum, place, disposition: 'drawn' },
  ]);
  return {
    checks: [...checks, nobodyLeft],
    writes: [
      ...writes,
      ...(opened.state === 'open' ? [keepSecrets(store, record.id, { key: newWaveKey(), seed })] : []),
      ['SET', store.keys.waveFrame(record.id), listed],
      ...inBatches(store.keys.waveLedger(record.id), ledger),
      waveNews(store, record.id, opened.state, now),
    ],
  };
}

function inBatches(key: string, ledger: readonly (readonly [Urn, LedgerEntry])[]): readonly Write[] {
  const batches: Write[] = [];
  for (let i = 0; i < ledger.length; i += FIELDS_AT_ONCE) {
    const some = ledger.slice(i, i + FIELDS_AT_ONCE).flatMap(([urn, entry]) => [urn, JSON.stringify(entry)]);
    batches.push(['HSET', key, ...some]);
  }
  return batches;
}
