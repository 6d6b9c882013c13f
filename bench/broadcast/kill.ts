import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from '../clock.ts';
import type { Arrived, Phones } from '../phones.ts';
import { openPhones } from '../phones.ts';
import type { Stage } from '../processes.ts';
import { startIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import { chatsOf } from './chats.ts';
import type { Order, Sent } from './send-process.ts';
import { openSender } from './sender.ts';

type Case = { readonly subject: string; readonly sender: string; readonly perSecond?: number; readonly kills?: number };
type Killed = {
  /** Nothing arrived, and nobody says so. */
  readonly lost: number;
  readonly repeated: number;
  /** Counted as unknown: most of it arrived. */
  readonly unknown: number;
  /** Nothing arrived, whether it is counted or not. */
  readonly missed: number;
  /** From a kill until the next message arrives, the longest of all; and from the last kill until the last one does. */
  readonly backMs: number;
  readonly doneMs: number;
};

/** Who is killed: as fast as it goes, and the product also at a rate at which what is in flight shows its design, and twice. */
export const KILLS: readonly Case[] = [
  { subject: 'anlin', sender: 'anlin' },
  { subject: 'anlin-killed-at-1000/s', sender: 'anlin', perSecond: 1000 },
  { subject: 'anlin-killed-twice', sender: 'anlin', kills: 2 },
  { subject: 'bullmq-per-recipient', sender: 'bullmq-per-recipient' },
];

/** Much sooner than BullMQ's own 30 s, so that a run ends; it changes nothing about what is repeated. */
const STALLED_MS = 2000;
const LOOK_MS = 5;
/** So long what was on its way when the process died may still be read by the fake API; no other process sends so soon. */
const SETTLES_MS = 100;

/** What each kill -9 on the way costs, with another process started at once. */
export async function measureKills(
  stage: Stage,
  cases: readonly Case[],
  { rounds, recipients }: { readonly rounds: number; readonly recipients: number },
): Promise<readonly Row[]> {
  const runs = new Map<string, Killed[]>(cases.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of cases) runs.get(one.subject)?.push(await killOnTheWay(stage, one, recipients));
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

async function killOnTheWay(
  stage: Stage,
  { sender: name, perSecond, kills = 1 }: Case,
  recipients: number,
): Promise<Killed> {
  const rate = perSecond === undefined ? {} : { perSecond };
  const around = { ...(await stage.surroundings()), ...rate, stalledMs: STALLED_MS };
  const phones = openPhones(stage.apiRoot);
  const chats = chatsOf(recipients);
  const sender = await openSender(name, around);
  await sender.prepare(chats);
  await sender.lay(chats);
  await sender.close();
  await phones.look();
  const start = () => startIn<Order, Sent>('broadcast/send-process.ts', { sender: name, around });
  const arrived: Arrived[] = [];
  const killedAt: number[] = [];
  let running = start();
  for (let kill = 1; kill <= kills; kill += 1) {
    const tooLate = running.answer.then(() => {
      throw new Error(`${name} was done before it was killed.`);
    });
    while (arrived.length < (recipients * kill) / (kills + 1)) {
      await Promise.race([sleep(LOOK_MS), tooLate]);
      arrived.push(...(await look(phones)));
    }
    tooLate.catch(() => {});
    killedAt.push(nowMs());
    await running.kill();
    running = start();
  }
  const { unknown } = await running.answer.finally(running.kill);
  arrived.push(...(await look(phones)));
  const reached = new Set(arrived.map(({ chat }) => chat));
  const missed = chats.filter((chat) => !reached.has(chat));
  const times = arrived.map(({ at }) => at);
  const backs = killedAt.map((killed) => Math.min(...times.filter((at) => at > killed + SETTLES_MS)) - killed);
  return {
    lost: missed.filter((chat) => !unknown.includes(chat)).length / kills,
    repeated: (arrived.length - reached.size) / kills,
    unknown: unknown.length / kills,
    missed: missed.length / kills,
    backMs: Math.max(...backs),
    doneMs: Math.max(...times) - (killedAt.at(-1) ?? 0),
  };
}

async function look(phones: Phones): Promise<readonly Arrived[]> {
  return (await phones.look()).filter(({ method }) => method === 'sendMessage');
}
