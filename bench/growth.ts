import { fillWithContacts } from './contacts.ts';
import type { SubjectProcess } from './open-subject.ts';
import { openSubject } from './open-subject.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { openStage } from './processes.ts';
import { median, noiseOf, percentile, print, ratioOf, rowOf } from './report.ts';
import type { Crowd } from './subject.ts';
import type { Measured } from './subject-process.ts';

/** Compares a turn's cost in a small and in a large city: the same talks, with few contacts and with many. */
export async function bench({ json, quick, warm = 6000, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? (quick ? 4 : 8);
  const crowd: Crowd = { crowded: quick ? 200 : 500, few: 100, alone: 0 };
  const sizes = [10_000, quick ? 100_000 : 1_000_000] as const;
  const stages: Stage[] = [];
  const subjects = new Map<number, SubjectProcess>();
  const memory = new Map<number, number>();
  const runs = new Map<number, Measured[]>(sizes.map((size) => [size, []]));
  try {
    for (const size of sizes) {
      const stage = await openStage();
      stages.push(stage);
      memory.set(size, await fillWithContacts(stage.redisUrl, size));
      subjects.set(size, await openSubject('./anlin.ts', await stage.environment(false), warm));
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [size, subject] of subjects) runs.get(size)?.push(await subject.measure(crowd));
  } finally {
    for (const subject of subjects.values()) await subject.close();
    for (const stage of stages) await stage.close();
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
  const against = (of: (run: Measured) => number) => ratioOf(runs.get(sizes[1]), runs.get(sizes[0]), of);
  const most = { bound: 1.1, at: 'most', unit: '×' } as const;
  const targets = [
    {
      what: `CPU of a turn, bot and Redis, ${large} against ${small}`,
      value: against(({ crowded }) => (crowded.cpuUs + crowded.redisCpuUs) / crowded.updates),
      ...most,
    },
    {
      what: `p50 with 8 in flight, ${large} against ${small}`,
      value: against(({ few }) => percentile(few.handledMs, 50)),
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
