import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { maySeeCase } from '../cases/desk/case-list.ts';
import { stageOf } from '../cases/desk/stages.ts';
import type { Services } from '../notify/services.ts';
import type { TokenPrint } from '../people/sign-in/sign-in.ts';
import { StoreAway } from '../store/connect.ts';
import type { ChangedCase, ChangedCases } from './changed-cases.ts';
import { openChangedCases } from './changed-cases.ts';
import type { ConsoleEnv } from './sign-in/session.ts';
import { loadOrganiser, printIn } from './sign-in/session.ts';

/** One changed case, as pages hear of it. `is_new`: it was filed just now. */
export type CaseChange = {
  readonly number: string;
  readonly version: number;
  readonly stage: string;
  readonly is_new: boolean;
};

/** The store is asked this often, once for all streams of the process, ms. */
const EVERY_MS = 120;
/** A stream with more bytes unread is cut off: its page connects again and loads anew. */
const QUEUED_MAX = 65_536;
const KEEP_ALIVE_MS = 15_000;
/** Session and roles of a stream are read again this often, ms. */
const CHECK_EVERY_MS = 30_000;

/** Changes of cases for open pages. Without a page it asks nothing. */
export type CaseStream = {
  /** Answers with server-sent events about the cases that the organiser may see. */
  respond(c: Context<ConsoleEnv>): Response;
  /** Ends all streams: their pages connect again and load anew. */
  reconnect(): void;
  close(): void;
};

/** An open stream. */
type Follower = {
  tell(changes: readonly Change[]): void;
  beat(): void;
  /** Ends the stream if its session or its roles have ended. Throws StoreAway. */
  check(now: number): Promise<void>;
  end(): void;
};
/** `text` is made once for all streams. */
type Change = ChangedCase & { readonly text: string };

/** Opens the stream of this process. */
export function openCaseStream(services: Services): CaseStream {
  const followers = new Set<Follower>();
  let open = true;
  let changed: ChangedCases | undefined;
  const look = async (cases: ChangedCases) => {
    const at = services.now();
    await Promise.all([...followers].map((follower) => follower.check(at)));
    for await (const some of cases.look()) {
      const changes = some.map(changeOf);
      for (const follower of followers) follower.tell(changes);
    }
  };
  const pump = async () => {
    if (changed) return;
    changed = openChangedCases(services);
    while (open && followers.size > 0) {
      await look(changed).catch((err: unknown) => {
        if (!(err instanceof StoreAway)) services.log.error({ err }, 'changes of cases could not be told');
      });
      await sleep(EVERY_MS);
    }
    changed = undefined;
  };
  const endAll = () => {
    for (const follower of followers) follower.end();
  };
  const beat = setInterval(() => {
    for (const follower of followers) follower.beat();
  }, KEEP_ALIVE_MS).unref();
  return {
    respond(c) {
      const print = printIn(c, 'session');
      // Without this a page that connects while the process closes would keep it open.
      if (!open || !print) return c.json({ error: 'closing' }, 503);
      const { outgoing } = c.env as { readonly outgoing: ServerResponse }; // as the web server hands it in
      const follower = followerOf(c, print, outgoing, services);
      outgoing.once('close', () => followers.delete(follower));
      // What changed while the page loaded and connected.
      follower.tell(changed?.recent().map(changeOf) ?? []);
      followers.add(follower);
      void pump();
      return RESPONSE_ALREADY_SENT;
    },
    reconnect: endAll,
    close() {
      open = false;
      clearInterval(beat);
      endAll();
    },
  };
}

function followerOf(c: Context<ConsoleEnv>, print: TokenPrint, outgoing: ServerResponse, services: Services): Follower {
  let { grants, urn } = c.get('organiser');
  const me = services.store.pseudonym(urn);
  let checkedAt = services.now();
  // It is cut off while it is written to; its end is the event `close`.
  outgoing.on('error', () => {});
  outgoing.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    // The connection ends with the stream: a closing server waits for no idle one.
    connection: 'close',
  });
  const write = (text: string) => {
    if (outgoing.destroyed) return;
    if (outgoing.writableLength <= QUEUED_MAX) outgoing.write(text);
    else {
      services.log.info({ unread: outgoing.writableLength }, 'a page that reads no changes is cut off');
      outgoing.destroy();
    }
  };
  /** A reader that is behind would not see a proper end for as long as it does not read. */
  const end = (): void => {
    if (outgoing.writableLength > 0) outgoing.destroy();
    else outgoing.end();
  };
  write('event: open\ndata: {}\n\n');
  return {
    tell(changes) {
      const own = changes.filter(({ record }) => maySeeCase(record, { grants, me }, services.city));
      if (own.length > 0) write(own.map(({ text }) => text).join(''));
    },
    beat: () => write(': still here\n\n'),
    async check(now) {
      if (Math.abs(now - checkedAt) < CHECK_EVERY_MS) return;
      const organiser = await loadOrganiser(print, services);
      if (!organiser) return end();
      checkedAt = now;
      grants = organiser.grants;
    },
    end,
  };
}

function changeOf(changed: ChangedCase): Change {
  const { record, version, isNew } = changed;
  const data: CaseChange = { number: record.number, version, stage: stageOf(record), is_new: isNew };
  return { ...changed, text: `event: case\ndata: ${JSON.stringify(data)}\n\n` };
}
