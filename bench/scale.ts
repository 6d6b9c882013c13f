import { join } from 'node:path';
import type { SubjectProcess } from './open-subject.ts';
import { openSubject } from './open-subject.ts';
import type { Options } from './options.ts';
import { measureIn, openStage } from './processes.ts';
import type { Row } from './report.ts';
import { print, rowOf } from './report.ts';
import type { Ceiling, CeilingOrder } from './scale/ceiling-process.ts';
import { chatsOf } from './subject.ts';

const PROCESSES = [1, 2, 4] as const;
const SYNCS = ['always', 'everysec'] as const;

/** Measures several processes of the product on one Redis, and what that Redis commits at most. */
export async function bench({ json, quick, warm = quick ? 300 : 2400, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? (quick ? 1 : 3);
  const crowded = quick ? 300 : 1500;
  const rows: Row[] = [];
  for (const count of PROCESSES) {
    const rates: number[] = [];
    for (let round = 0; round < rounds; round += 1) rates.push(await rateOf(count, crowded, warm));
    rows.push(rowOf('scale', `anlin-${count}`, 'throughput', '/s', rates));
  }
  for (const appendfsync of SYNCS) {
    const ceilings: Ceiling[] = [];
    for (let round = 0; round < rounds; round += 1) ceilings.push(await ceilingOf(appendfsync, quick ? 5000 : 20_000));
    const row = (metric: string, of: (found: Ceiling) => number) =>
      rowOf('scale', `redis-${appendfsync}`, metric, '/s', ceilings.map(of));
    rows.push(row('throughput', ({ perSecond }) => perSecond));
  }
  const [one = Number.NaN, ...more] = rows.slice(0, PROCESSES.length).map(({ median }) => median);
  const ratios = more.map((rate, i) => `${PROCESSES[i + 1]} processes ${(rate / one).toFixed(2)}×`).join(', ');
  const footer = [
    `Medians of ${rounds} rounds [least–most]. Updates a second of a six-step report, all processes together.`,
    `Compared with one process: ${ratios}. The processes, Redis and the fake API share the cores of this machine.`,
    'redis-always and redis-everysec: commits of one stored record a second, 64 in flight, with nothing else to do.',
  ];
  print(rows, [], footer, json);
}

/** Updates a second of all processes together. */
async function rateOf(count: number, people: number, warmUpdates: number): Promise<number> {
  const stage = await openStage();
  const subjects: SubjectProcess[] = [];
  try {
    for (let n = 0; n < count; n += 1) {
      const environment = { ...(await stage.environment(n === 0)), chats: chatsOf(n, people + warmUpdates) };
      subjects.push(await openSubject(join(import.meta.dirname, 'anlin.ts'), environment, warmUpdates));
    }
    const crowd = { crowded: Math.ceil(people / count), few: 0, alone: 0 };
    const runs = await Promise.all(subjects.map((subject) => subject.measure(crowd)));
    return runs.reduce((sum, { crowded }) => sum + crowded.updates / crowded.seconds, 0);
  } finally {
    for (const subject of subjects) await subject.close();
    await stage.close();
  }
}

async function ceilingOf(appendfsync: (typeof SYNCS)[number], commits: number): Promise<Ceiling> {
  const stage = await openStage({ appendfsync });
  try {
    return await measureIn<CeilingOrder, Ceiling>('scale/ceiling-process.ts', { redisUrl: stage.redisUrl, commits });
  } finally {
    await stage.close();
  }
}
