import { openPhones } from '../phones.ts';
import type { Stage } from '../processes.ts';
import { startIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import { chatsOf } from './chats.ts';
import type { Order, Sent } from './send-process.ts';
import { openSender } from './sender.ts';

const RATES = [25, 30, 1000] as const; // messages a second
const PROCESSES = [1, 2, 4] as const;
const SECOND_MS = 1000;

type Kept = { readonly mean: number; readonly largest: number };
type Case = { readonly subject: string; readonly perSecond: number; readonly processes: number };

/** The rates to keep, each by one process alone and by several at once. */
export const PACES: readonly Case[] = RATES.flatMap((perSecond) =>
  PROCESSES.map((processes) => {
    const subject = `anlin-${perSecond}/s${processes === 1 ? '' : `-${processes}-processes`}`;
    return { subject, perSecond, processes };
  }),
);

/** How exactly the product keeps a set rate, by when its messages arrive. */
export async function measurePace(
  stage: Stage,
  cases: readonly Case[],
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<readonly Row[]> {
  const runs = new Map<string, Kept[]>(cases.map(({ subject }) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const one of cases) runs.get(one.subject)?.push(await keepPace(stage, one, seconds));
  }
  return [...runs].flatMap(([subject, kept]) => {
    const row = (metric: string, of: (run: Kept) => number) => rowOf('broadcast', subject, metric, '', kept.map(of));
    return [row('rate_mean', ({ mean }) => mean), row('rate_largest', ({ largest }) => largest)];
  });
}

async function keepPace(stage: Stage, { perSecond, processes }: Case, seconds: number): Promise<Kept> {
  const around = { ...(await stage.surroundings()), perSecond };
  const phones = openPhones(stage.apiRoot);
  const chats = chatsOf(perSecond * seconds);
  const sender = await openSender('anlin', around);
  await sender.prepare(chats);
  await sender.lay(chats);
  await phones.look();
  const order: Order = { sender: 'anlin', around };
  const started = Array.from({ length: processes }, () => startIn<Order, Sent>('broadcast/send-process.ts', order));
  await Promise.all(started.map(({ answer }) => answer)).finally(() => started.map(({ kill }) => kill()));
  await sender.close();
  const arrived = (await phones.look()).filter(({ method }) => method === 'sendMessage').map(({ at }) => at);
  if (arrived.length !== chats.length) throw new Error(`${arrived.length} of ${chats.length} messages arrived.`);
  const times = arrived.toSorted((a, b) => a - b);
  return { mean: meanRate(times) / perSecond, largest: mostInOneSecond(times) / perSecond };
}

/** Without the first second, in which the other processes still start on the same cores. */
function meanRate(all: readonly number[]): number {
  const times = all.filter((at) => at - (all[0] ?? 0) >= SECOND_MS);
  const [first = 0, last = 0] = [times[0], times.at(-1)];
  return ((times.length - 1) / (last - first)) * SECOND_MS;
}

/** The most that arrived within any one second, wherever it begins. */
function mostInOneSecond(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [i, at] of times.entries()) {
    while (at - (times[first] ?? at) >= SECOND_MS) first += 1;
    most = Math.max(most, i - first + 1);
  }
  return most;
}
