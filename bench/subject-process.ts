import { takeOrder } from './broadcast/take-order.ts';
import { calibrate } from './clock.ts';
import { openMeter } from './meter.ts';
import { openPhones } from './phones.ts';
import type { Cost } from './play.ts';
import { playStep, sum } from './play.ts';
import type { Crowd, Environment, OpenSubject, Subject } from './subject.ts';
import { chatOf, SCOUTS } from './subject.ts';

/** The parent's order; see processes.ts. */
export type Order = {
  readonly file: string;
  readonly environment: Environment;
  readonly crowd: Crowd;
};
/** One run of one subject. */
export type Measured = {
  readonly calibrationMs: number;
  readonly crowded: Cost;
  /** Cost of the untimed steps with 64 in flight; undefined if there are none. */
  readonly between: Cost | undefined;
  readonly few: Cost;
  readonly alone: Cost;
  /** API calls of each timed step. */
  readonly calls: readonly number[];
  /** Messages sent and edited for each player, of each step. */
  readonly messages: readonly string[];
  readonly kept: { readonly session: number; readonly person: number };
  readonly roundTrips: Subject['roundTrips'];
  readonly recorded: Subject['recorded'];
};

takeOrder<Order, Measured>(run);

/** Opens a subject, warms it up and plays it with 64, 8 and 1 updates in flight. Every talk must end in a report. */
async function run({ file, environment, crowd }: Order): Promise<Measured> {
  const meter = openMeter(environment.redisUrl);
  const { open } = (await import(file)) as { open: OpenSubject };
  const subject = await open(environment);
  const phones = openPhones(environment.apiRoot, environment.chats);
  const playing = { subject, phones, meter };
  const { steps } = subject;
  let people = SCOUTS;
  let kept = { session: 0, person: 0 };
  const play = async (count: number, inFlight: number) => {
    const players = Array.from({ length: count }, (_, i) => chatOf(environment, people + i));
    people += count;
    await subject.prepare(players);
    // Once, not at every step: a forced collection discards compiled code, which no server does.
    globalThis.gc?.();
    const costs: Cost[] = [];
    for (const step of steps) {
      if (step === steps.at(-1)) kept = await subject.kept(players[0] ?? 0);
      costs.push(await playStep(playing, step, players, inFlight));
    }
    return costs;
  };
  await play(Math.ceil(crowd.warmUpdates / steps.length), 64);
  const speeds = [calibrate()];
  const crowded = await play(crowd.crowded, 64);
  speeds.push(calibrate());
  const few = await play(crowd.few, 8);
  const alone = await play(crowd.alone, 1);
  speeds.push(calibrate());
  const filed = await subject.filed();
  const players = people - SCOUTS;
  if (filed !== players) throw new Error(`${file}: ${players} people reported, but ${filed} reports were filed.`);
  const only = (costs: readonly Cost[], timed: boolean) => costs.filter((_, i) => steps[i]?.timed === timed);
  const between = only(crowded, false);
  await subject.close();
  return {
    calibrationMs: speeds.reduce((all, ms) => all + ms, 0) / speeds.length,
    crowded: sum(only(crowded, true)),
    between: between.length > 0 ? sum(between) : undefined,
    few: sum(only(few, true)),
    alone: sum(only(alone, true)),
    calls: only(crowded, true).map(({ apiCalls, updates }) => Math.round(apiCalls / updates)),
    messages: crowded.map(({ sent, edited, updates }) => `${sent / updates} sent, ${edited / updates} edited`),
    kept,
    roundTrips: subject.roundTrips?.filter((_, i) => steps[i]?.timed),
    recorded: subject.recorded,
  };
}
