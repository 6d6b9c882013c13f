import { QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import type { Notice } from '../../notify/notify.ts';
import { loadContacts } from '../../people/person-store.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { mayBeInvited, withInvitation } from '../panel/member.ts';
import { keepMember, loadMember } from '../panel/member-store.ts';
import { keepEntry, loadLedger } from './ledger-store.ts';
import type { LedgerEntry, Wave } from './wave.ts';
import { invitationsDue, isReminderDue, TIMES } from './wave.ts';
import { keepWave } from './wave-store.ts';

/** Number of people whom one commit invites or reminds. */
const BATCH = 50;
const LOOK_EVERY_MS = 60_000;

type Invitations = Change & { readonly notices: readonly Notice[] };
type PersonEntry = readonly [Urn, LedgerEntry];

/** Sends the next invitations and reminders of an open wave; none in quiet hours. */
export async function inviteAndRemind(store: Store, kept: Kept<Wave>, now: number): Promise<Invitations> {
  const { record: wave } = kept;
  const later = (ms: number): Invitations => ({
    notices: [],
    // A wave that was called off or closed meanwhile keeps its own due time.
    checks: keepWave(store, wave, undefined, kept).checks,
    writes: [['ZADD', store.keys.wavesClock, Math.min(now + ms, wave.closesAt), wave.id]],
  });
  const quietMs = remainingMs(QUIET_HOURS.surveys, now);
  if (quietMs > 0) return later(quietMs);
  const ledger = [...(await loadLedger(store, wave.id))];
  const releases = now - (wave.releasedAt ?? 0) >= TIMES.releaseEveryMs;
  const entries = ledger.map(([, entry]) => entry);
  const invited = releases ? nextInDraw(ledger, invitationsDue(wave, entries, now)) : [];
  const reminded = ledger.filter(([, entry]) => isReminderDue(entry, now));
  const batch = [...invited, ...reminded].slice(0, BATCH);
  if (batch.length === 0) {
    if (!releases) return later(LOOK_EVERY_MS);
    const next = Math.min(now + LOOK_EVERY_MS, wave.closesAt);
    return { notices: [], ...keepWave(store, { ...wave, releasedAt: now }, next, kept) };
  }
  const contacts = await loadContacts(
    store,
    batch.map(([urn]) => urn),
  );
  const steps = await Promise.all(
    batch.map(([urn, entry], i) => {
      const { contact, gone = false } = contacts[i] ?? {};
      const reachable = contact?.subscribed === true && !gone;
      return reachable
        ? askForAnswer(store, wave, [urn, entry], now)
        : leaveOut(store, wave, [urn, entry], 'unreachable');
    }),
  );
  return { ...joinChanges(steps), notices: steps.flatMap(({ notices }) => notices) };
}

/** Returns the first drawn entries of each stratum, as many as `due` says. */
function nextInDraw(ledger: readonly PersonEntry[], due: readonly number[]): readonly PersonEntry[] {
  const waiting = ledger
    .filter(([, { disposition }]) => disposition === 'drawn')
    .sort(([, a], [, b]) => a.place - b.place);
  const left = [...due];
  return waiting.filter(([, { stratum }]) => {
    const more = left[stratum] ?? 0;
    left[stratum] = more - 1;
    return more > 0;
  });
}

/** Invites a person who was drawn; reminds one who was invited. */
async function askForAnswer(store: Store, wave: Wave, [urn, entry]: PersonEntry, now: number): Promise<Invitations> {
  if (entry.disposition !== 'drawn') {
    const reminders = (entry.reminders ?? 0) + 1;
    return {
      ...keepEntry(store, wave.id, urn, { ...entry, reminders, remindedAt: now }, entry),
      notices: [{ to: urn, said: requestText(wave, 'reminder') }],
    };
  }
  const member = await loadMember(store, urn);
  // Another wave may have invited the member since the draw.
  if (!member || !mayBeInvited(member.record, now)) return leaveOut(store, wave, [urn, entry], 'passed_over');
  const noted = keepMember(store, urn, withInvitation(member.record, now), member);
  const moved = keepEntry(store, wave.id, urn, { ...entry, disposition: 'invited', invitedAt: now }, entry);
  return {
    checks: [...moved.checks, ...noted.checks],
    writes: [...moved.writes, ...noted.writes],
    notices: [{ to: urn, said: requestText(wave, 'invitation') }],
  };
}

function leaveOut(
  store: Store,
  wave: Wave,
  [urn, entry]: PersonEntry,
  disposition: 'unreachable' | 'passed_over',
): Invitations {
  return { ...keepEntry(store, wave.id, urn, { ...entry, disposition }, entry), notices: [] };
}

function requestText({ id, closesAt }: Wave, key: 'invitation' | 'reminder'): LocalizedMessage {
  return {
    key: `flows/answer-survey:${key}`,
    values: { until: { day: closesAt } },
    buttons: [{ label: 'flows/answer-survey:start', flow: 'answer-survey', argument: id }],
  };
}
