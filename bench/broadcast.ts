import { Redis } from 'ioredis';
import { measureCeiling } from './broadcast/ceiling.ts';
import { KILLS, measureKills } from './broadcast/kill.ts';
import { measurePace, PACES } from './broadcast/pace.ts';
import { SENDERS } from './broadcast/sender.ts';
import { targetsOf } from './broadcast/targets.ts';
import { cityName, measureWholeCity } from './broadcast/whole-city.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import type { Row } from './report.ts';
import { noiseOf, print } from './report.ts';

const WHOLE = { rounds: 3, others: 3, recipients: 10_000, warm: 2000, seconds: 8, contacts: 1_000_000 };
const QUICK = { rounds: 2, others: 1, recipients: 2000, warm: 1000, seconds: 4, contacts: 100_000 };

/**
 * What a broadcast costs, whether it keeps its rate, and what is left of it after a kill: the product beside its peers, each
 * in a process of its own, the same announcement sent by all.
 */
export async function bench({ json, quick, only, rounds: wanted }: Options): Promise<void> {
  const size = quick ? QUICK : WHOLE;
  const { recipients, warm, seconds, contacts } = size;
  const rounds = wanted ?? size.rounds;
  const others = wanted ?? size.others;
  const asked = (name: string) => only.length === 0 || only.includes(name);
  const rows: Row[] = [];
  const calibrations: number[] = [];
  const stage = await openStage();
  try {
    await neverRewriteItsFile(stage.redisUrl);
    const ceiling = await measureCeiling(stage, Object.keys(SENDERS).filter(asked), { rounds, recipients, warm });
    rows.push(...ceiling.rows);
    calibrations.push(...ceiling.calibrations);
    const killed = KILLS.filter(({ subject }) => asked(subject));
    rows.push(...(await measureKills(stage, killed, { rounds: others, recipients })));
    const paced = PACES.filter(({ subject }) => asked(subject));
    rows.push(...(await measurePace(stage, paced, { rounds: others, seconds })));
    const city = cityName(contacts);
    if (asked(city)) rows.push(...(await measureWholeCity(stage, city, { rounds: others, contacts })));
  } finally {
    await stage.close();
  }
  const footer = [
    `Medians of ${rounds} rounds [least–most] of ${recipients.toLocaleString('en')} recipients each, in turn; ${others} of each kill, rate (${seconds} s) and city.`,
    'throughput: from the list in hand until the last message arrived. All but naive-grammy send by the product’s channel, 100 in flight.',
    'memory: keys in Redis without the people themselves; waiting, and when everybody is settled. BullMQ and packed-chunks then know of nobody what became of them.',
    'lost: nothing arrived and nobody says so; missed: nothing arrived. back: from a kill until the next message, with the start of node, of two',
    'kills the longer; BullMQ looks for stalled jobs every 2 s there, not every 30 s as it does by itself.',
    'city: from the slot of an announcement to everybody, seen at once, until its audience is laid down and until the first message arrived.',
    ...(calibrations.length > 0 ? [noiseOf(calibrations)] : []),
  ];
  print(rows, targetsOf(rows), footer, json);
}

/** A rewrite of Redis's file in the middle of a run would be measured instead of messages. */
async function neverRewriteItsFile(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
  redis.disconnect();
}
