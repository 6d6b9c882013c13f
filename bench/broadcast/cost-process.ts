import { calibrate, nowMs } from '../clock.ts';
import type { Meter } from '../meter.ts';
import { openMeter } from '../meter.ts';
import { openPhones } from '../phones.ts';
import { chatsOf } from './chats.ts';
import type { SenderAround } from './sender.ts';
import { openSender } from './sender.ts';
import { takeOrder } from './take-order.ts';
import { weigh } from './weigh.ts';

/** What the parent wants measured; see ceiling.ts. */
export type Order = {
  readonly sender: string;
  readonly around: SenderAround;
  readonly warm: number;
  readonly recipients: number;
};
/** One run of one way of sending, for all recipients together. */
export type Measured = {
  readonly calibrationMs: number;
  /** From the list in hand until the last message arrived. */
  readonly seconds: number;
  readonly cpuUs: number;
  readonly commands: number;
  readonly bytesIn: number;
  /** What Redis itself used. */
  readonly redisCpuUs: number;
  readonly bytesWaiting: number;
  readonly bytesEnded: number;
};

takeOrder<Order, Measured>(async ({ sender: name, around, warm, recipients }) => {
  const meter = openMeter(around.redisUrl);
  const phones = openPhones(around.apiRoot);
  const sender = await openSender(name, around);
  const chats = chatsOf(recipients);
  await sender.prepare(chatsOf(Math.max(recipients, warm)));
  await sender.lay(chatsOf(warm));
  await sender.send();
  await phones.look();
  const before = await weigh(meter.redis);
  const speeds = [calibrate()];
  globalThis.gc?.();
  const laid = await spend(meter, () => sender.lay(chats));
  const waiting = await weigh(meter.redis);
  const sent = await spend(meter, () => sender.send());
  speeds.push(calibrate());
  const ended = await weigh(meter.redis);
  const arrived = (await phones.look()).filter(({ method }) => method === 'sendMessage');
  const reached = new Set(arrived.map(({ chat }) => chat)).size;
  if (arrived.length !== recipients || reached !== recipients) {
    throw new Error(`${name}: ${arrived.length} messages arrived at ${reached} of ${recipients} chats.`);
  }
  await sender.close();
  return {
    calibrationMs: speeds.reduce((a, b) => a + b) / speeds.length,
    seconds: (laid.ms + Math.max(...arrived.map(({ at }) => at)) - sent.began) / 1000,
    cpuUs: laid.cpuUs + sent.cpuUs,
    commands: laid.commands + sent.commands,
    bytesIn: laid.bytesIn + sent.bytesIn,
    redisCpuUs: laid.redisCpuUs + sent.redisCpuUs,
    bytesWaiting: waiting - before,
    bytesEnded: ended - before,
  };
});

async function spend(meter: Meter, work: () => Promise<unknown>) {
  const before = await meter.read();
  const cpuBefore = process.cpuUsage();
  const began = nowMs();
  await work();
  const ms = nowMs() - began;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await meter.read();
  return {
    began,
    ms,
    cpuUs: user + system,
    commands: after.commands - before.commands,
    bytesIn: after.bytesIn - before.bytesIn,
    redisCpuUs: after.redisCpuUs - before.redisCpuUs,
  };
}
