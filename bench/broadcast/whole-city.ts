import { Redis } from 'ioredis';
import { fillWithContacts } from '../contacts.ts';
import type { Stage } from '../processes.ts';
import { measureIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import { weigh } from './weigh.ts';
import type { Begun, Order } from './whole-city-process.ts';

/** Measures the start of an announcement to a whole city, from contacts in Redis to the first message. */
export async function measureWholeCity(
  stage: Stage,
  subject: string,
  { rounds, contacts }: { readonly rounds: number; readonly contacts: number },
): Promise<readonly Row[]> {
  const redis = new Redis(stage.redisUrl);
  const runs: (Begun & { readonly redisBytes: number })[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order: Order = { environment: await stage.environment(), contacts };
    await fillWithContacts(stage.redisUrl, contacts);
    const before = await weigh(redis);
    const begun = await measureIn<Order, Begun>('broadcast/whole-city-process.ts', order);
    runs.push({ ...begun, redisBytes: (await weigh(redis)) - before });
  }
  redis.disconnect();
  const row = (metric: string, unit: string, of: (run: (typeof runs)[number]) => number) =>
    rowOf('broadcast', subject, metric, unit, runs.map(of));
  return [
    row('freeze_s', 's', ({ frozenMs }) => frozenMs / 1000),
    row('first_message_s', 's', ({ firstMs }) => firstMs / 1000),
    row('first_memory_mb', 'MB', ({ firstGrownBytes }) => firstGrownBytes / 1e6),
    row('freeze_memory_mb', 'MB', ({ grownBytes }) => grownBytes / 1e6),
    row('freeze_used_mb', 'MB', ({ usedBytes }) => usedBytes / 1e6),
    row('memory_bytes_per_recipient', 'B', ({ redisBytes }) => redisBytes / contacts),
  ];
}

/** Returns the printed name of a city of this size. */
export function cityName(contacts: number): string {
  return `anlin-city-${contacts >= 1e6 ? `${contacts / 1e6}m` : `${contacts / 1e3}k`}`;
}
