import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Inbound, SendOutcome, Urn } from '../src/channels/channel.ts';
import { answer } from '../src/conversation/turn.ts';
import type { Task } from '../src/volunteers/tasks/task.ts';
import { loadTask } from '../src/volunteers/tasks/task-store.ts';
import { crowd, giveTask } from '../test/volunteers/crowd.ts';
import { chatsOf } from './broadcast/chats.ts';
import { nowMs } from './clock.ts';
import { openMeter } from './meter.ts';
import { openCity } from './open-city.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { openStage } from './processes.ts';
import { median, percentile, print, rowOf } from './report.ts';
import { watchSends } from './watch-sends.ts';

const NEEDED = 50;
/** Updates handled at the same time; Telegram hands over as many at once. */
const UPDATES_AT_ONCE = 100;
const SECOND_MS = 1000;

type Measured = {
  readonly taken: number;
  readonly answered: number;
  /** ms from each tap until the API has its answer. */
  readonly waits: readonly number[];
  readonly commandsPerTap: number;
  readonly seconds: number;
};

/** Measures many taps on one task within a second: the task fills exactly, and every volunteer gets an answer. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const people = quick ? 2000 : 10_000;
  const rounds = wanted ?? (quick ? 1 : 3);
  const stage = await openStage();
  const runs: Measured[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) runs.push(await measureTaps(stage, people));
  } finally {
    await stage.close();
  }
  const row = (metric: string, unit: string, of: (run: Measured) => number) =>
    rowOf('tasks', `anlin-${people}-taps`, metric, unit, runs.map(of));
  const rows = [
    row('taken', '', ({ taken }) => taken),
    row('answered', '', ({ answered }) => answered),
    row('p50_ms', 'ms', ({ waits }) => percentile(waits, 50)),
    row('p99_ms', 'ms', ({ waits }) => percentile(waits, 99)),
    row('redis_commands', '', ({ commandsPerTap }) => commandsPerTap),
    row('until_all_are_answered_s', 's', ({ seconds }) => seconds),
  ];
  const worst = (of: (run: Measured) => number) => Math.max(...runs.map(of));
  const targets = [
    {
      what: 'places given beyond those needed',
      value: worst(({ taken }) => taken - NEEDED),
      bound: 0,
      at: 'most',
      unit: '',
    },
    { what: 'places left empty', value: worst(({ taken }) => NEEDED - taken), bound: 0, at: 'most', unit: '' },
    {
      what: 'taps without an answer',
      value: worst(({ answered }) => people - answered),
      bound: 0,
      at: 'most',
      unit: '',
    },
    {
      what: 'p99 from tap to answer',
      value: median(runs.map(({ waits }) => percentile(waits, 99) / SECOND_MS)),
      bound: 1,
      at: 'most',
      unit: ' s',
    },
    {
      what: 'Redis commands a tap',
      value: median(runs.map(({ commandsPerTap }) => commandsPerTap)),
      bound: 5,
      at: 'most',
      unit: '',
    },
  ] as const;
  const footer = [
    `${people.toLocaleString('en')} people tap on a task for ${NEEDED} within a second, in one process; ${rounds} rounds.`,
    'p50, p99: from the tap until the API has its answer. Taps arrive faster than one process handles them, so most of it is queueing.',
  ];
  print(rows, targets, footer, json);
}

async function measureTaps(stage: Stage, people: number): Promise<Measured> {
  const environment = await stage.environment();
  const meter = openMeter(environment.redisUrl);
  const running = await openCity(environment);
  const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
  await crowd(running.store, urns, Date.now());
  const task = await giveTask(running.store, NEEDED, Date.now());
  const { tapped, times } = timeAnswers(running.services.channels);
  const before = await meter.read();
  const began = nowMs();
  const taps = urns.map((urn, i) => ({ urn, at: began + (i / people) * SECOND_MS })).values();
  // Telegram queues updates until they are fetched, so a wait begins at the tap.
  const intake = async () => {
    for (const { urn, at } of taps) {
      await sleep(Math.max(0, at - nowMs()));
      tapped(urn, at);
      await answer(tapOn(task, urn), running.services);
    }
  };
  await Promise.all(Array.from({ length: UPDATES_AT_ONCE }, intake));
  while (times.length < people) await sleep(5);
  const seconds = (nowMs() - began) / 1000;
  const after = await meter.read();
  const kept = await loadTask(running.store, task.id);
  await running.close();
  meter.close();
  return {
    taken: new Set(kept?.takers).size,
    answered: times.length,
    waits: times,
    commandsPerTap: (after.commands - before.commands) / people,
    seconds,
  };
}

let taps = 0;
function tapOn({ id }: Task, from: Urn): Inbound {
  taps += 1;
  return { id: `tap:${taps}`, from, at: Date.now(), content: { type: 'choice', id: `go/my-tasks/${id}.taken` } };
}

/** Times each answer, from a tap until the channel has sent the next message. */
function timeAnswers(channels: readonly Channel[]) {
  const since = new Map<Urn, number>();
  const times: number[] = [];
  const ended = (to: Urn, outcome: SendOutcome) => {
    const at = since.get(to);
    if (at !== undefined && outcome.type === 'sent') times.push(nowMs() - at);
    since.delete(to);
  };
  for (const channel of channels) watchSends(channel, { ended });
  return { times, tapped: (urn: Urn, at: number) => since.set(urn, at) };
}
