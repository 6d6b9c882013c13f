import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import { keepBroadcast } from '../../broadcasts/broadcast-store.ts';
import { proposedBroadcast } from '../../broadcasts/compose/proposed-broadcast.ts';
import { approveAgreed } from '../../broadcasts/lifecycle.ts';
import { countRecipients } from '../../broadcasts/sending/recipients.ts';
import { dayOf, isWorkingDay, MINUTE_MS, momentOf } from '../../calendar.ts';
import { seriesNames } from '../../city/series.ts';
import type { Value } from '../../delivery/outcome.ts';
import { DEFAULT_LANGUAGE } from '../../i18n.ts';
import { readerOf } from '../../notify/notify.ts';
import { renderMessage } from '../../notify/render-message.ts';
import type { Services } from '../../notify/services.ts';
import { commitOrThrow } from '../../store/commit-as-system.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { joinChanges } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import { oneDecimal } from '../premises/premises-card.ts';
import type { Round } from '../rounds/round.ts';
import { keepRound, loadRounds } from '../rounds/round-store.ts';

const EVERY_MS = 5 * MINUTE_MS;
/** Cards are sent within these hours of a working day, China time. */
const [FROM, UNTIL] = ['T10:00', 'T18:00'];
/** Notices that one card names. */
const LISTED_MAX = 5;

/**
 * Sends one card of the public notices (公示) of a street to its residents, as an announcement of the topic `notices`. A card
 * waits for the next working morning and holds all notices of the street; the next one waits until these begin to end.
 */
export function noticeCardJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'notice-cards',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const day = dayOf(now);
      if (!isWorkingDay(day) || now < momentOf(day + FROM) || now >= momentOf(day + UNTIL)) return { sent: 0 };
      const unsaid = (await loadRounds(store)).filter(({ record }) => isUnsaid(record));
      if (unsaid.length === 0) return { sent: 0 };
      const held = await orStoreAway(store.redis.hgetall(store.keys.noticeCards));
      const { regions } = services.city;
      const streets = Map.groupBy(unsaid, ({ record }) => regions.above(record.region, 'street') ?? record.region);
      const due = [...streets].filter(
        ([street, rounds]) =>
          day >= (held[street] ?? '') && rounds.some(({ record }) => dayOf(noticeBegan(record)) < day),
      );
      const work = ([street, rounds]: (typeof due)[number]) =>
        sendCard({ street, rounds, before: held[street] ?? '' }, services, now);
      return { sent: await eachOrLog(due, { log, what: 'a card of notices', stopping, work }) };
    },
  };
}

/** When the notice of a round began, ms since the epoch; a notice after an upheld objection begins anew. */
function noticeBegan({ history, since }: Round): number {
  return history.findLast(({ event }) => event === 'notice_begun')?.at ?? since;
}

function isUnsaid(round: Round): boolean {
  return round.state === 'public_notice' && (round.announcedAt ?? 0) < noticeBegan(round);
}

type Card = { readonly street: string; readonly rounds: readonly Kept<Round>[]; readonly before: string };

/** Keeps the card, the note in each of its rounds, and the pause of the street in one commit. */
async function sendCard({ street, rounds, before }: Card, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const records = rounds.map(({ record }) => record).toSorted((a, b) => (a.noticeUntil ?? 0) - (b.noticeUntil ?? 0));
  const firstEnd = records[0]?.noticeUntil ?? now;
  const draft = cardOf(street, records, firstEnd, services, now);
  const count = await countRecipients(store, draft, city.regions, now);
  // Two persons began each notice; the card says no more than they agreed on.
  const agreed = approveAgreed(draft, records[0]?.secondedBy ?? records[0]?.proposedBy ?? '', count, now);
  const change = joinChanges([
    ...rounds.map((kept) => keepRound(store, { ...kept.record, announcedAt: now }, now, kept)),
    ...(agreed.type === 'done' ? [keepBroadcast(store, agreed.broadcast)] : []),
    {
      checks: [{ key: store.keys.noticeCards, field: street, is: before }],
      writes: [['HSET', store.keys.noticeCards, street, dayOf(firstEnd)]],
    },
  ]);
  await commitOrThrow(store, { op: `notice-card:${street}:${now}`, what: 'notices_announced', ...change }, now);
}

function cardOf(
  street: string,
  records: readonly Round[],
  firstEnd: number,
  services: Services,
  now: number,
): Broadcast {
  const { wording, city } = services;
  const [only, ...others] = records;
  const lines = records.slice(0, LISTED_MAX).map(
    ({ premises, series, level, score, noticeUntil }): Value => ({
      key: 'flows/public-notices:card.line',
      values: {
        name: { names: city.premises.get(premises)?.names ?? { [DEFAULT_LANGUAGE]: premises } },
        series: { names: seriesNames(series) },
        level: { key: `common:level.${level ?? 'none'}` },
        score: score ? oneDecimal(score.score) : '',
        until: { day: noticeUntil ?? now },
      },
    }),
  );
  const more = records.length - lines.length;
  const rest: readonly Value[] = more > 0 ? [{ key: 'flows/public-notices:card.more', values: { rest: more } }] : [];
  const values = { lines: { list: [...lines, ...rest] } };
  const inLanguage = (key: 'title' | 'words') =>
    Object.fromEntries(
      wording.languages.map((language) => {
        const message = { key: `flows/public-notices:card.${key}`, values } as const;
        return [language, renderMessage(message, readerOf(language, services)).text];
      }),
    );
  const titles = inLanguage('title');
  // Without answers to edit, no organiser changes what two persons agreed on.
  const { written: _written, ...draft } = proposedBroadcast(
    {
      title: titles[DEFAULT_LANGUAGE] ?? '',
      titles,
      words: inLanguage('words'),
      region: street,
      kind: 'announcement',
      buttons: [],
      // A later card would come after the notice.
      staleAfterMs: Math.max(MINUTE_MS, firstEnd - now),
    },
    city.regions,
    now,
  );
  // With several notices the talk asks first which one.
  const argument = (next: string) => (only && others.length === 0 ? `${only.id}.${next}` : 'all');
  const opens = (['object', 'standard'] as const).map((next) => ({
    label: `flows/public-notices:next.options.${next}` as const,
    flow: 'public-notices',
    argument: argument(next),
  }));
  return { ...draft, region: street, content: { ...draft.content, opens } };
}
