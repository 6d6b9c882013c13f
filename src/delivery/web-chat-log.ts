import { setTimeout as sleep } from 'node:timers/promises';
import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Outgoing, Urn } from '../channels/channel.ts';
import { isRung } from '../channels/web/bells.ts';
import type { ChatEntry, ChatLog } from '../channels/web/chat-log.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { orStoreAway } from '../store/store.ts';
import { openMessage, sealMessage } from './sealed-message.ts';

/** How long a chat without new messages is kept for its page, ms. */
const KEPT_MS = 30 * DAY_MS;
/** A forgotten person's page still reads the farewell for this long, ms. */
const FAREWELL_KEPT_MS = HOUR_MS;
/** An open page gets a message within this time; then its bell rings, ms. */
const RING_AFTER_MS = 30_000;
/** The messages of other processes are looked for this often, ms. One command for all pages of a process. */
const LOOK_EVERY_MS = 150;

/** Opens the logs of web chats in the store. Messages that show the reader's own data are encrypted there. */
export function openWebChatLog(store: Store, now: () => number, log: Log): ChatLog {
  const { redis, keys } = store;
  const followers = new Set<(of: Urn) => void>();
  const tell = (of: Urn) => {
    for (const told of followers) told(of);
  };
  let looking = false;
  /** Reads which chats got entries, while any page is open. */
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    let last: string | undefined;
    while (followers.size > 0) {
      try {
        last ??= (await orStoreAway(redis.xrevrange(keys.webTold, '+', '-', 'COUNT', 1)))[0]?.[0] ?? '0-0';
        const told = await orStoreAway(redis.xrange(keys.webTold, `(${last}`, '+'));
        last = told.at(-1)?.[0] ?? last;
        for (const urn of new Set(told.map(([, fields]) => fields[1]))) tell(urn as Urn); // as the script wrote it
      } catch (error) {
        log.debug({ err: error }, 'new messages of web chats could not be looked for');
      }
      await sleep(LOOK_EVERY_MS);
    }
    looking = false;
  };
  return {
    async append(to, { key, message, removes }) {
      const body = message ? sealMessage(message, store) : JSON.stringify({ removes });
      const edits = message?.edits && /^\d{1,9}$/.test(message.edits) ? message.edits : '';
      const rings = message && isRung(message) ? now() + RING_AFTER_MS : '';
      const all = [keys.webChat(to), keys.webTold, keys.person(to), keys.webBell(to), keys.webBellsDue];
      const args = [key, body, now(), edits, to, KEPT_MS, FAREWELL_KEPT_MS, rings, message?.ledger ? '1' : ''];
      const [n, edited] = await orStoreAway(redis.anlinAppendToChat(all.length, ...all, ...args));
      tell(to);
      return { n, edited: edited === 1 };
    },
    async read(of, after) {
      const key = keys.webChat(of);
      const [oldest, newest] = await Promise.all([
        orStoreAway(redis.xrange(key, '-', '+', 'COUNT', 1)),
        orStoreAway(redis.xrevrange(key, '+', '-', 'COUNT', 1)),
      ]);
      const [first, last] = [oldest, newest].map(([entry]) => numberOf(entry?.[0]));
      const lost = after > 0 && (after > (last ?? 0) || after < (first ?? 0) - 1);
      const found = await orStoreAway(redis.xrange(key, lost ? '-' : `(${after}-0`, '+'));
      return { entries: found.map(([id, fields]) => readEntry(numberOf(id), fields, store)), lost };
    },
    follow(told) {
      followers.add(told);
      void look();
      return { stop: () => void followers.delete(told) };
    },
  };
}

/** The number of an entry, from its stream id; 0 without one. */
function numberOf(id: string | undefined): number {
  return Number.parseInt(id ?? '0', 10);
}

function readEntry(n: number, fields: readonly string[], store: Store): ChatEntry {
  const [, , , body = '', , at, , edits = ''] = fields;
  const { removes } = JSON.parse(body) as { readonly removes?: string }; // written by append
  if (removes !== undefined) return { n, at: Number(at), removes };
  const { edits: _asked, ...message } = openMessage(body, store) ?? { text: '' };
  const shown: Outgoing = edits === '' ? message : { ...message, edits };
  return { n, at: Number(at), message: shown };
}
