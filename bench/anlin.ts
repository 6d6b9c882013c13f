import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { reportHazard } from '../src/cases/report/report-flow.ts';
import type { Channel, Outgoing, Urn } from '../src/channels/channel.ts';
import { saveCityData } from '../src/city/city-store.ts';
import { NO_SURGE } from '../src/city/surge.ts';
import { readConfig } from '../src/config.ts';
import { demoCityData } from '../src/demo/city.ts';
import type { Session } from '../src/engine/session.ts';
import type { Running } from '../src/open.ts';
import { open as openProduct } from '../src/open.ts';
import { loadPerson } from '../src/people/person-store.ts';
import { openPhones } from './phones.ts';
import type { Act, Step, Subject, Surroundings } from './subject.ts';
import { updateFor } from './updates.ts';

/**
 * The product itself, opened as in production with a webhook; updates come in at the webhook's door, behind the HTTP
 * server, and messages go out through relay and channel. Its report talk has more steps than six. A scout plays it
 * beforehand, and six of its updates are timed: the word that opens it, the tap that chooses the category, the place,
 * the words, the photo and the last tap, which files the case. Everybody plays the steps between them too, untimed.
 * They are not the cheap ones: in four of these six several messages go out, and taps are acknowledged besides.
 */
export async function open(around: Surroundings): Promise<Subject> {
  const running = await openCity(around);
  const { services, store } = running;
  const [channel] = services.channels;
  if (!channel?.webhook) throw new Error('The product opened without a webhook.');
  const { webhook } = channel;
  const sends = countSends(channel);
  const quiet = async () => {
    const { outbox } = store.keys;
    while ((await store.redis.hlen(outbox)) > 0) await sleep(2);
  };
  const take = async (update: string, chat: number, messages: number) => {
    const answered = sends.expect(urnOf(chat), messages);
    const response = await webhook.handle(requestOf(update));
    if (response.status !== 200) throw new Error(`The webhook answered ${response.status}.`);
    await answered;
  };
  const filed = () => store.redis.zcard(store.keys.casesIn('submitted'));
  const scouting = { around, running, sends, take, quiet, filed };
  // The first talk brings the consents; the others show what those see who have given them.
  await scout(SCOUT, scouting);
  const talks = [await scout(SCOUT, scouting), await scout(SCOUT, scouting)];
  const [scouted = []] = talks;
  const contact = await store.redis.hget(store.keys.person(urnOf(SCOUT)), 'contact');
  const before = await filed();
  return {
    steps: scouted.map(({ step }) => step),
    roundTrips: scouted.map(({ roundTrips }, i) => ({
      before: Math.min(roundTrips.before, ...talks.map((talk) => talk[i]?.roundTrips.before ?? 0)),
      all: Math.min(roundTrips.all, ...talks.map((talk) => talk[i]?.roundTrips.all ?? 0)),
    })),
    async prepare(chats) {
      const batch = store.redis.pipeline();
      for (const chat of chats) batch.hset(store.keys.person(urnOf(chat)), { version: 1, contact: contact ?? '' });
      await batch.exec();
    },
    take,
    quiet,
    filed: async () => (await filed()) - before,
    async kept(chat) {
      const fields = await store.redis.hgetall(store.keys.person(urnOf(chat)));
      const person = Object.entries(fields).reduce((bytes, pair) => bytes + Buffer.byteLength(pair.join('')), 0);
      return { session: Buffer.byteLength(fields.talks ?? ''), person };
    },
    close: () => running.close(),
  };
}

/** The city under measurement. */
export const CITY = 'bench';

/** Another one in each process, since a store may be played on more than once. */
const SCOUT = 1_000_000 + process.pid;
const SECRET = 'bench-secret-of-thirty-two-letters';
const FASTER_THAN_ANYTHING = '1000000';
const UNBOUNDED = { updates: 1e9, reportsPerHour: 1e9, reportsPerDay: 1e9, reportsOnFirstDay: 1e9 };

const urnOf = (chat: number): Urn => `telegram:${chat}`;

/** The product as in production, in a city with regions, at a pace that never waits. */
export async function openCity({ redisUrl, apiRoot, token, folder }: Surroundings): Promise<Running> {
  mkdirSync(folder, { recursive: true });
  const config = readConfig({
    TELEGRAM_TOKEN: token,
    TELEGRAM_API_ROOT: apiRoot,
    TELEGRAM_WEBHOOK_URL: 'https://bench.example/telegram',
    TELEGRAM_WEBHOOK_SECRET: SECRET,
    REDIS_URL: redisUrl,
    CITY,
    DATA_DIR: folder,
    PORT: '0',
    SEND_RATE: FASTER_THAN_ANYTHING,
    SEND_RATE_CHAT: FASTER_THAN_ANYTHING,
    LOG_LEVEL: 'error',
  });
  const founding = await openProduct(config);
  await saveCityData(founding.store, demoCityData(), 'bench', Date.now());
  await founding.close();
  // Thousands of people report the same thing within seconds, and the scout writes faster than anybody can.
  return openProduct(config, { quotas: UNBOUNDED, surge: NO_SURGE });
}

/** The webhook's request as its HTTP server hands it over, which is measured with no subject. */
function requestOf(body: string): Request {
  const headers = new Map([
    ['x-telegram-bot-api-secret-token', SECRET],
    ['content-length', String(body.length)],
  ]);
  const request = {
    method: 'POST',
    headers: { get: (name: string) => headers.get(name) ?? null },
    text: async () => body,
  };
  return request as unknown as Request;
}

type Sends = {
  readonly total: () => number;
  /** Resolves when this person's next messages have all been sent and answered. */
  expect(to: Urn, messages: number): Promise<void>;
};

/** Listens where the relay hands messages to the channel: an update is in flight until its last message is answered. */
function countSends(channel: Channel): Sends {
  const waiting = new Map<Urn, { left: number; readonly done: () => void }>();
  let total = 0;
  const send = channel.send.bind(channel);
  const listening = async (to: Urn, message: Outgoing) => {
    total += 1;
    const outcome = await send(to, message);
    const one = waiting.get(to);
    if (one) {
      one.left -= 1;
      if (one.left === 0) one.done();
    }
    return outcome;
  };
  Object.assign(channel, { send: listening });
  return {
    total: () => total,
    expect: (to, messages) => {
      if (messages === 0) return Promise.resolve();
      return new Promise((done) => waiting.set(to, { left: messages, done }));
    },
  };
}

type Scouting = {
  readonly around: Surroundings;
  readonly running: Running;
  readonly sends: Sends;
  readonly take: Subject['take'];
  readonly quiet: () => Promise<void>;
  readonly filed: () => Promise<number>;
};
type Scouted = { readonly step: Step; readonly roundTrips: { readonly before: number; readonly all: number } };

const LONGEST_TALK = 40;

/** Plays one talk to its end, one update at a time, and writes down what was done; throws if no case comes of it. */
async function scout(
  chat: number,
  { around, running, sends, take, quiet, filed }: Scouting,
): Promise<readonly Scouted[]> {
  const { store } = running;
  const phones = openPhones(around.apiRoot);
  await phones.look();
  const cases = await filed();
  const made: {
    readonly name: string;
    readonly act: Act;
    readonly messages: number;
    readonly trips: Scouted['roundTrips'];
  }[] = [];
  let act: Act = { type: 'command', text: '/report' };
  let name = 'command';
  let categoryAt = -1;
  while (made.length < LONGEST_TALK) {
    const counted = await countTrips(
      running,
      sends,
      () => take(updateFor(act, chat, phones.shows(chat)), chat, 0),
      quiet,
    );
    await phones.look();
    made.push({ name, act, ...counted });
    if ((await filed()) > cases) return timed(made, categoryAt);
    const { active } = (await loadPerson(store, urnOf(chat))).talks;
    if (!active)
      throw new Error(`The scout's talk ended without a case after: ${made.map((one) => one.name).join(', ')}.`);
    if (categoryAt < 0 && typeof active.answers.category === 'string') categoryAt = made.length - 1;
    name = active.draft === undefined ? active.step : `${active.step} (goes on)`;
    act = nextAct(active);
  }
  throw new Error(`The scout filed no case in ${LONGEST_TALK} steps: ${made.map((one) => one.name).join(', ')}.`);
}

/** What the present question is answered with, by its kind alone, so that new questions change nothing here. */
function nextAct({ flow, step, draft }: Session): Act {
  const asked = reportHazard.steps.find(({ id }) => id === step);
  if (asked?.kind === 'place' && draft === undefined) return { type: 'location' };
  // Nobody is in danger, so that no number must be called first.
  if (step === 'danger') return { type: 'tap', data: `${flow}/${step}/no/` };
  // Thousands report from one spot; each of them is to file a case.
  if (step === 'same') return { type: 'tap', data: `${flow}/${step}/another/` };
  if (asked?.kind === 'text') return { type: 'text', text: '楼道口积水很深，老人走路容易滑倒，水一直往里流。' };
  if (asked?.kind === 'photos') {
    return draft === undefined ? { type: 'photo' } : { type: 'tap', data: `${flow}/${step}/~done/` };
  }
  // The first button of any other question is one of its answers: options stand before controls.
  return { type: 'tap', data: `${flow}/${step}/` };
}

async function countTrips({ store }: Running, sends: Sends, turn: () => Promise<void>, quiet: () => Promise<void>) {
  const { redis } = store;
  const sent = sends.total();
  let all = 0;
  let before = 0;
  const sendCommand = redis.sendCommand;
  redis.sendCommand = (...args) => {
    all += 1;
    if (sends.total() === sent) before = all;
    return sendCommand.apply(redis, args);
  };
  await turn();
  await sleep(40);
  redis.sendCommand = sendCommand;
  await quiet();
  return { messages: sends.total() - sent, trips: { before, all } };
}

function timed(
  made: readonly {
    readonly name: string;
    readonly act: Act;
    readonly messages: number;
    readonly trips: Scouted['roundTrips'];
  }[],
  categoryAt: number,
): readonly Scouted[] {
  const first = (type: Act['type']) => made.findIndex(({ act }) => act.type === type);
  const six = [0, categoryAt, first('location'), first('text'), first('photo'), made.length - 1];
  if (six.includes(-1) || new Set(six).size !== 6) {
    throw new Error(`The report talk has no six steps of the kinds wanted: ${JSON.stringify(made)}`);
  }
  return made.map(({ name, act, messages, trips }, i) => ({
    step: { name, act, messages, timed: six.includes(i) },
    roundTrips: trips,
  }));
}
