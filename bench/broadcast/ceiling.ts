import { Redis } from 'ioredis';
import type { OpenProcess, Stage } from '../processes.ts';
import { openIn, openStage } from '../processes.ts';
import type { Row } from '../report.ts';
import { median, rowOf } from '../report.ts';
import type { Announcement, Measured, Order } from './cost-process.ts';

/** Result rows, the runs of each sender, and the calibration time of each run in ms. */
export type Ceiling = {
  readonly rows: readonly Row[];
  readonly runs: ReadonlyMap<string, readonly Measured[]>;
  readonly calibrations: readonly number[];
};

/** Measures each sender's throughput and cost per message, without a limiter. Each round runs all senders in turn. */
export async function measureCeiling(
  names: readonly string[],
  { rounds, recipients, warm }: { readonly rounds: number; readonly recipients: number; readonly warm: number },
): Promise<Ceiling> {
  const runs = new Map<string, Measured[]>(names.map((name) => [name, []]));
  const stages: Stage[] = [];
  const senders = new Map<string, OpenProcess<object, Announcement, Measured>>();
  try {
    for (const sender of names) {
      const stage = await openStage();
      stages.push(stage);
      await disableAofRewrite(stage.redisUrl);
      const order: Order = { sender, environment: await stage.environment(), people: Math.max(recipients, warm) };
      const opened = await openIn<Order, object, Announcement, Measured>('broadcast/cost-process.ts', order);
      senders.set(sender, opened);
      await opened.measure({ recipients: warm });
    }
    for (let round = 0; round < rounds; round += 1)
      for (const [name, sender] of senders) runs.get(name)?.push(await sender.measure({ recipients }));
  } finally {
    for (const sender of senders.values()) await sender.close();
    for (const stage of stages) await stage.close();
  }
  const calibrations = [...runs.values()].flat().map(({ calibrationMs }) => calibrationMs);
  const usual = median(calibrations);
  const rows = [...runs].flatMap(([name, measured]) => rowsOf(name, measured, recipients, usual));
  return { rows, runs, calibrations };
}

/** An AOF rewrite during a run would distort the measurement. */
export async function disableAofRewrite(redisUrl: string): Promise<void> {
  const redis = new Redis(redisUrl);
  await redis.config('SET', 'auto-aof-rewrite-percentage', '0');
  redis.disconnect();
}

function rowsOf(subject: string, runs: readonly Measured[], recipients: number, usual: number): readonly Row[] {
  const row = (metric: string, unit: string, of: (run: Measured, slow: number) => number) => {
    const values = runs.map((run) => of(run, run.calibrationMs / usual));
    return rowOf('broadcast', subject, metric, unit, values);
  };
  const costs = [
    row('throughput', '/s', ({ seconds }, slow) => (recipients / seconds) * slow),
    row('cpu_us', 'µs', ({ cpuUs }, slow) => cpuUs / recipients / slow),
  ];
  if (runs.every(({ commands }) => commands === 0)) return costs;
  return [
    ...costs,
    row('redis_commands', '', ({ commands }) => commands / recipients),
    row('redis_bytes_in', 'B', ({ bytesIn }) => bytesIn / recipients),
    row('redis_cpu_us', 'µs', ({ redisCpuUs }, slow) => redisCpuUs / recipients / slow),
    row('memory_bytes_per_recipient', 'B', ({ bytesWaiting }) => bytesWaiting / recipients),
    row('memory_bytes_per_recipient_ended', 'B', ({ bytesEnded }) => bytesEnded / recipients),
  ];
}
