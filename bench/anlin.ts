import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Urn } from '../src/channels/channel.ts';
import { openCity, WEBHOOK_SECRET } from './open-city.ts';
import { scout } from './scout.ts';
import type { Environment, Subject } from './subject.ts';
import { watchSends } from './watch-sends.ts';

/**
 * Opens the product as in production, with a webhook. Updates enter at the webhook's handler, behind the HTTP server;
 * messages leave through relay and channel. The report talk has more than six steps, so a scout plays it first.
 * Six of its updates are timed: the opening command, the category, the place, the description, the photo and the last
 * tap, which files the case. The other steps are played untimed. The timed steps are not the cheap ones: in four of
 * them the product sends several messages, and it acknowledges taps.
 */
export async function open(environment: Environment): Promise<Subject> {
  const running = await openCity(environment);
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
  const scouting = { apiRoot: environment.apiRoot, running, sends: sends.total, take, quiet, filed };
  // The first talk asks for consent. The next two show the talk of a person who has consented.
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

/** The process id makes the chat unique: several processes may play on one store. */
const SCOUT = 1_000_000 + process.pid;

const urnOf = (chat: number): Urn => `telegram:${chat}`;

/** Makes the request that the HTTP server would pass on. The HTTP server itself is not measured with any subject. */
function requestOf(body: string): Request {
  const headers = new Map([
    ['x-telegram-bot-api-secret-token', WEBHOOK_SECRET],
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
  /** Resolves when the person's next messages have all been sent and answered. */
  expect(to: Urn, messages: number): Promise<void>;
};

/** Counts sends. An update is in flight until the API has answered its last message. */
function countSends(channel: Channel): Sends {
  const waiting = new Map<Urn, { left: number; readonly done: () => void }>();
  let total = 0;
  watchSends(channel, {
    begun: () => {
      total += 1;
    },
    ended: (to) => {
      const expected = waiting.get(to);
      if (!expected) return;
      expected.left -= 1;
      if (expected.left === 0) expected.done();
    },
  });
  return {
    total: () => total,
    expect: (to, messages) => {
      if (messages === 0) return Promise.resolve();
      return new Promise((done) => waiting.set(to, { left: messages, done }));
    },
  };
}
