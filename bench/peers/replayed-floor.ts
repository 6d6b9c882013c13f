import type { Channel, Outgoing, Urn } from '../../src/channels/channel.ts';
import { openRelay } from '../../src/delivery/relay.ts';
import { openLog } from '../../src/log.ts';
import type { OutboxMessage } from '../../src/store/commit.ts';
import { readClaimed } from '../../src/store/commit.ts';
import { commitInRound } from '../../src/store/commit-in-round.ts';
import { connect } from '../../src/store/connect.ts';
import { ARGUMENT_END } from '../../src/store/scripts/scripts.ts';
import { openStore } from '../../src/store/store.ts';
import { openChannel } from '../broadcast/open-channel.ts';
import { countSends } from '../count-sends.ts';
import { OUTER_KEY } from '../open-city.ts';
import type { Environment, RecordedTalk, Subject } from '../subject.ts';
import { UNREACHED_PACE, untilSent } from './promise-floor.ts';

/**
 * The product's records and messages without its decisions: each step commits what the product committed for a scout, with
 * another person, case and update, and sends its messages by relay and channel. Nothing is read, decided, worded or encoded.
 */
export async function open(environment: Environment): Promise<Subject> {
  const { replay, ...floor } = await openReplay(environment);
  return { ...floor, take: (json, chat, messages) => replay(JSON.parse(json).update_id, chat, messages) };
}

/** Commits and sends the recorded step that a person has reached. */
type Replay = (update: number, chat: number, messages: number) => Promise<void>;

/** Opens the floor for a caller that reads the updates itself. */
export async function openReplay({
  redisUrl,
  apiRoot,
  token,
  recorded,
}: Environment): Promise<Omit<Subject, 'take'> & { readonly replay: Replay }> {
  if (!recorded) throw new Error('The product must run first: its scout records the talk.');
  const store = await openStore(connect(redisUrl), 'floor', UNREACHED_PACE, Date.now(), { outerKey: OUTER_KEY });
  const channel: Channel = await openChannel({ token, apiRoot });
  const sends = countSends(channel);
  const relay = openRelay({ store, channels: [channel], log: openLog('error', [], () => {}) });
  const steps = recorded.steps.map((one) => templateOf(one, recorded));
  const persons = new Map<number, { at: number; version: string }>();
  let filed = 0;
  return {
    steps: recorded.steps.map(({ step }) => step),
    prepare: async () => {},
    async replay(update, chat, messages) {
      const person: Urn = `telegram:${chat}`;
      const known = persons.get(chat) ?? { at: 0, version: '0' };
      const { keys, text, bodies } = steps[known.at] as Template; // the bench plays the recorded steps
      const words = [chat, update, known.version, Date.now()];
      const done = sends.expect(person, messages);
      const operation = { keys: keys.map((key) => fill(key, words)), text: fill(text, words), messages };
      const [type, version, ...claimed] = await commitInRound(store, operation);
      if (type !== 'ok') throw new Error(`The commit of step ${known.at} met a ${type}: ${version}.`);
      persons.set(chat, { at: known.at + 1, version: String(version) });
      if (known.at + 1 === steps.length) filed += 1;
      const sent = bodies.map((message): OutboxMessage => ({ to: person, lane: 'reply', body: '', message }));
      relay.send(readClaimed(claimed.map(String), sent));
      await done;
    },
    quiet: () => untilSent(store),
    filed: async () => filed,
    kept: async () => ({ session: 0, person: 0 }),
    async close() {
      await relay.close();
      await channel.close();
      store.redis.disconnect();
    },
  };
}

/** Texts in pieces; between two pieces stands the number of a word. */
type Pieces = readonly (string | number)[];
type Template = { readonly keys: readonly Pieces[]; readonly text: Pieces; readonly bodies: readonly Outgoing[] };

const [CHAT, UPDATE, VERSION, NOW] = [0, 1, 2, 3];

/** Leaves out what differs by person: chat, case, update, version and time. */
function templateOf({ keys, args }: RecordedTalk['steps'][number], { chat, pseudonym, city }: RecordedTalk): Template {
  const marked = args.map((arg, i) =>
    i === 1 ? `telegram:\0${UPDATE}\0` : i === 3 ? `\0${NOW}\0` : i === 4 ? `\0${VERSION}\0` : arg,
  );
  const own = new RegExp(`${chat}|${pseudonym}|(?<=case_)[\\w-]+|(?<=case-number:)\\w+`, 'g');
  const piecesOf = (text: string): Pieces =>
    text
      .replace(own, `\0${CHAT}\0`)
      .split('\0')
      .map((piece, i) => (i % 2 === 1 ? Number(piece) : piece));
  return {
    keys: keys.map((key) => piecesOf(key.replace(`{${city}}`, '{floor}'))),
    text: piecesOf(marked.map((arg) => `${arg}${ARGUMENT_END}`).join('')),
    bodies: bodiesIn(args),
  };
}

function fill(pieces: Pieces, words: readonly (string | number)[]): string {
  let text = '';
  for (const piece of pieces) text += typeof piece === 'number' ? words[piece] : piece;
  return text;
}

/** The messages of a commit: they stand behind its fields, checks and writes. */
function bodiesIn(args: readonly string[]): readonly Outgoing[] {
  let at = 5;
  const next = () => args[at++] ?? '';
  const skip = (words: number) => {
    at += words;
  };
  skip(2 * Number(next()));
  skip(3 * Number(next()));
  for (let writes = Number(next()); writes > 0; writes -= 1) {
    skip(2);
    skip(Number(next()));
  }
  return Array.from({ length: Number(next()) }, () => {
    skip(2);
    return JSON.parse(next()) as Outgoing;
  });
}
