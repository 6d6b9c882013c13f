import { takeOrder } from './broadcast/take-order.ts';
import { calibrate, nowMs } from './clock.ts';
import { CLIENTS } from './peers/clients.ts';
import { openPhones } from './phones.ts';

/** The parent's order; see client.ts. */
export type Order = {
  readonly client: string;
  readonly apiRoot: string;
  readonly token: string;
  readonly messages: number;
};
/** One run of one client. */
export type Measured = { readonly calibrationMs: number; readonly seconds: number; readonly cpuUs: number };

const IN_FLIGHT = 64;
const WARM = 3000;

takeOrder<Order, Measured>(run);

async function run({ client, apiRoot, token, messages }: Order): Promise<Measured> {
  const send = CLIENTS[client]?.(apiRoot, token);
  if (!send) throw new Error(`There is no client ${client}.`);
  const phones = openPhones(apiRoot);
  const sendAll = async (count: number) => {
    let next = 0;
    const sender = async () => {
      while (next < count) await send(7_000_000_000 + next++);
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, sender));
  };
  await sendAll(WARM);
  await phones.look();
  const speeds = [calibrate()];
  globalThis.gc?.();
  const cpuBefore = process.cpuUsage();
  const start = nowMs();
  await sendAll(messages);
  const seconds = (nowMs() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  speeds.push(calibrate());
  const arrived = (await phones.look()).length;
  if (arrived !== messages) throw new Error(`${client} sent ${messages} messages, but ${arrived} arrived.`);
  return { calibrationMs: speeds.reduce((a, b) => a + b) / speeds.length, seconds, cpuUs: cpu.user + cpu.system };
}
