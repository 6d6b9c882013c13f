import { leftOf, QUIET_HOURS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { crashPoint } from '../../crash-point.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Notice } from '../../notify/notify.ts';
import type { Contact } from '../../people/contact.ts';
import { loadContacts } from '../../people/person-store.ts';
import { forgetHistory } from '../../store/forget-history.ts';
import type { Store } from '../../store/store.ts';
import type { Change, Kept } from '../../store/versioned-record.ts';
import { asInvited, mayBeInvited } from '../panel/member.ts';
import { keepEntry, keepMember, keepWave, loadLedger, loadMember, waveNews } from '../survey-store.ts';
import { openWave } from './open-wave.ts';
import type { LedgerEntry, Wave } from './wave.ts';
import { reminderDue, TIMES, toRelease } from './wave.ts';

/** What time does to a wave now: a change, and whom it is told. */
export type WaveStep = Change & { readonly op: string; readonly notices: readonly Notice[] };

/** So many are invited in one commit. */
const AT_ONCE = 50;
const LOOK_EVERY_MS = 60_000;

/** The next step of a wave whose time has come; undefined where there is nothing to be done but to look again. */
export async function stepOfWave(
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
    case 'open': {
      if (now >= wave.closesAt)
        return { op, notices: [], ...keepWave(store, { ...wave, state: 'sealing' }, now, kept) };
      return lookAfter(store, kept, now);
    }
    case 'sealing': {
      // Counting needs distributions that no other moment does: they are loaded when a wave closes.
      const { countWave, noteWhoBegan } = await import('./close-wave.ts');
      await noteWhoBegan(store, wave, now);
      const change = await countWave(store, kept, city, now);
      return change && { op, notices: [], ...change };
    }
    case 'closed': {
      // What was deleted stands in the store's file until that is written anew.
      if (!(await forgetHistory(store))) return undefined;
      crashPoint('wave_forgotten');
      const { checks, writes } = keepWave(store, { ...wave, state: 'published' }, undefined, kept);
      return { op, notices: [], checks, writes: [...writes, waveNews(store, wave.id, 'published', now)] };
    }
    case 'called_off':
      if (!(await forgetHistory(store))) return undefined;
      return { op: `${op}:forgotten`, notices: [], checks: [], writes: [['ZREM', store.keys.wavesClock, wave.id]] };
    case 'published':
      return { op, notices: [], checks: [], writes: [['ZREM', store.keys.wavesClock, wave.id]] };
  }
}

/** Invitations and reminders of an open wave, a few at a time, never at night. */
async function lookAfter(store: Store, kept: Kept<Wave>, now: number): Promise<WaveStep> {
  const { record: wave, version } = kept;
  const op = `wave:${wave.id}:${version}:${now}`;
  const later = (ms: number): WaveStep => ({
    op,
    notices: [],
    checks: [],
    writes: [['ZADD', store.keys.wavesClock, Math.min(now + ms, wave.closesAt), wave.id]],
  });
  const night = leftOf(QUIET_HOURS.surveys, now);
  if (night > 0) return later(night);
  const ledger = [...(await loadLedger(store, wave.id))];
  const releases = now - (wave.releasedAt ?? 0) >= TIMES.releaseEveryMs;
  const entries = ledger.map(([, entry]) => entry);
  const invited = releases ? nextOf(ledger, toRelease(wave, entries, now)) : [];
  const reminded = ledger.filter(([, entry]) => reminderDue(entry, now));
  const some = [...invited, ...reminded].slice(0, AT_ONCE);
  if (some.length === 0) {
    if (!releases) return later(LOOK_EVERY_MS);
    const next = Math.min(now + LOOK_EVERY_MS, wave.closesAt);
    return { op, notices: [], ...keepWave(store, { ...wave, releasedAt: now }, next, kept) };
  }
  const contacts = await loadContacts(
    store,
    some.map(([urn]) => urn),
  );
  const steps = await Promise.all(
    some.map(([urn, entry], i) =>
      stepFor(store, wave, urn, entry, contacts[i]?.contact, contacts[i]?.gone ?? false, now),
    ),
  );
  return {
    op,
    checks: steps.flatMap(({ checks }) => checks),
    writes: steps.flatMap(({ writes }) => writes),
    notices: steps.flatMap(({ notices }) => notices),
  };
}

/** To whom the draw has come: the first places of each stratum that are still free, as many as are released. */
function nextOf(
  ledger: readonly (readonly [Urn, LedgerEntry])[],
  release: readonly number[],
): readonly (readonly [Urn, LedgerEntry])[] {
  const waiting = ledger
    .filter(([, { disposition }]) => disposition === 'drawn')
    .sort(([, a], [, b]) => a.place - b.place);
  const left = [...release];
  return waiting.filter(([, { stratum }]) => {
    const more = left[stratum] ?? 0;
    left[stratum] = more - 1;
    return more > 0;
  });
}

async function stepFor(
  store: Store,
  wave: Wave,
  urn: Urn,
  entry: LedgerEntry,
  contact: Contact | undefined,
  gone: boolean,
  now: number,
): Promise<Change & Pick<WaveStep, 'notices'>> {
  const move = (after: Partial<LedgerEntry>) => keepEntry(store, wave.id, urn, { ...entry, ...after }, entry);
  if (!contact || gone || !contact.subscribed) return { ...move({ disposition: 'unreachable' }), notices: [] };
  if (entry.disposition !== 'drawn') {
    return {
      ...move({ reminders: (entry.reminders ?? 0) + 1, remindedAt: now }),
      notices: [{ to: urn, said: asks(wave, 'reminder') }],
    };
  }
  const member = await loadMember(store, urn);
  // Another wave may have come first since the draw.
  if (!member || !mayBeInvited(member.record, now)) return { ...move({ disposition: 'passed_over' }), notices: [] };
  const invited = keepMember(store, urn, asInvited(member.record, now), member);
  const moved = move({ disposition: 'invited', invitedAt: now });
  return {
    checks: [...moved.checks, ...invited.checks],
    writes: [...moved.writes, ...invited.writes],
    notices: [{ to: urn, said: asks(wave, 'invitation') }],
  };
}

function asks({ id, closesAt }: Wave, key: 'invitation' | 'reminder'): LocalizedMessage {
  return {
    key: `flows/answer-survey:${key}`,
    values: { until: { day: closesAt } },
    buttons: [{ label: 'flows/answer-survey:start', flow: 'answer-survey', argument: id }],
  };
}
