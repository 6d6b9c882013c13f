import type { Urn } from '../../channels/channel.ts';
import type { MovePast } from '../../people/link/move-past.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import { joinChanges, NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { nullifierOf } from '../ballot/ballot.ts';
import { keepBallot, loadBallot, removeBallot } from '../ballot/ballot-store.ts';
import { encode, loadEntry } from '../wave/ledger-store.ts';
import { loadSecrets } from '../wave/secrets-store.ts';
import type { LedgerEntry } from '../wave/wave.ts';
import { loadUnfinishedWaves } from '../wave/wave-store.ts';
import type { Member } from './member.ts';
import { keepMember, loadMember } from './member-store.ts';

/**
 * Moves a panel member. Of two memberships the older record at `to` stays, and invitations count together. In an open wave a
 * person keeps one place and one ballot: the place at `to`, unless only the other one has begun.
 */
export const moveMember: MovePast = async (store, { from, to }) => {
  const [moved, own] = await Promise.all([loadMember(store, from), loadMember(store, to)]);
  if (!moved) return NO_CHANGE;
  const { keys } = store;
  const waves = (await loadUnfinishedWaves(store)).filter(({ record: { state } }) => HAS_PLACES.includes(state));
  const places = await Promise.all(waves.map(({ record: { id } }) => movePlace(store, id, from, to)));
  return joinChanges([
    keepMember(store, to, own ? joinMembers(own.record, moved.record) : moved.record, own),
    {
      checks: [{ key: keys.surveyMember(from), field: 'version', is: String(moved.version) }],
      writes: [
        ['DEL', keys.surveyMember(from)],
        ['ZREM', keys.surveyMembers, from],
      ],
    },
    ...places,
  ]);
};

const HAS_PLACES: readonly string[] = ['drawing', 'open', 'sealing'];

/** Rests and pauses hold for the person, so the stricter value of each counts. */
function joinMembers(own: Member, moved: Member): Member {
  const pausedUntil = Math.max(own.pausedUntil ?? 0, moved.pausedUntil ?? 0);
  return {
    ...own,
    invited: [...new Set([...own.invited, ...moved.invited])].toSorted((a, b) => a - b),
    ignored: Math.max(own.ignored, moved.ignored),
    since: Math.min(own.since, moved.since),
    ...(pausedUntil > 0 ? { pausedUntil } : {}),
  };
}

/** Moves the place in one wave with its ballot, which is sealed again under the new name. */
async function movePlace(store: Store, wave: string, from: Urn, to: Urn): Promise<Change> {
  const { keys } = store;
  const [entry, own, secrets] = await Promise.all([
    loadEntry(store, wave, from),
    loadEntry(store, wave, to),
    loadSecrets(store, wave),
  ]);
  // A draw or count that runs now conflicts on this number and starts again.
  const left = ['HINCRBY', keys.wave(wave), 'left', 1] as const;
  if (!entry) return { checks: [], writes: [left] };
  const ledger = keys.waveLedger(wave);
  const goes = !own || (!hasBegun(own) && hasBegun(entry));
  const [was, becomes] = secrets ? [nullifierOf(secrets.key, from), nullifierOf(secrets.key, to)] : [];
  const ballot = secrets && was ? await loadBallot(store, wave, secrets.key, was) : undefined;
  return {
    checks: [
      { key: ledger, field: from, is: encode(entry) },
      { key: ledger, field: to, is: own ? encode(own) : '' },
    ],
    writes: [
      left,
      ['HDEL', ledger, from],
      ...(goes ? [['HSET', ledger, to, encode(entry)] as const] : []),
      ...(was ? [removeBallot(store, wave, was)] : []),
      ...(goes && ballot && secrets && becomes ? [keepBallot(store, wave, secrets.key, becomes, ballot)] : []),
    ],
  };
}

function hasBegun({ disposition }: LedgerEntry): boolean {
  return ['started', 'complete', 'blank', 'refused'].includes(disposition);
}
