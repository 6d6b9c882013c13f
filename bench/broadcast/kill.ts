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
import { openSender } from './senders.ts';

type KillCase = {
  readonly subject: string;
  readonly sender: string;
  readonly perSecond?: number;
  readonly kills?: number;
};
type KillRun = {
  /** Messages that did not arrive and are not counted as unknown. */
  readonly lost: number;
  readonly repeated: number;
  /** Messages counted as unknown; most of them arrived. */
  readonly unknown: number;
  /** Messages that did not arrive, unknown or lost. */
  readonly missed: number;
  /** Longest time from a kill until the next message arrived. */
  readonly backMs: number;
  /** Time from the last kill until the last message arrived. */
  readonly doneMs: number;
};

/** Cases to measure: unlimited senders, the product at 1,000 messages a second, and the product killed twice. */
export const KILLS: readonly KillCase[] = [
  { subject: 'anlin', sender: 'anlin' },
  { subject: 'anlin-killed-at-1000/s', sender: 'anlin', perSecond: 1000 },
  { subject: 'anlin-killed-twice', sender: 'anlin', kills: 2 },
  { subject: 'bullmq-per-recipient', sender: 'bullmq-per-recipient' },
];

/** Shorter than BullMQ's default of 30 s, so that a run ends sooner. It does not change which messages are repeated. */
const STALLED_MS = 2000;
const POLL_MS = 5;
/** The fake API may still read a dead process's messages for this time. A new process sends its first one later. */
const SETTLE_MS = 100;

/** Measures the effect of kill -9 during a broadcast, with a new process started at once. */
export async function measureKills(
  stage: Stage,
  cases: readonly KillCase[],
  { rounds, recipients }: { readonly rounds: number; readonly recipients: number },
): Promise<readonly Row[]> {
  const runs = new Map<string, KillRun[]>(cases.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of cases) runs.get(one.subject)?.push(await killWhileSending(stage, one, recipients));
  }
  return [...runs].flatMap(([subject, killed]) => {
    const row = (metric: string, unit: string, of: (run: KillRun) => number) =>
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

async function killWhileSending(
  stage: Stage,
  { sender: name, perSecond, kills = 1 }: KillCase,
  recipients: number,
): Promise<KillRun> {
  const rate = perSecond === undefined ? {} : { perSecond };
  const environment = { ...(await stage.environment()), ...rate, stalledMs: STALLED_MS };
  const phones = openPhones(stage.apiRoot);
  const chats = chatsOf(recipients);
  const sender = await openSender(name, environment);
  await sender.prepare(chats);
  await sender.enqueue(chats);
  await sender.close();
  await phones.look();
  const start = () => startIn<Order, Sent>('broadcast/send-process.ts', { sender: name, environment });
  const arrived: Arrived[] = [];
  const killedAt: number[] = [];
  let running = start();
  for (let kill = 1; kill <= kills; kill += 1) {
    const doneTooEarly = running.answer.then(() => {
      throw new Error(`${name} was done before it was killed.`);
    });
    while (arrived.length < (recipients * kill) / (kills + 1)) {
      await Promise.race([sleep(POLL_MS), doneTooEarly]);
      arrived.push(...(await takeSent(phones)));
    }
    doneTooEarly.catch(() => {});
    killedAt.push(nowMs());
    await running.kill();
    running = start();
  }
  const { unknown } = await running.answer.finally(running.kill);
  arrived.push(...(await takeSent(phones)));
  const reached = new Set(arrived.map(({ chat }) => chat));
  const missed = chats.filter((chat) => !reached.has(chat));
  const times = arrived.map(({ at }) => at);
  const backs = killedAt.map((killed) => Math.min(...times.filter((at) => at > killed + SETTLE_MS)) - killed);
  return {
    lost: missed.filter((chat) => !unknown.includes(chat)).length / kills,
    repeated: (arrived.length - reached.size) / kills,
    unknown: unknown.length / kills,
    missed: missed.length / kills,
    backMs: Math.max(...backs),
    doneMs: Math.max(...times) - (killedAt.at(-1) ?? 0),
  };
}

async function takeSent(phones: Phones): Promise<readonly Arrived[]> {
  return (await phones.look()).filter(({ method }) => method === 'sendMessage');
}
