import { setTimeout as sleep } from 'node:timers/promises';
import type { Urn } from '../src/channels/channel.ts';
import type { Running } from '../src/open.ts';
import { countSends } from './count-sends.ts';
import { openCity, WEBHOOK_SECRET } from './open-city.ts';
import type { Turn } from './read-turn.ts';
import { readTurn } from './read-turn.ts';
import { recordCommits } from './record-commits.ts';
import type { ScoutedStep } from './scout.ts';
import { scout } from './scout.ts';
import type { Environment, Step, Subject } from './subject.ts';
import { chatOf, SCOUTS } from './subject.ts';

/**
 * Opens the product as in production, with a webhook. Updates enter at the webhook's handler, behind the HTTP server;
 * messages leave through relay and channel. The report talk has more than six steps, so a scout plays it first.
 * Six of its updates are timed: the opening command, the category, the place, the description, the photo and the last
 * tap, which files the case. The other steps are played untimed. The timed steps are not the cheap ones: in three of
 * them the product sends or edits two messages, and it acknowledges taps.
 * The last step includes the news of its cases: the job that tells the city's dispatcher runs until none is left.
 */
export async function open(
  environment: Environment,
): Promise<Subject & { readonly running: Running; readonly turns: readonly Turn[] }> {
  const running = await openCity(environment);
  const { services, store, jobs } = running;
  const [channel] = services.channels;
  if (!channel?.webhook) throw new Error('The product opened without a webhook.');
  const { webhook } = channel;
  const scouts = Array.from({ length: SCOUTS }, (_, n) => chatOf(environment, n));
  const sends = countSends(channel, scouts.map(urnOf));
  /** People whose replies may not be settled yet; other processes have people of their own. */
  const answering = new Set<Urn>();
  const quiet = async () => {
    const { outbox, casesNews } = store.keys;
    // By hand: the job's timer would add a pause of up to 0.3 s that is no work.
    while ((await store.redis.zcard(casesNews)) > 0) {
      const run = await jobs.run('case-news');
      if (run.type === 'skipped') await sleep(10);
    }
    let left = [...answering];
    answering.clear();
    while (left.length > 0) {
      const queued = await store.redis.hmget(outbox, ...left);
      left = left.filter((_, i) => queued[i] !== null);
      if (left.length > 0) await sleep(2);
    }
  };
  const take = async (update: string, chat: number, messages: number) => {
    answering.add(urnOf(chat));
    const answered = sends.expect(urnOf(chat), messages);
    const response = await webhook.handle(requestOf(update));
    if (response.status !== 200) throw new Error(`The webhook answered ${response.status}.`);
    await answered;
  };
  const filedBy = async (chats: readonly number[]) => {
    const batch = store.redis.pipeline();
    for (const chat of chats) batch.zcard(store.keys.personCases(urnOf(chat)));
    return ((await batch.exec()) ?? []).reduce((sum, [, cases]) => sum + Number(cases), 0);
  };
  const filed = (chat: number) => filedBy([chat]);
  const scouting = { environment, running, sends: sends.toScouts, take, quiet, filed };
  // The first talk asks for consent. The next ones show the talk of a person who has consented.
  const [first = 0, ...consented] = scouts;
  await scout(first, scouting);
  const contact = (await store.redis.hget(store.keys.person(urnOf(first)), 'contact')) ?? '';
  const prepare = async (chats: readonly number[]) => {
    const batch = store.redis.pipeline();
    for (const chat of chats) batch.hset(store.keys.person(urnOf(chat)), { version: 1, contact });
    await batch.exec();
  };
  await prepare(consented);
  const talks: (readonly ScoutedStep[])[] = [];
  for (const chat of consented.slice(0, -1)) talks.push(await scout(chat, scouting));
  // The last talk is only recorded: what it reads for the record would count as round trips.
  const last = consented.at(-1) ?? 0;
  const recording = recordCommits(store, urnOf(last));
  const turns: Turn[] = [];
  const record: Subject['take'] = async (update, chat, messages) => {
    turns.push(await readTurn(running, update));
    await take(update, chat, messages);
  };
  await scout(last, { ...scouting, take: record });
  const commits = recording.end();
  const [scouted = []] = talks;
  if (commits.length !== scouted.length) throw new Error(`${scouted.length} steps made ${commits.length} commits.`);
  const players: number[] = [];
  return {
    running,
    turns,
    steps: scouted.map(({ step }) => step),
    roundTrips: scouted.map(({ roundTrips, step }, i) => ({
      messages: step.messages,
      before: Math.min(roundTrips.before, ...talks.map((talk) => talk[i]?.roundTrips.before ?? 0)),
      all: Math.min(roundTrips.all, ...talks.map((talk) => talk[i]?.roundTrips.all ?? 0)),
    })),
    recorded: {
      chat: last,
      pseudonym: store.pseudonym(urnOf(last)),
      city: store.city,
      steps: commits.map((commit, i) => ({ ...commit, step: scouted[i]?.step as Step })), // as many, see above
    },
    prepare: (chats) => {
      players.push(...chats);
      return prepare(chats);
    },
    take,
    quiet,
    filed: () => filedBy(players),
    async kept(chat) {
      const fields = await store.redis.hgetall(store.keys.person(urnOf(chat)));
      const person = Object.entries(fields).reduce((bytes, pair) => bytes + Buffer.byteLength(pair.join('')), 0);
      // The form of a session that the design gives.
      const { flow, version, step, answers } = JSON.parse(fields.talks ?? '{}').active ?? {};
      const least = JSON.stringify({ flow, version, step, answers });
      return { session: Buffer.byteLength(fields.talks ?? ''), person, least: Buffer.byteLength(least) };
    },
    close: () => running.close(),
  };
}

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
