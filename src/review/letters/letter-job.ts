import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS } from '../../calendar.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Write } from '../../store/commit.ts';
import { inPairs } from '../../store/records/in-pairs.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Letter } from './letter.ts';
import { isOverdueLetter, nextDue } from './letter.ts';
import { addresseesOf } from './letter-access.ts';
import { sentMessage } from './letter-card.ts';
import { filedSince, loadCasesOf } from './letter-cases.ts';
import type { LetterNews } from './letter-news.ts';
import { letterNotices } from './letter-news.ts';
import { measureLetter, sendLetter } from './letter-rules.ts';
import type { LetterEvent } from './letter-store.ts';
import { keepLetter, loadLetter, queueLetter } from './letter-store.ts';
import { MATTER_RULES, measureOf } from './matter.ts';

const EVERY_MS = 2000;
const BATCH = 50;
/** Between two evaluations of a measure, and between two tries to send a letter that no one can read yet. */
const AGAIN_MS = DAY_MS;

type Entry = { readonly entry: string; readonly since: string };

/** Sends letters, tells of acts, watches their deadlines, and closes them by their measure. */
export function letterJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'letters',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.lettersNews, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const flat = await orStoreAway(store.redis.zrange(...due, 'WITHSCORES'));
      const entries = inPairs(flat).map(([entry, since]): Entry => ({ entry, since }));
      const work = (entry: Entry) => handle(entry, services);
      return { handled: await eachOrLog(entries, { log, what: 'an event of a letter', stopping, work }) };
    },
  };
}

/** What an event leads to. `again`: when to handle it again, ms since the epoch. */
type Step = {
  readonly letter?: Letter;
  readonly news?: LetterNews;
  readonly sends?: true;
  readonly again?: number;
  readonly writes?: readonly Write[];
};

async function handle({ entry, since }: Entry, services: Services): Promise<void> {
  const { store, city, now } = services;
  const [event = '', id = ''] = entry.split(' ');
  const kept = await loadLetter(store, id);
  const step = kept ? await stepOf(event as LetterEvent, kept, services) : {}; // written by queueLetter
  const { letter, news, sends, again, writes = [] } = step;
  const record = letter ?? kept?.record;
  const change = kept && letter ? keepLetter(store, letter, kept) : NO_CHANGE;
  const { lettersNews } = store.keys;
  const done: Write = again === undefined ? ['ZREM', lettersNews, entry] : ['ZADD', lettersNews, again, entry];
  const people = record && sends ? await addresseesOf(store, record.to, city) : [];
  const notices = [
    ...(record && news ? await letterNotices(store, news, record, city, now()) : []),
    ...people.flatMap((to) => (record ? [{ to, said: sentMessage(record, city, now()) }] : [])),
  ];
  const whole = {
    op: `letter:${entry}:${since}`,
    what: `letter_${letter?.ending ?? news ?? event}`,
    checks: change.checks,
    writes: [...change.writes, done, ...writes],
  };
  await commitAndNotify(whole, notices, services);
}

async function stepOf(event: LetterEvent, kept: Kept<Letter>, services: Services): Promise<Step> {
  const { record } = kept;
  const now = services.now();
  switch (event) {
    case 'agreed':
      return sendStep(record, services);
    case 'reply_due':
      return replyStep(record, now);
    case 'measured':
      return measureStep(record, services);
    case 'settled':
      return { news: record.ending === 'withdrawn' ? 'struck_all' : 'settled' };
    case 'closed':
      return { news: record.ending === 'met' ? 'met' : 'not_done' };
    default:
      return { news: event };
  }
}

/** A letter that no staff of the addressee can read stays agreed: its clocks must not run. */
async function sendStep(record: Letter, { store, city, now }: Services): Promise<Step> {
  if (record.state !== 'agreed') return {};
  const readers = await addresseesOf(store, record.to, city);
  if (readers.length === 0) {
    const isTold = record.told?.includes('no_reader');
    const letter: Letter = { ...record, told: [...(record.told ?? []), 'no_reader'] };
    return { again: now() + AGAIN_MS, ...(isTold ? {} : { letter, news: 'no_reader' as const }) };
  }
  const letter = sendLetter(record, now());
  const { id, replyDue = now(), doneDue = now() } = letter;
  const first = MATTER_RULES[letter.matter].atMost === undefined ? now() + AGAIN_MS : doneDue;
  return {
    letter,
    sends: true,
    writes: [queueLetter(store, 'reply_due', id, replyDue + 1), queueLetter(store, 'measured', id, first + 1)],
  };
}

/** Tells addressee and leads of a late reply, once; a clock that stands still or was moved is looked at later. */
function replyStep(record: Letter, now: number): Step {
  if (record.state === 'contested') return { again: now + AGAIN_MS };
  const due = record.state === 'answered' ? undefined : nextDue(record);
  if (due === undefined || record.told?.includes('reply_late')) return {};
  if (now <= due) return { again: due + 1 };
  return { letter: { ...record, told: [...(record.told ?? []), 'reply_late'] }, news: 'reply_late' };
}

/** Evaluates the measure: at the due time and each day after it; for ended rows on each day from the start. */
async function measureStep(record: Letter, { store, now }: Services): Promise<Step> {
  if (record.state === 'closed') return {};
  const at = now();
  if (record.state === 'contested') return { again: at + AGAIN_MS };
  const { matter, rows, sentAt = at, doneDue = at } = record;
  const early = MATTER_RULES[matter].atMost === undefined;
  if (!early && at <= doneDue) return { again: doneDue + 1 };
  const own = await loadCasesOf(store, record.to, sentAt);
  const measured = measureOf(matter, rows, { own, since: filedSince(own, sentAt), now: at });
  const letter = measureLetter(record, measured, early, at);
  if (letter.ending === 'met') return { letter, news: 'met' };
  const isLate = isOverdueLetter(letter, at) && !letter.told?.includes('done_late');
  const again = at + AGAIN_MS;
  if (!isLate) return { letter, again };
  return { letter: { ...letter, told: [...(letter.told ?? []), 'done_late'] }, news: 'done_late', again };
}
