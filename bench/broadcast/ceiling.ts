import type { Stage } from '../processes.ts';
import { measureIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { median, rowOf } from '../report.ts';
import type { Measured, Order } from './cost-process.ts';

/** Result rows, and the calibration time of each run in ms. */
export type Ceiling = { readonly rows: readonly Row[]; readonly calibrations: readonly number[] };

/** Measures each sender's throughput and cost per message, without a limiter. Each round runs all senders in turn. */
export async function measureCeiling(
  stage: Stage,
  names: readonly string[],
  { rounds, recipients, warm }: { readonly rounds: number; readonly recipients: number; readonly warm: number },
): Promise<Ceiling> {
  const runs = new Map<string, Measured[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const sender of names) {
      const order: Order = { sender, environment: await stage.environment(), warm, recipients };
      runs.get(sender)?.push(await measureIn<Order, Measured>('broadcast/cost-process.ts', order));
    }
  }
  const calibrations = [...runs.values()].flat().map(({ calibrationMs }) => calibrationMs);
  const usual = median(calibrations);
  return { rows: [...runs].flatMap(([name, measured]) => rowsOf(name, measured, recipients, usual)), calibrations };
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
