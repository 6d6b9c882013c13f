import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import type { Notice } from '../../notify/notify.ts';
import { forgetHistory } from '../../store/records/forget-history.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { inviteAndRemind } from './invitations.ts';
import { openWave } from './open-wave.ts';
import type { Wave } from './wave.ts';
import { keepWave, queueWaveNews } from './wave-store.ts';

/** The change that a due wave needs now, with its operation id and notices. */
export type WaveStep = Change & { readonly op: string; readonly notices: readonly Notice[] };

/** Returns the next step of a due wave; undefined if it must be tried again later. */
export async function advanceWave(
  store: Store,
  kept: Kept<Wave>,
  city: City,
  now: number,
): Promise<WaveStep | undefined> {
  const { record: wave, version } = kept;
  const op = `wave:${wave.id}:${version}`;
  switch (wave.state) {
    case 'drawing':
      return { op, notices: [], ...(await openWave(store, kept, city, now)) };
    case 'open':
      if (now >= wave.closesAt)
        return { op, notices: [], ...keepWave(store, { ...wave, state: 'sealing' }, now, kept) };
      // An open wave takes many steps in one version, so the id holds the time.
      return { op: `${op}:${now}`, ...(await inviteAndRemind(store, kept, now)) };
    case 'sealing': {
      // Only counting needs the statistics libraries, so they are loaded here.
      const { countWave, recordParticipation } = await import('./close-wave.ts');
      await recordParticipation(store, wave, now);
      const change = await countWave(store, kept, city, now);
      return change && { op, notices: [], ...change };
    }
    case 'closed': {
      // Deleted ballots and ledger stay in the store's file until it is rewritten.
      if (!(await forgetHistory(store))) return undefined;
      crashPoint('wave_forgotten');
      const { checks, writes } = keepWave(store, { ...wave, state: 'published' }, undefined, kept);
      return { op, notices: [], checks, writes: [...writes, queueWaveNews(store, wave.id, 'published', now)] };
    }
    case 'called_off':
      if (!(await forgetHistory(store))) return undefined;
      return { op: `${op}:forgotten`, notices: [], checks: [], writes: [['ZREM', store.keys.wavesClock, wave.id]] };
    case 'published':
      return { op, notices: [], checks: [], writes: [['ZREM', store.keys.wavesClock, wave.id]] };
  }
}
