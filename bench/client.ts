import type { Measured, Order } from './client-process.ts';
import type { Options } from './options.ts';
import { CLIENTS } from './peers/clients.ts';
import { measureIn, startFakeApi, TOKEN } from './processes.ts';
import { median, noiseOf, print, rowOf } from './report.ts';

/** Measures one sendMessage of each client, with 64 in flight and an API that answers at once. */
export async function bench({ json, quick, only, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? 3;
  const messages = quick ? 5000 : 20_000;
  const names = Object.keys(CLIENTS).filter((name) => only.length === 0 || only.includes(name));
  const runs = new Map<string, Measured[]>(names.map((name) => [name, []]));
  const api = await startFakeApi();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const client of names) {
        const order: Order = { client, apiRoot: api.url, token: TOKEN, messages };
        runs.get(client)?.push(await measureIn<Order, Measured>('client-process.ts', order));
      }
    }
  } finally {
    api.close();
  }
  const calibrations = [...runs.values()].flat().map(({ calibrationMs }) => calibrationMs);
  const usual = median(calibrations);
  const rows = [...runs].flatMap(([name, measured]) => {
    const row = (metric: string, unit: string, of: (run: Measured, slow: number) => number) => {
      const values = measured.map((run) => of(run, run.calibrationMs / usual));
      return rowOf('client', name, metric, unit, values);
    };
    return [
      row('throughput', '/s', ({ seconds }, slow) => (messages / seconds) * slow),
      row('cpu_us', 'µs', ({ cpuUs }, slow) => cpuUs / messages / slow),
    ];
  });
  const cpu = (subject: string) => rows.find((row) => row.subject === subject && row.metric === 'cpu_us')?.median ?? 0;
  const ratios = names
    .filter((name) => name !== 'anlin')
    .map((name) => `${(cpu('anlin') / cpu(name)).toFixed(2)}× ${name}`);
  const footer = [
    `Medians of ${rounds} rounds [least–most] of ${messages} messages each, in turn.`,
    `CPU of a send by the product's channel: ${ratios.join(', ')}.`,
    noiseOf(calibrations),
  ];
  print(rows, [], footer, json);
}
