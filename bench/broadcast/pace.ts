import { openPhones } from '../phones.ts';
import type { Stage } from '../processes.ts';
import { startIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import { chatsOf } from './chats.ts';
import type { Order, Sent } from './send-process.ts';
import { openSender } from './senders.ts';

const RATES = [25, 30, 1000] as const; // messages a second
const PROCESSES = [1, 2, 4] as const;
const SECOND_MS = 1000;

/** Rates of one run relative to the set rate: the mean, and the largest of any second. */
type PaceRun = { readonly mean: number; readonly largest: number };
type PaceCase = { readonly subject: string; readonly perSecond: number; readonly processes: number };

/** Rates to keep, each with one process and with several. */
export const PACES: readonly PaceCase[] = RATES.flatMap((perSecond) =>
  PROCESSES.map((processes) => {
    const subject = `anlin-${perSecond}/s${processes === 1 ? '' : `-${processes}-processes`}`;
    return { subject, perSecond, processes };
  }),
);

/** Measures how exactly the product keeps a set rate, by the arrival of its messages. */
export async function measurePace(
  stage: Stage,
  cases: readonly PaceCase[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<readonly Row[]> {
  const runs = new Map<string, PaceRun[]>(cases.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of cases) runs.get(one.subject)?.push(await keepPace(stage, one, seconds));
  }
  return [...runs].flatMap(([subject, kept]) => {
    const row = (metric: string, of: (run: PaceRun) => number) => rowOf('broadcast', subject, metric, '', kept.map(of));
    return [row('rate_mean', ({ mean }) => mean), row('rate_largest', ({ largest }) => largest)];
  });
}

async function keepPace(stage: Stage, { perSecond, processes }: PaceCase, seconds: number): Promise<PaceRun> {
  const environment = { ...(await stage.environment()), perSecond };
  const phones = openPhones(stage.apiRoot);
  const chats = chatsOf(perSecond * seconds);
  const sender = await openSender('anlin', environment);
  await sender.prepare(chats);
  await sender.enqueue(chats);
  await phones.look();
  const order: Order = { sender: 'anlin', environment };
  const started = Array.from({ length: processes }, () => startIn<Order, Sent>('broadcast/send-process.ts', order));
  await Promise.all(started.map(({ answer }) => answer)).finally(() => started.map(({ kill }) => kill()));
  await sender.close();
  const arrived = (await phones.look()).filter(({ method }) => method === 'sendMessage').map(({ at }) => at);
  if (arrived.length !== chats.length) throw new Error(`${arrived.length} of ${chats.length} messages arrived.`);
  const times = arrived.toSorted((a, b) => a - b);
  return { mean: meanRate(times) / perSecond, largest: mostInOneSecond(times) / perSecond };
}

/** Excludes the first second, in which other processes still start on the same cores. */
function meanRate(all: readonly number[]): number {
  const times = all.filter((at) => at - (all[0] ?? 0) >= SECOND_MS);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return ((times.length - 1) / (last - first)) * SECOND_MS;
}

/** Returns the largest number of messages within any one second. */
function mostInOneSecond(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [i, at] of times.entries()) {
    while (at - (times[first] ?? at) >= SECOND_MS) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
