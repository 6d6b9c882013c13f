import { fillWithContacts } from './contacts.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { measureIn, openStage } from './processes.ts';
import { median, noiseOf, percentile, print, rowOf } from './report.ts';
import type { Crowd } from './subject.ts';
import { chatsOfRun } from './subject.ts';
import type { Measured, Order } from './subject-process.ts';

/** Compares a turn's cost in a small and in a large city: the same talks, with few contacts and with many. */
export async function bench({ json, quick, warm, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? (quick ? 2 : 4);
  const crowd: Crowd = { warmUpdates: warm ?? 2400, crowded: quick ? 500 : 1000, few: 300, alone: 10 };
  const sizes = [10_000, quick ? 100_000 : 1_000_000] as const;
  const stages = new Map<number, Stage>();
  const memory = new Map<number, number>();
  const runs = new Map<number, Measured[]>(sizes.map((size) => [size, []]));
  try {
    for (const size of sizes) {
      const stage = await openStage();
      stages.set(size, stage);
      memory.set(size, await fillWithContacts(stage.redisUrl, size));
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [size, stage] of stages) {
        const environment = { ...(await stage.environment(false)), chats: chatsOfRun(round, crowd) };
        const order: Order = { file: './anlin.ts', environment, crowd };
        runs.get(size)?.push(await measureIn<Order, Measured>('subject-process.ts', order));
      }
    }
  } finally {
    for (const stage of stages.values()) await stage.close();
  }
  const calibrations = [...runs.values()].flat().map(({ calibrationMs }) => calibrationMs);
  const usual = median(calibrations);
  const rows = [...runs].flatMap(([size, measured]) => {
    const row = (metric: string, unit: string, of: (run: Measured, slow: number) => number) => {
      const values = measured.map((run) => of(run, run.calibrationMs / usual));
      return rowOf('growth', nameOf(size), metric, unit, values);
    };
    return [
      row('throughput', '/s', ({ crowded }, slow) => (crowded.updates / crowded.seconds) * slow),
      row('cpu_us', 'µs', ({ crowded }, slow) => crowded.cpuUs / crowded.updates / slow),
      row('redis_cpu_us', 'µs', ({ crowded }, slow) => crowded.redisCpuUs / crowded.updates / slow),
      row('p50_ms', 'ms', ({ few }, slow) => percentile(few.handledMs, 50) / slow),
      rowOf('growth', nameOf(size), 'memory_bytes_per_contact', 'B', [memory.get(size) ?? 0]),
    ];
  });
  const [small, large] = sizes.map(nameOf);
  const of = (subject: string | undefined, metric: string) =>
    rows.find((row) => row.subject === subject && row.metric === metric)?.median ?? Number.NaN;
  const cost = (subject: string | undefined) => of(subject, 'cpu_us') + of(subject, 'redis_cpu_us');
  const most = { bound: 1.1, at: 'most', unit: '×' } as const;
  const targets = [
    { what: `CPU of a turn, bot and Redis, ${large} against ${small}`, value: cost(large) / cost(small), ...most },
    {
      what: `p50 with 8 in flight, ${large} against ${small}`,
      value: of(large, 'p50_ms') / of(small, 'p50_ms'),
      ...most,
    },
  ];
  const footer = [
    `Medians of ${rounds} rounds [least–most], both sizes in turn, each on a Redis of its own.`,
    noiseOf(calibrations),
  ];
  print(rows, targets, footer, json);
}

function nameOf(size: number): string {
  return size >= 1_000_000 ? `anlin-${size / 1_000_000}m` : `anlin-${size / 1000}k`;
}
