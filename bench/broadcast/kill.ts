import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import type { Phones } from '../phones.ts';
import { openPhones } from '../phones.ts';
import type { Stage } from '../processes.ts';
import { startIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import { chatsOf } from './chats.ts';
import type { Order, Sent } from './send-process.ts';
import { openSender } from './sender.ts';

type Case = { readonly subject: string; readonly sender: string; readonly perSecond?: number };
type Killed = {
  /** Nothing arrived, and nobody says so. */
  readonly lost: number;
  readonly repeated: number;
  /** Counted as unknown: most of it arrived. */
  readonly unknown: number;
  /** Nothing arrived, whether it is counted or not. */
  readonly missed: number;
  /** From the kill until the next message arrives, and until the last one does. */
  readonly backMs: number;
  readonly doneMs: number;
};

/** Who is killed half-way: as fast as it goes, and the product also at a rate at which what is in flight shows its design. */
export const KILLS: readonly Case[] = [
  { subject: 'anlin', sender: 'anlin' },
  { subject: 'anlin-killed-at-1000/s', sender: 'anlin', perSecond: 1000 },
  { subject: 'bullmq-per-recipient', sender: 'bullmq-per-recipient' },
];

/** Much sooner than BullMQ's own 30 s, so that a run ends; it changes nothing about what is repeated. */
const STALLED_MS = 2000;
const LOOK_MS = 5;
/** So long what was on its way when the process died may still be read by the fake API. */
const SETTLES_MS = 100;

/** What a kill -9 half-way costs, with another process started at once. */
export async function measureKills(
  stage: Stage,
  cases: readonly Case[],
  { rounds, recipients }: { readonly rounds: number; readonly recipients: number },
): Promise<readonly Row[]> {
  const runs = new Map<string, Killed[]>(cases.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of cases) runs.get(one.subject)?.push(await killHalfWay(stage, one, recipients));
  }
  return [...runs].flatMap(([subject, killed]) => {
    const row = (metric: string, unit: string, of: (run: Killed) => number) =>
      rowOf('broadcast', subject, metric, unit, killed.map(of));
    return [
      row('lost_per_kill', '', ({ lost }) => lost),
      row('repeated_per_kill', '', ({ repeated }) => repeated),
      row('unknown_per_kill', '', ({ unknown }) => unknown),
      row('missed_per_kill', '', ({ missed }) => missed),
      row('back_ms', 'ms', ({ backMs }) => backMs),
      row('done_ms', 'ms', ({ doneMs }) => doneMs),
    ];
  });
}

async function killHalfWay(stage: Stage, { sender: name, perSecond }: Case, recipients: number): Promise<Killed> {
  const rate = perSecond === undefined ? {} : { perSecond };
  const around = { ...(await stage.surroundings()), ...rate, stalledMs: STALLED_MS };
  const phones = openPhones(stage.apiRoot);
  const chats = chatsOf(recipients);
  const sender = await openSender(name, around);
  await sender.prepare(chats);
  await sender.lay(chats);
  await sender.close();
  await phones.look();
  const order: Order = { sender: name, around };
  const first = startIn<Order, Sent>('broadcast/send-process.ts', order);
  const tooLate = first.answer.then(() => {
    throw new Error(`${name} was done before it was killed.`);
  });
  const before: number[] = [];
  while (before.length < recipients / 2) {
    await Promise.race([sleep(LOOK_MS), tooLate]);
    before.push(...(await look(phones)).map(({ chat }) => chat));
  }
  tooLate.catch(() => {});
  const killedAt = nowMs();
  await first.kill();
  const second = startIn<Order, Sent>('broadcast/send-process.ts', order);
  await sleep(SETTLES_MS);
  before.push(...(await look(phones)).map(({ chat }) => chat));
  const { unknown } = await second.answer.finally(second.kill);
  const after = await look(phones);
  const all = [...before, ...after.map(({ chat }) => chat)];
  const reached = new Set(all);
  const missed = chats.filter((chat) => !reached.has(chat));
  const times = after.map(({ at }) => at - killedAt);
  return {
    lost: missed.filter((chat) => !unknown.includes(chat)).length,
    repeated: all.length - reached.size,
    unknown: unknown.length,
    missed: missed.length,
    backMs: Math.min(...times),
    doneMs: Math.max(...times),
  };
}

async function look(phones: Phones) {
  return (await phones.look()).filter(({ method }) => method === 'sendMessage');
}
