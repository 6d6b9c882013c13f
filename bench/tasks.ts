import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Inbound, SendOutcome, Urn } from '../src/channels/channel.ts';
import { decide, flowsNeeded } from '../src/conversation/decide.ts';
import { answer } from '../src/conversation/turn.ts';
import { sealMessage } from '../src/delivery/sealed-message.ts';
import type { Services } from '../src/notify/services.ts';
import { commit } from '../src/store/commit.ts';
import { NO_CHANGE } from '../src/store/records/versioned-record.ts';
import type { Task } from '../src/volunteers/tasks/task.ts';
import { loadTask, takePlace } from '../src/volunteers/tasks/task-store.ts';
import { newVolunteerId } from '../src/volunteers/volunteer/volunteer.ts';
import { crowd, giveTask } from '../test/volunteers/crowd.ts';
import { chatsOf } from './broadcast/chats.ts';
import { nowMs } from './clock.ts';
import { openMeter } from './meter.ts';
import { openCity } from './open-city.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { openStage } from './processes.ts';
import type { Turn } from './read-turn.ts';
import { anew, loadTurn } from './read-turn.ts';
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
  readonly cpuUs: number;
  readonly seconds: number;
};

/** Handles one tap. */
type Tap = (inbound: Inbound, task: Task, services: Services) => Promise<void>;

const SUBJECTS: Readonly<Record<string, Tap>> = {
  anlin: (inbound, _task, services) => answer(inbound, services),
  'promise-floor': commitAndSend,
  'deciding-floor': decideAndSend,
};

/** Measures many taps on one task within a second: the task fills exactly, and every volunteer gets an answer. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const people = quick ? 2000 : 10_000;
  const rounds = wanted ?? (quick ? 1 : 3);
  const stage = await openStage();
  const runs = new Map<string, Measured[]>(Object.keys(SUBJECTS).map((name) => [name, []]));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, tap] of Object.entries(SUBJECTS)) runs.get(name)?.push(await measureTaps(stage, people, tap));
    }
  } finally {
    await stage.close();
  }
  const rows = [...runs].flatMap(([subject, measured]) => {
    const row = (metric: string, unit: string, of: (run: Measured) => number) =>
      rowOf('tasks', subject, metric, unit, measured.map(of));
    return [
      row('taken', '', ({ taken }) => taken),
      row('answered', '', ({ answered }) => answered),
      row('p50_ms', 'ms', ({ waits }) => percentile(waits, 50)),
      row('p99_ms', 'ms', ({ waits }) => percentile(waits, 99)),
      row('cpu_us', 'µs', ({ cpuUs }) => cpuUs),
      row('redis_commands', '', ({ commandsPerTap }) => commandsPerTap),
      row('until_all_are_answered_s', 's', ({ seconds }) => seconds),
    ];
  });
  const own = runs.get('anlin') ?? [];
  const of = (subject: string, value: (run: Measured) => number) => median((runs.get(subject) ?? []).map(value));
  const p99Of = ({ waits }: Measured) => percentile(waits, 99) / SECOND_MS;
  const [p99, least, floor] = [of('anlin', p99Of), of('promise-floor', p99Of), of('deciding-floor', p99Of)];
  const worst = (of: (run: Measured) => number) => Math.max(...own.map(of));
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
      value: p99,
      bound: 1,
      at: 'most',
      unit: ' s',
      floor: { by: 'the decision, one commit and one message', value: floor },
    },
    {
      what: 'Redis commands a tap',
      value: of('anlin', ({ commandsPerTap }) => commandsPerTap),
      bound: 5,
      at: 'most',
      unit: '',
    },
  ] as const;
  const footer = [
    `${people.toLocaleString('en')} people tap on a task for ${NEEDED} within a second, in one process; ${rounds} rounds.`,
    'p50, p99: from the tap until the API has its answer. Taps arrive faster than one process handles them, so most of it is queueing.',
    'promise-floor: each tap is one commit and one message, sent and settled; nothing is loaded, decided or worded.',
    'deciding-floor: the same, and each tap is first decided as in the product.',
    `Anlin takes ${(p99 / least).toFixed(1)} times as long as the promise floor, and ${(p99 / floor).toFixed(1)} times as long as the deciding floor.`,
  ];
  print(rows, targets, footer, json);
}

async function measureTaps(stage: Stage, people: number, tap: Tap): Promise<Measured> {
  const environment = await stage.environment();
  const meter = openMeter(environment.redisUrl);
  const running = await openCity(environment);
  const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
  await crowd(running.store, urns, Date.now());
  const task = await giveTask(running.store, NEEDED, Date.now());
  const { tapped, times } = timeAnswers(running.services.channels);
  const before = await meter.read();
  const cpuBefore = process.cpuUsage();
  const began = nowMs();
  const taps = urns.map((urn, i) => ({ urn, at: began + (i / people) * SECOND_MS })).values();
  // Telegram queues updates until they are fetched, so a wait begins at the tap.
  const intake = async () => {
    for (const { urn, at } of taps) {
      await sleep(Math.max(0, at - nowMs()));
      tapped(urn, at);
      await tap(tapOn(task, urn), task, running.services);
    }
  };
  await Promise.all(Array.from({ length: UPDATES_AT_ONCE }, intake));
  while (times.length < people) await sleep(5);
  const seconds = (nowMs() - began) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const after = await meter.read();
  const kept = await loadTask(running.store, task.id);
  await running.close();
  meter.close();
  return {
    taken: new Set(kept?.takers).size,
    answered: times.length,
    waits: times,
    commandsPerTap: (after.commands - before.commands) / people,
    cpuUs: (user + system) / people,
    seconds,
  };
}

/** The least that keeps the promises: one commit, which takes a place while there is one, and one fixed message over the outbox. */
async function commitAndSend({ id, from }: Inbound, task: Task, { store, relay }: Services): Promise<void> {
  const message = { to: from, lane: 'reply', body: sealMessage({ text: WORDS }, store) } as const;
  const change = { op: id, person: from, version: 1, fields: {}, messages: [message], audit: [] };
  const place = placesLeft.get(task.id) ?? NEEDED;
  placesLeft.set(task.id, place - 1);
  const kept = { version: 1, clockEpoch: '', record: task, takers: [], waiting: [], parts: {} };
  const taking = place > 0 ? takePlace(store, kept, newVolunteerId(), Date.now()) : NO_CHANGE;
  const done = await commit(store, { ...change, ...taking }, Date.now());
  if (done.type !== 'ok') throw new Error(`The commit met a ${done.type}.`);
  relay.send(done.claimed);
}

/** The same behind the product's own decision, on what one volunteer's turn has loaded. */
async function decideAndSend(inbound: Inbound, task: Task, services: Services): Promise<void> {
  // All taps are decided on the loads of the first: a floor loads nothing more.
  const loading = loadedFor.get(task.id) ?? loadTurn(inbound, services);
  loadedFor.set(task.id, loading);
  const context = anew((await loading).context);
  flowsNeeded(inbound, context);
  if (decide(inbound, context).messages.length === 0) throw new Error('The product would not answer a tap.');
  await commitAndSend(inbound, task, services);
}

const loadedFor = new Map<string, Promise<Turn>>();
const placesLeft = new Map<string, number>();
const WORDS = '这个任务的名额刚刚满了。谢谢您的热心！';

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
