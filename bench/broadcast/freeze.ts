import type { Stage } from '../processes.ts';
import { measureIn } from '../processes.ts';
import type { Row } from '../report.ts';
import { rowOf } from '../report.ts';
import type { Frozen, Order } from './freeze-process.ts';

/** What it costs to lay down an audience of a whole city. */
export async function measureFreezing(
  stage: Stage,
  subject: string,
  { rounds, recipients }: { readonly rounds: number; readonly recipients: number },
): Promise<readonly Row[]> {
  const runs: Frozen[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order: Order = { around: await stage.surroundings(), recipients };
    runs.push(await measureIn<Order, Frozen>('broadcast/freeze-process.ts', order));
  }
  const row = (metric: string, unit: string, of: (run: Frozen) => number) =>
    rowOf('broadcast', subject, metric, unit, runs.map(of));
  return [
    row('freeze_s', 's', ({ seconds }) => seconds),
    row('freeze_memory_mb', 'MB', ({ grownBytes }) => grownBytes / 1e6),
    row('memory_bytes_per_recipient', 'B', ({ redisBytes }) => redisBytes / recipients),
  ];
}

/** The name under which an audience of this size is printed. */
export function freezeName(recipients: number): string {
  return `anlin-freeze-${recipients >= 1e6 ? `${recipients / 1e6}m` : `${recipients / 1e3}k`}`;
}
