import type { Point } from '../../engine/input.ts';
import type { Log } from '../../log.ts';
import type { Channel, Inbound, Receive } from '../channel.ts';
import type { Journal } from '../journal.ts';
import { openJournal } from '../journal.ts';
import { answerCallback } from './callback.ts';
import type { CallbackKeys } from './message-crypto.ts';
import type { ReadMessage } from './read-message.ts';
import { readMessage } from './read-message.ts';

/** How messages of WeChat and WeCom come in: encrypted calls, and a journal while the store is away. */
export type Ingress = Required<Pick<Channel, 'webhook'>> & {
  open(receive: Receive): void;
  pause(): Promise<void>;
  /** The trouble of a store that is away; undefined without one. */
  trouble(): string | undefined;
};

type IngressSettings = {
  readonly scheme: 'wechat' | 'wecom';
  readonly keys: CallbackKeys;
  /** WeCom encrypts the challenge of the address check. */
  readonly sealsChallenge?: true;
  readonly journalPath: string;
  readonly toWgs84: (point: Point) => Point;
  /** Reads a message with what the store remembers of its person. */
  readonly understood: (read: ReadMessage) => Promise<Inbound>;
  readonly now: () => number;
  readonly log: Log;
};

/** Opens the ingress at `/<scheme>`. It refuses messages until `open`, and after `pause`. */
export function openIngress(settings: IngressSettings): Ingress {
  const { scheme, keys, sealsChallenge, journalPath, toWgs84, understood, now, log } = settings;
  let journal: Journal<ReadMessage> | undefined;
  const take = async (xml: string) => {
    const read = readMessage(xml, scheme, toWgs84);
    if (!read) return;
    if (!journal) throw new Error('The channel is closing.');
    await journal.take(read, read.inbound.from);
  };
  const callbacks = { keys, now, log, take, ...(sealsChallenge ? { sealsChallenge } : {}) };
  return {
    open(receive) {
      journal = openJournal(journalPath, async (read: ReadMessage) => receive(await understood(read)), log);
    },
    async pause() {
      await journal?.close();
      journal = undefined;
    },
    webhook: { path: `/${scheme}`, handle: (request) => answerCallback(request, callbacks) },
    trouble() {
      const waiting = journal?.waiting() ?? 0;
      return waiting > 0 ? `${waiting} messages wait for the store.` : undefined;
    },
  };
}
