import { calibrate, nowMs } from '../clock.ts';
import type { Meter } from '../meter.ts';
import { openMeter } from '../meter.ts';
import { openPhones } from '../phones.ts';
import { chatsOf } from './chats.ts';
import type { SenderEnvironment } from './sender.ts';
import { openSender } from './senders.ts';
import { takeOrders } from './take-order.ts';
import { weigh } from './weigh.ts';

/** The parent's first order; see ceiling.ts. */
export type Order = { readonly sender: string; readonly environment: SenderEnvironment; readonly people: number };
/** The number of recipients of one announcement. */
export type Announcement = { readonly recipients: number };
/** One run of one sender. Costs are totals over all recipients. */
export type Measured = {
  readonly calibrationMs: number;
  /** From the start of the enqueuing until the last message arrived, without the pause between. */
  readonly seconds: number;
  readonly cpuUs: number;
  readonly commands: number;
  readonly bytesIn: number;
  /** CPU time of the Redis process. */
  readonly redisCpuUs: number;
  /** Memory of the broadcast in Redis before the first send. */
  readonly bytesWaiting: number;
  /** Memory of the broadcast in Redis after the last send. */
  readonly bytesEnded: number;
};

takeOrders<Order, object, Announcement, Measured>(async ({ sender: name, environment, people }) => {
  const meter = openMeter(environment.redisUrl);
  const phones = openPhones(environment.apiRoot);
  const sender = await openSender(name, environment);
  await sender.prepare(chatsOf(people));
  const take = async ({ recipients }: Announcement): Promise<Measured> => {
    const chats = chatsOf(recipients);
    const before = await weigh(meter.redis);
    const speeds = [calibrate()];
    const enqueued = await costOf(meter, () => sender.enqueue(chats));
    const waiting = await weigh(meter.redis);
    const sent = await costOf(meter, () => sender.send());
    speeds.push(calibrate());
    const ended = await weigh(meter.redis);
    const arrived = (await phones.look()).filter(({ method }) => method === 'sendMessage');
    const reached = new Set(arrived.map(({ chat }) => chat)).size;
    if (arrived.length !== recipients || reached !== recipients) {
      throw new Error(`${name}: ${arrived.length} messages arrived at ${reached} of ${recipients} chats.`);
    }
    return {
      calibrationMs: speeds.reduce((a, b) => a + b) / speeds.length,
      seconds: (enqueued.ms + Math.max(...arrived.map(({ at }) => at)) - sent.began) / 1000,
      cpuUs: enqueued.cpuUs + sent.cpuUs,
      commands: enqueued.commands + sent.commands,
      bytesIn: enqueued.bytesIn + sent.bytesIn,
      redisCpuUs: enqueued.redisCpuUs + sent.redisCpuUs,
      bytesWaiting: waiting - before,
      bytesEnded: ended - before,
    };
  };
  return { opened: {}, take };
});

async function costOf(meter: Meter, work: () => Promise<unknown>) {
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
