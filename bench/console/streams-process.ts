import { setTimeout as sleep } from 'node:timers/promises';
import { EVERYWHERE } from '../../src/people/role.ts';
import { open } from '../anlin.ts';
import { takeOrder } from '../broadcast/take-order.ts';
import { nowMs } from '../clock.ts';
import { openPhones } from '../phones.ts';
import { startIn } from '../processes.ts';
import type { Environment } from '../subject.ts';
import { chatOf, SCOUTS } from '../subject.ts';
import { updateFor } from '../updates.ts';
import type { Heard, ReadersOrder } from './readers-process.ts';
import { signInStaff } from './sign-in.ts';

export type StreamsOrder = {
  readonly environment: Environment;
  readonly rounds: number;
  readonly organisers: number;
  readonly perSecond: number;
};
/** One half of a round. `waits`: ms of each update from its time until it was answered. */
export type Half = { readonly waits: readonly number[]; readonly cpuMs: number };
export type StreamsMeasured = {
  readonly alone: readonly Half[];
  readonly beside: readonly Half[];
  /** Changes that each stream heard in a round. */
  readonly heard: readonly number[];
};

takeOrder<StreamsOrder, StreamsMeasured>(run);

/** Time for the streams to open, ms. */
const OPENING_MS = 1500;

/** Plays reports at a fixed rate, by turns without and with open streams of organisers. */
async function run({ environment, rounds, organisers, perSecond }: StreamsOrder): Promise<StreamsMeasured> {
  const subject = await open(environment);
  const { store, web } = subject.running;
  const phones = openPhones(environment.apiRoot, environment.chats);
  const tokens: string[] = [];
  for (let n = 0; n < organisers; n += 1) {
    const grant = { role: 'dispatcher', scope: EVERYWHERE, since: Date.now() } as const;
    tokens.push(await signInStaff(store, `telegram:${3_000_000_000 + n}`, grant, Date.now()));
  }
  let people = SCOUTS;
  /** Plays the talk for as many people as updates come in a second. Each update starts on time, however long others take. */
  const play = async (): Promise<Half> => {
    const chats = Array.from({ length: perSecond }, (_, i) => chatOf(environment, people + i));
    people += perSecond;
    await subject.prepare(chats);
    const waits: number[] = [];
    const before = process.cpuUsage();
    for (const { act, messages } of subject.steps) {
      const inputs = chats.map((chat) => ({ chat, update: updateFor(act, chat, phones.shows(chat)) }));
      const began = nowMs();
      const turns = inputs.map(async ({ chat, update }, i) => {
        await sleep((i * 1000) / perSecond);
        const due = Math.max(nowMs(), began + (i * 1000) / perSecond);
        await subject.take(update, chat, messages);
        waits.push(nowMs() - due);
      });
      await Promise.all(turns);
      await subject.quiet();
      await phones.look();
    }
    const { user, system } = process.cpuUsage(before);
    return { waits, cpuMs: (user + system) / 1000 };
  };
  // The first round warms up.
  await play();
  const [alone, beside, heard]: [Half[], Half[], number[]] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    alone.push(await play());
    const order = { port: web.port, tokens, ms: OPENING_MS + subject.steps.length * 1200 };
    const readers = startIn<ReadersOrder, Heard>('console/readers-process.ts', order);
    await sleep(OPENING_MS);
    beside.push(await play());
    const { open: left, changes } = await readers.answer;
    if (left < organisers) throw new Error(`${organisers - left} of ${organisers} streams were cut off.`);
    heard.push(changes / organisers);
  }
  await subject.close();
  return { alone, beside, heard };
}
