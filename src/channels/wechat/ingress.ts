import type { Log } from '../../log.ts';
import type { Channel, Inbound, ReadFile, Receive } from '../channel.ts';
import type { Journal } from '../journal.ts';
import { openJournal } from '../journal.ts';
import { answerCallback } from './callback.ts';
import type { CallbackKeys } from './message-crypto.ts';
import type { SharePlace } from './numbered-text.ts';
import type { Maps, ReadMessage } from './read-message.ts';
import { readMessage } from './read-message.ts';

/** How messages of WeChat and WeCom come in: encrypted calls, and a journal while the store is away. */
export type Ingress = Required<Pick<Channel, 'webhook'>> & {
  open(receive: Receive): void;
  pause(): Promise<void>;
  /** The trouble of a store that is away; undefined without one. */
  trouble(): string | undefined;
};

/** The settings that WeChat and WeCom have in common. */
export type PlatformSettings = {
  readonly apiRoot: string;
  /** The file that keeps messages while the store is away. */
  readonly journalPath: string;
  readonly readFile: ReadFile;
  readonly maps: Maps;
  /** Title of a card, how a place is sent, titles of the menu's groups. */
  readonly words: {
    readonly choose: string;
    readonly sharePlace: SharePlace;
    readonly more: string;
    readonly other: string;
    /** The entry of the menu that opens the console. */
    readonly console: string;
    /** The end of a list that goes on in the console. */
    readonly goesOn: string;
    /** The end of a text that is too long to be sent whole. */
    readonly cutOff: string;
    /** The notice at a closed window: what it is about, and what to do. At most 20 characters each. */
    readonly bell: { readonly what: string; readonly hint: string };
  };
  /** The origin of the pages that links lead to. */
  readonly site: string | undefined;
  readonly now: () => number;
  readonly log: Log;
};

type IngressSettings = Pick<PlatformSettings, 'journalPath' | 'maps' | 'now' | 'log'> & {
  readonly scheme: 'wechat' | 'wecom';
  readonly keys: CallbackKeys;
  /** WeCom encrypts the challenge of the address check. */
  readonly sealsChallenge?: true;
  /** Reads a message with what the store remembers of its person. */
  readonly understood: (read: ReadMessage) => Promise<Inbound>;
};

/** Opens the ingress at `/<scheme>`. It refuses messages until `open`, and after `pause`. */
export function openIngress(settings: IngressSettings): Ingress {
  const { scheme, keys, sealsChallenge, journalPath, maps, understood, now, log } = settings;
  let journal: Journal<ReadMessage> | undefined;
  const take = async (xml: string) => {
    const read = readMessage(xml, scheme, maps);
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
