import { disableAofRewrite, measureCeiling } from './broadcast/ceiling.ts';
import { KILLS, measureKills } from './broadcast/kill.ts';
import { measurePace, PACES } from './broadcast/pace.ts';
import { SENDERS } from './broadcast/senders.ts';
import { targetsOf } from './broadcast/targets.ts';
import { cityName, measureWholeCity } from './broadcast/whole-city.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import type { Row } from './report.ts';
import { noiseOf, print } from './report.ts';

const WHOLE = { rounds: 8, others: 3, recipients: 10_000, warm: 10_000, seconds: 8, contacts: 1_000_000 };
const QUICK = { rounds: 5, others: 1, recipients: 10_000, warm: 10_000, seconds: 4, contacts: 100_000 };

/**
 * Measures a broadcast's cost, its rate and its losses at a kill, for the product and its peers. Each sender runs in its
 * own process and sends the same announcement.
 */
export async function bench({ json, quick, only, rounds: wanted }: Options): Promise<void> {
  const size = quick ? QUICK : WHOLE;
  const { recipients, warm, seconds, contacts } = size;
  const rounds = wanted ?? size.rounds;
  const others = wanted ?? size.others;
  const selected = (name: string) => only.length === 0 || only.includes(name);
  const rows: Row[] = [];
  const ceiling = await measureCeiling(Object.keys(SENDERS).filter(selected), { rounds, recipients, warm });
  rows.push(...ceiling.rows);
  const stage = await openStage();
  try {
    await disableAofRewrite(stage.redisUrl);
    const killed = KILLS.filter(({ subject }) => selected(subject));
    rows.push(...(await measureKills(stage, killed, { rounds: others, recipients })));
    const paced = PACES.filter(({ subject }) => selected(subject));
    rows.push(...(await measurePace(stage, paced, { rounds: others, seconds })));
    const city = cityName(contacts);
    if (selected(city)) rows.push(...(await measureWholeCity(stage, city, { rounds: others, contacts })));
  } finally {
    await stage.close();
  }
  const footer = [
    `Medians of ${rounds} rounds [least–most] of ${recipients.toLocaleString('en')} recipients each, in turn, after ${warm.toLocaleString('en')} that warm each sender up; ${others} of each kill, rate (${seconds} s) and city.`,
    'throughput: from the enqueuing until the last message arrived. All but naive-grammy send by the product’s channel, 100 in flight.',
    'mark-floor: the least program with a mark before each call, an outcome and a message id after it, and at most 64 without one; no pace, lease or retries.',
    'memory: keys in Redis without the people, before the first send and after the last. BullMQ and packed-chunks store no outcome per recipient.',
    'lost: did not arrive and is not counted as unknown; missed: did not arrive. back: from a kill until the next message, including the start of node,',
    'the longer of two kills. BullMQ checks for stalled jobs every 2 s here, by default every 30 s.',
    'city: from the slot of an announcement to all contacts until its audience is laid down and until the first message arrived;',
    'first_memory: growth of the process until the first message; freeze_memory: until the audience is laid down, garbage included; freeze_used: without garbage.',
    ...(ceiling.calibrations.length > 0 ? [noiseOf(ceiling.calibrations)] : []),
  ];
  print(rows, targetsOf(rows, ceiling.runs), footer, json);
}
