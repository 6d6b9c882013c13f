import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Inbound, Outgoing, Urn } from '../src/channels/channel.ts';
import { answer } from '../src/conversation/turn.ts';
import type { Task } from '../src/volunteers/tasks/task.ts';
import { loadTask } from '../src/volunteers/tasks/task-store.ts';
import { crowd, giveTask } from '../test/volunteers/crowd.ts';
import { openCity } from './anlin.ts';
import { chatsOf } from './broadcast/chats.ts';
import { nowMs } from './clock.ts';
import { openMeter } from './meter.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import { percentile, print, rowOf } from './report.ts';

const NEEDED = 50;
/** As many as Telegram hands over at once. */
const AT_ONCE = 100;
const SECOND_MS = 1000;

type Measured = {
  readonly taken: number;
  readonly answered: number;
  /** From each tap until its answer had arrived, ms. */
  readonly waits: readonly number[];
  readonly commandsPerTap: number;
  readonly seconds: number;
};

/** Very many volunteers tap 领取 on one task within a second: as many have it as it needs, and everybody is answered. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const people = quick ? 2000 : 10_000;
  const rounds = wanted ?? (quick ? 1 : 3);
  const stage = await openStage();
  const runs: Measured[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const around = await stage.surroundings();
      const meter = openMeter(around.redisUrl);
      const running = await openCity(around);
      const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
      await crowd(running.store, urns, Date.now());
      const task = await giveTask(running.store, NEEDED, Date.now());
      const arrived = listen(running.services.channels);
      const before = await meter.read();
      const began = nowMs();
      const taps = urns.map((urn, i) => ({ urn, at: began + (i / people) * SECOND_MS })).values();
      // Telegram keeps what was not asked for yet: each waits from the tap on.
      const intake = async () => {
        for (const { urn, at } of taps) {
          await sleep(Math.max(0, at - nowMs()));
          arrived.waits(urn, at);
          await answer(tapOn(task, urn), running.services);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, intake));
      while (arrived.times.length < people) await sleep(5);
      const seconds = (nowMs() - began) / 1000;
      const after = await meter.read();
      const kept = await loadTask(running.store, task.id);
      runs.push({
        taken: new Set(kept?.takers).size,
        answered: arrived.times.length,
        waits: arrived.times,
        commandsPerTap: (after.commands - before.commands) / people,
        seconds,
      });
      await running.close();
      meter.close();
    }
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
  ] as const;
  const footer = [
    `${people.toLocaleString('en')} people tap on a task for ${NEEDED} within a second, in one process; ${rounds} rounds.`,
    'p50, p99: from the tap until its answer has arrived at the API. One process takes fewer taps a second than come: the rest is the queue.',
  ];
  print(rows, targets, footer, json);
}

let taps = 0;
function tapOn({ id }: Task, from: Urn): Inbound {
  taps += 1;
  return { id: `tap:${taps}`, from, at: Date.now(), content: { type: 'choice', id: `go/my-tasks/${id}.taken` } };
}

/** Listens where the relay hands messages to the channel. */
function listen(channels: readonly Channel[]) {
  const since = new Map<Urn, number>();
  const times: number[] = [];
  for (const channel of channels) {
    const send = channel.send.bind(channel);
    const listening = async (to: Urn, message: Outgoing) => {
      const outcome = await send(to, message);
      const from = since.get(to);
      if (from !== undefined && outcome.type === 'sent') times.push(nowMs() - from);
      since.delete(to);
      return outcome;
    };
    Object.assign(channel, { send: listening });
  }
  return { times, waits: (urn: Urn, at: number) => since.set(urn, at) };
}
