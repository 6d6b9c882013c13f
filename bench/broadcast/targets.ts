import type { Row, Target } from '../report.ts';
import { ratioOf } from '../report.ts';
import type { Measured } from './cost-process.ts';
import { KILLS } from './kill.ts';
import { PACES } from './pace.ts';

/** Bound at 1,000 messages a second and an API latency of 1 ms: rate × (latency + 10 ms) + 2. */
const UNKNOWN_MAX = 13;
/** Bound without a rate: all calls in flight. */
const IN_FLIGHT_MAX = 64;

/** Returns the targets measured in this run. A promise is judged by its worst round, other targets by the median. */
export function targetsOf(rows: readonly Row[], runs: ReadonlyMap<string, readonly Measured[]>): readonly Target[] {
  const get = (subject: string, metric: string) => rows.find((row) => row.subject === subject && row.metric === metric);
  const of = (subject: string, metric: string) => get(subject, metric)?.median ?? Number.NaN;
  const worst = (subject: string, metric: string) => get(subject, metric)?.max ?? Number.NaN;
  const faster = (peer: string, subject = 'anlin') =>
    ratioOf(runs.get(peer), runs.get(subject), ({ seconds }) => seconds);
  const least = { at: 'least', unit: '×' } as const;
  const most = { at: 'most', unit: '' } as const;
  const bytes = { at: 'most', unit: ' B' } as const;
  const targets: readonly Target[] = [
    {
      what: 'throughput against send-only',
      value: faster('send-only'),
      bound: 0.8,
      ...least,
      floor: { by: 'mark-floor', value: faster('send-only', 'mark-floor') },
    },
    {
      what: 'throughput against bullmq-per-recipient',
      value: faster('bullmq-per-recipient'),
      bound: 3.5,
      ...least,
      floor: { by: 'mark-floor', value: faster('bullmq-per-recipient', 'mark-floor') },
    },
    {
      what: 'CPU against packed-chunks',
      value: ratioOf(runs.get('anlin'), runs.get('packed-chunks'), ({ cpuUs }) => cpuUs),
      bound: 1.5,
      at: 'most',
      unit: '×',
    },
    { what: 'bytes a recipient, waiting', value: of('anlin', 'memory_bytes_per_recipient'), bound: 10, ...bytes },
    { what: 'with results', value: of('anlin', 'memory_bytes_per_recipient_ended'), bound: 20, ...bytes },
    ...PACES.flatMap(({ subject }) => [
      { what: `${subject}, mean`, value: of(subject, 'rate_mean'), bound: 0.99, ...least },
      {
        what: `${subject}, largest second`,
        value: of(subject, 'rate_largest'),
        bound: 1.04,
        at: 'most',
        unit: '×',
      } as const,
    ]),
    ...KILLS.filter(({ sender }) => sender === 'anlin').flatMap(({ subject, perSecond }) => [
      { what: `${subject}, lost by a kill`, value: worst(subject, 'lost_per_kill'), bound: 0, ...most },
      { what: `${subject}, repeated by a kill`, value: worst(subject, 'repeated_per_kill'), bound: 0, ...most },
      {
        what: `${subject}, unknown`,
        value: worst(subject, 'unknown_per_kill'),
        bound: perSecond === undefined ? IN_FLIGHT_MAX : UNKNOWN_MAX,
        ...most,
      },
      {
        what: `${subject}, sends again`,
        value: worst(subject, 'back_ms'),
        bound: 2000,
        at: 'most',
        unit: ' ms',
      } as const,
    ]),
    {
      what: 'a million: first message',
      value: of('anlin-city-1m', 'first_message_s'),
      bound: 0.5,
      at: 'most',
      unit: ' s',
    },
    {
      what: 'a million: memory until the first message',
      value: of('anlin-city-1m', 'first_memory_mb'),
      bound: 40,
      at: 'most',
      unit: ' MB',
    },
  ];
  return targets.filter(({ value }) => !Number.isNaN(value));
}
