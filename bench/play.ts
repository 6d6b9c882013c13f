import { setTimeout as sleep } from 'node:timers/promises';
import { nowMs } from './clock.ts';
import type { Meter } from './meter.ts';
import type { Arrived, Phones } from './phones.ts';
import { isMessage } from './phones.ts';
import type { Step, Subject } from './subject.ts';
import { updateFor } from './updates.ts';

/** Total cost of a number of updates. */
export type Cost = {
  readonly updates: number;
  readonly seconds: number;
  readonly cpuUs: number;
  /** The part of `cpuUs` after the last update was handled. */
  readonly cpuAfterUs: number;
  readonly commands: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly redisCpuUs: number;
  readonly apiCalls: number;
  /** Bytes of the messages sent and edited: the least that a lasting queue of messages must hold. */
  readonly messageBytes: number;
  /** Messages sent and edited in the chats of the players. */
  readonly sent: number;
  readonly edited: number;
  /** For each update: ms from its start until its last message arrived. */
  readonly answeredMs: readonly number[];
  /** For each update: ms from its start until it was handled and durable. */
  readonly handledMs: readonly number[];
};

type Playing = { readonly subject: Subject; readonly phones: Phones; readonly meter: Meter };

/** A warm-up plays a step with thousands of people. */
const STEP_WITHIN_MS = 300_000;

/** Plays one step in every chat, with `inFlight` updates at a time. The updates are made before the clock starts. */
export async function playStep(
  { subject, phones, meter }: Playing,
  step: Step,
  chats: readonly number[],
  inFlight: number,
): Promise<Cost> {
  const inputs = chats.map((chat) => ({ chat, update: updateFor(step.act, chat, phones.shows(chat)) }));
  const began = new Map<number, number>();
  const handled = new Map<number, number>();
  const before = await meter.read();
  let next = 0;
  const person = async () => {
    for (let input = inputs[next++]; input; input = inputs[next++]) {
      began.set(input.chat, nowMs());
      await subject.take(input.update, input.chat, step.messages);
      handled.set(input.chat, nowMs());
    }
  };
  const cpuBefore = process.cpuUsage();
  const start = nowMs();
  await withTimeout(Promise.all(Array.from({ length: inFlight }, person)), `step ${step.name}`);
  const handledAll = process.cpuUsage(cpuBefore);
  await subject.quiet();
  const seconds = (nowMs() - start) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  const after = await meter.read();
  await sleep(20); // acknowledgements may still be on their way; no turn waits for them
  const arrived = await phones.look();
  const players = new Set(chats);
  const own = arrived.filter((call) => isMessage(call) && players.has(call.chat));
  const answered = answersOf(own, chats, step);
  const since = (times: ReadonlyMap<number, number>) => chats.map((chat) => at(times, chat) - at(began, chat));
  return {
    updates: inputs.length,
    seconds,
    cpuUs: cpu.user + cpu.system,
    cpuAfterUs: cpu.user + cpu.system - handledAll.user - handledAll.system,
    commands: after.commands - before.commands,
    bytesIn: after.bytesIn - before.bytesIn,
    bytesOut: after.bytesOut - before.bytesOut,
    redisCpuUs: after.redisCpuUs - before.redisCpuUs,
    apiCalls: arrived.length,
    messageBytes: own.reduce((bytes, call) => bytes + call.bytes, 0),
    sent: own.filter(({ method }) => method !== 'editMessageText').length,
    edited: own.filter(({ method }) => method === 'editMessageText').length,
    answeredMs: since(answered),
    handledMs: since(handled),
  };
}

/** Adds several costs. */
export function sum(costs: readonly Cost[]): Cost {
  const total = (of: (cost: Cost) => number) => costs.reduce((all, cost) => all + of(cost), 0);
  return {
    updates: total((c) => c.updates),
    seconds: total((c) => c.seconds),
    cpuUs: total((c) => c.cpuUs),
    cpuAfterUs: total((c) => c.cpuAfterUs),
    commands: total((c) => c.commands),
    bytesIn: total((c) => c.bytesIn),
    bytesOut: total((c) => c.bytesOut),
    redisCpuUs: total((c) => c.redisCpuUs),
    apiCalls: total((c) => c.apiCalls),
    messageBytes: total((c) => c.messageBytes),
    sent: total((c) => c.sent),
    edited: total((c) => c.edited),
    answeredMs: costs.flatMap((c) => c.answeredMs),
    handledMs: costs.flatMap((c) => c.handledMs),
  };
}

/** Returns the arrival of each chat's last message. Throws if a chat got fewer messages than the step requires; extra edits are allowed. */
function answersOf(arrived: readonly Arrived[], chats: readonly number[], { name, messages }: Step) {
  const byChat = Map.groupBy(arrived, ({ chat }) => chat);
  return new Map(
    chats.map((chat) => {
      const times = (byChat.get(chat) ?? []).map((call) => call.at);
      if (times.length < messages) {
        throw new Error(`Step ${name}: chat ${chat} got ${times.length} of ${messages} messages.`);
      }
      return [chat, Math.max(...times)];
    }),
  );
}

function at(times: ReadonlyMap<number, number>, chat: number): number {
  return times.get(chat) ?? Number.NaN;
}

async function withTimeout(work: Promise<unknown>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`${what} did not finish within 5 minutes.`)), STEP_WITHIN_MS);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
