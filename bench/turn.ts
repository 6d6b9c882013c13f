import { join, resolve } from 'node:path';
import type { Decided, DecideOrder } from './decide-process.ts';
import type { SubjectProcess } from './open-subject.ts';
import { openSubject } from './open-subject.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { measureIn, openStage } from './processes.ts';
import type { Row, Target } from './report.ts';
import { median, noiseOf, percentile, print, ratioOf, rowOf } from './report.ts';
import type { Crowd } from './subject.ts';
import type { Measured } from './subject-process.ts';

/** Files of the subjects: the product, its peers, and the least possible bots. `--beside` adds another checkout. */
const SUBJECTS: Readonly<Record<string, string>> = {
  anlin: './anlin.ts',
  telegraf: './peers/telegraf.ts',
  // The product's talk, messages and records on Telegraf, without the product's guarantees.
  'telegraf-same-product': './peers/telegraf-same-product.ts',
  'grammy-session': './peers/grammy-session.ts',
  'grammy-conversations': './peers/grammy-conversations.ts',
  'raw-floor': './peers/raw-floor.ts',
  // The same floor with the product's number of API calls in each step.
  'raw-floor-same-calls': './peers/raw-floor.ts',
  // The floor with the product's guarantees, which no other peer has.
  'promise-floor': './peers/promise-floor.ts',
  // The product's own commits and messages, replayed without a decision.
  'replayed-floor': './peers/replayed-floor.ts',
  // The same, behind the product's own decisions.
  'deciding-floor': './peers/deciding-floor.ts',
};

/** Subjects that make as many API calls as the product. */
const SAME_CALLS: Readonly<Record<string, true>> = { 'raw-floor-same-calls': true, 'promise-floor': true };

// Compiled code is complete after some 60,000 updates: until then the CPU of an update falls by a fifth.
const WHOLE = { warmUpdates: 60_000, rounds: 16 };
const QUICK = { warmUpdates: 9000, rounds: 6 };
/** People of one round. Many short rounds in turn: the memory of a shared machine changes its speed within seconds. */
const CROWD: Crowd = { crowded: 256, few: 24, alone: 6 };

/** Measures one update of a six-step report. Every round plays all subjects in turn. */
export async function bench({ json, quick, only, beside, warm, rounds: wanted }: Options): Promise<void> {
  const usual = quick ? QUICK : WHOLE;
  const warmUpdates = warm ?? usual.warmUpdates;
  const rounds = wanted ?? usual.rounds;
  const subjects: Readonly<Record<string, string>> = {
    ...SUBJECTS,
    ...(beside ? { 'anlin-beside': join(resolve(beside), 'bench/anlin.ts') } : {}),
  };
  const names = Object.keys(subjects).filter((name) => only.length === 0 || only.includes(name));
  const stages: Stage[] = [];
  const open = new Map<string, SubjectProcess & { readonly warmed: Measured }>();
  const runs = new Map<string, Measured[]>(names.map((name) => [name, []]));
  const decided: Decided[] = [];
  try {
    for (const name of names) {
      if (!json) process.stderr.write(`warming up ${name}        \r`);
      const product = open.get('anlin');
      const stage = await openStage();
      stages.push(stage);
      const like = {
        calls: name in SAME_CALLS ? product?.warmed.calls : undefined,
        recorded: product?.opened.recorded,
      };
      const environment = { ...(await stage.environment()), ...like };
      open.set(name, await openSubject(subjects[name] ?? '', environment, warmUpdates));
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, subject] of open) {
        if (!json) process.stderr.write(`round ${round + 1} of ${rounds}: ${name}        \r`);
        runs.get(name)?.push(await subject.measure(CROWD));
      }
    }
    expectSameMessages(runs.get('anlin')?.at(-1), runs.get('telegraf-same-product')?.at(-1));
    const stage = await openStage();
    stages.push(stage);
    decided.push(await measureIn<DecideOrder, Decided>('decide-process.ts', await decideOrder(stage, quick)));
  } finally {
    for (const subject of open.values()) await subject.close();
    for (const stage of stages) await stage.close();
  }
  const calibrations = [...runs.values()].flat().map(({ calibrationMs }) => calibrationMs);
  const usualMs = median(calibrations);
  const rows = [
    ...[...runs].flatMap(([name, measured]) => rowsOf(name, measured, open.get(name)?.opened, usualMs)),
    rowOf(
      'turn',
      'decide-alone',
      'cpu_us',
      'µs',
      decided.map(({ cpuUs, calibrationMs }) => (cpuUs * usualMs) / calibrationMs),
    ),
  ];
  const footer = [
    `Medians of ${rounds} rounds [least–most]; a round plays all subjects in turn, ${CROWD.crowded} people each. A target's ratio is the median of the rounds' ratios.`,
    `Before that ${warmUpdates.toLocaleString('en')} updates warm each process up. Each person sends a text, a place and a photo of their own.`,
    'throughput and cpu_us with 64 updates in flight, p50 and p99 with 8: until the update is durable and its answer sent (p50_answer_ms: until the answer arrived, durable or not).',
    'anlin: throughput and CPU include the news of the filed cases. After the last answer the job runs until each case was told to the dispatcher of the city, who gets one notice until they write. cpu_after_us is the part of cpu_us after the last answer.',
    'replayed-floor: the recorded commits and messages of the product. deciding-floor: the same, and each update is first read and decided as in the product.',
    'decide-alone: the decisions of the same updates in a loop, without Redis and HTTP.',
    'telegraf-same-product: the same messages, edits, records and notice of the dispatcher, without deduplication, version, outbox, quotas and sealed audit.',
    noiseOf(calibrations),
  ];
  print(rows, targetsOf(rows, runs), footer, json);
}

/** Throws if the product and its copy on Telegraf did not send and edit as many messages in each step. */
function expectSameMessages(product: Measured | undefined, copy: Measured | undefined): void {
  if (!product || !copy || product.messages.join() === copy.messages.join()) return;
  const both = [product, copy].map(({ messages }) => messages.join(' | ')).join('\nbut telegraf-same-product ');
  throw new Error(`The product's steps have: ${both}`);
}

async function decideOrder(stage: Stage, quick: boolean): Promise<DecideOrder> {
  return { environment: await stage.environment(), people: 60, repeats: quick ? 40 : 200 };
}

function rowsOf(
  subject: string,
  runs: readonly Measured[],
  opened: SubjectProcess['opened'] | undefined,
  usual: number,
): readonly Row[] {
  const row = (metric: string, unit: string, of: (run: Measured, speed: number) => number) =>
    rowOf(
      'turn',
      subject,
      metric,
      unit,
      runs.map((run) => of(run, run.calibrationMs / usual)),
    );
  const per = (of: (cost: Measured['crowded']) => number) => (run: Measured) => of(run.crowded) / run.crowded.updates;
  const [first] = runs;
  return [
    row('throughput', '/s', ({ crowded }, slow) => (crowded.updates / crowded.seconds) * slow),
    row('cpu_us', 'µs', ({ crowded }, slow) => crowded.cpuUs / crowded.updates / slow),
    row('cpu_after_us', 'µs', ({ crowded }, slow) => crowded.cpuAfterUs / crowded.updates / slow),
    row('p50_ms', 'ms', ({ few }, slow) => percentile(few.handledMs, 50) / slow),
    row('p99_ms', 'ms', ({ few }, slow) => percentile(few.handledMs, 99) / slow),
    row('p50_answer_ms', 'ms', ({ few }, slow) => percentile(few.answeredMs, 50) / slow),
    row('p50_alone_ms', 'ms', ({ alone }, slow) => percentile(alone.handledMs, 50) / slow),
    row(
      'redis_commands',
      '',
      per(({ commands }) => commands),
    ),
    row(
      'redis_bytes_in',
      'B',
      per(({ bytesIn }) => bytesIn),
    ),
    row(
      'redis_bytes_out',
      'B',
      per(({ bytesOut }) => bytesOut),
    ),
    row('redis_cpu_us', 'µs', ({ crowded }, slow) => crowded.redisCpuUs / crowded.updates / slow),
    row(
      'api_calls',
      '',
      per(({ apiCalls }) => apiCalls),
    ),
    row(
      'message_bytes',
      'B',
      per(({ messageBytes }) => messageBytes),
    ),
    row('session_bytes', 'B', ({ kept }) => kept.session),
    ...(first?.kept.person ? [row('person_bytes', 'B', ({ kept }) => kept.person)] : []),
    ...(first?.kept.least ? [row('least_session_bytes', 'B', ({ kept }) => kept.least ?? 0)] : []),
    ...(first?.between ? betweenRows(row) : []),
    ...(opened?.roundTrips ? tripRows(subject, opened.roundTrips) : []),
  ];
}

type MakeRow = (metric: string, unit: string, of: (run: Measured, speed: number) => number) => Row;

/** Rows of the untimed steps. They are shown so that no cost can hide in an untimed step. */
function betweenRows(row: MakeRow): readonly Row[] {
  return [
    row('between_cpu_us', 'µs', ({ between }, slow) => (between ? between.cpuUs / between.updates / slow : 0)),
    row('between_api_calls', '', ({ between }) => (between ? between.apiCalls / between.updates : 0)),
  ];
}

/** Rows of round trips. Their min and max are over the steps, because the counts do not vary between rounds. */
function tripRows(subject: string, trips: NonNullable<SubjectProcess['opened']['roundTrips']>): readonly Row[] {
  return [
    rowOf(
      'turn',
      subject,
      'trips_before',
      '',
      trips.map(({ before }) => before),
    ),
    rowOf(
      'turn',
      subject,
      'trips_all',
      '',
      trips.map(({ all }) => all),
    ),
    rowOf(
      'turn',
      subject,
      'trips_settled',
      '',
      trips.map(({ messages }) => 2 + messages),
    ),
  ];
}

/** What the targets compare, in the same round. */
const COMPARED = {
  cpu: ({ crowded }: Measured) => crowded.cpuUs / crowded.updates,
  throughput: ({ crowded }: Measured) => crowded.updates / crowded.seconds,
  p50: ({ few }: Measured) => percentile(few.handledMs, 50),
};

function targetsOf(rows: readonly Row[], runs: ReadonlyMap<string, readonly Measured[]>): readonly Target[] {
  const get = (subject: string, metric: string) => rows.find((row) => row.subject === subject && row.metric === metric);
  const of = (subject: string, metric: string) => get(subject, metric)?.median ?? Number.NaN;
  const ratio = (subject: string, metric: keyof typeof COMPARED, peer: string) =>
    ratioOf(runs.get(subject), runs.get(peer), COMPARED[metric]);
  /** With the floor that decides as the product does: above it stand only loading, encoding and the promises. */
  const compared = (metric: keyof typeof COMPARED, peer: string, by = 'deciding-floor') => ({
    value: ratio('anlin', metric, peer),
    floor: { by, value: ratio(by, metric, peer) },
    unit: '×',
  });
  const most = { at: 'most', unit: '' } as const;
  const targets: readonly Target[] = [
    { what: 'cpu against promise-floor', ...compared('cpu', 'promise-floor'), bound: 1.6, at: 'most' },
    {
      what: 'throughput against telegraf-same-product',
      ...compared('throughput', 'telegraf-same-product'),
      bound: 2,
      at: 'least',
    },
    { what: 'throughput against telegraf', ...compared('throughput', 'telegraf'), bound: 1, at: 'least' },
    {
      what: 'CPU of Redis',
      value: of('anlin', 'redis_cpu_us'),
      bound: 80,
      at: 'most',
      unit: ' µs',
      floor: { by: 'promise-floor', value: of('promise-floor', 'redis_cpu_us') },
    },
    {
      what: 'p50 with 8 in flight against telegraf',
      ...compared('p50', 'telegraf', 'promise-floor'),
      bound: 0.5,
      at: 'most',
    },
    {
      what: 'round trips to Redis before the answer',
      value: get('anlin', 'trips_before')?.max ?? Number.NaN,
      bound: 2,
      ...most,
    },
    {
      what: 'round trips to Redis in all',
      value: get('anlin', 'trips_all')?.max ?? Number.NaN,
      bound: 3,
      ...most,
      // A message is settled before the next one of its chat is sent: a kill repeats one at most.
      floor: { by: 'a load, a commit, each message settled', value: get('anlin', 'trips_settled')?.max ?? Number.NaN },
    },
    {
      what: 'bytes into Redis',
      value: of('anlin', 'redis_bytes_in'),
      bound: 1000,
      at: 'most',
      unit: ' B',
      floor: { by: 'its messages alone', value: of('anlin', 'message_bytes') },
    },
    {
      what: 'session',
      value: of('anlin', 'session_bytes'),
      bound: 400,
      at: 'most',
      unit: ' B',
      floor: { by: 'flow, version, step and answers alone', value: of('anlin', 'least_session_bytes') },
    },
  ];
  return targets.filter(({ value }) => !Number.isNaN(value));
}
