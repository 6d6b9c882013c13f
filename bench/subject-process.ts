import { takeOrder } from './broadcast/take-order.ts';
import { calibrate } from './clock.ts';
import { openMeter } from './meter.ts';
import { openPhones } from './phones.ts';
import type { Cost } from './play.ts';
import { playStep, sum } from './play.ts';
import type { Environment, OpenSubject, Subject } from './subject.ts';

/** The parent's order; see processes.ts. */
export type Order = {
  readonly file: string;
  readonly environment: Environment;
  readonly crowd: Crowd;
};
/** Number of people in each phase. */
export type Crowd = {
  readonly warm: number; // not measured
  readonly crowded: number; // 64 updates in flight
  readonly few: number; // 8 updates in flight
  readonly alone: number; // 1 update in flight
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
  readonly kept: { readonly session: number; readonly person: number };
  readonly roundTrips: Subject['roundTrips'];
};

/** The process id makes the chats unique: several processes may play on one store. */
const FIRST_CHAT = 7_000_000_000 + process.pid * 100_000;

takeOrder<Order, Measured>(run);

/** Opens a subject, warms it up and plays it with 64, 8 and 1 updates in flight. Every talk must end in a report. */
async function run({ file, environment, crowd }: Order): Promise<Measured> {
  const meter = openMeter(environment.redisUrl);
  const { open } = (await import(file)) as { open: OpenSubject };
  const subject = await open(environment);
  const phones = openPhones(environment.apiRoot);
  const playing = { subject, phones, meter };
  const { steps } = subject;
  let chats = 0;
  let kept = { session: 0, person: 0 };
  const play = async (people: number, inFlight: number) => {
    const players = Array.from({ length: people }, (_, i) => FIRST_CHAT + chats + i);
    chats += people;
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
  await play(crowd.warm, 64);
  const speeds = [calibrate()];
  const crowded = await play(crowd.crowded, 64);
  speeds.push(calibrate());
  const few = await play(crowd.few, 8);
  const alone = await play(crowd.alone, 1);
  speeds.push(calibrate());
  const filed = await subject.filed();
  if (filed !== chats) throw new Error(`${file}: ${chats} people reported, but ${filed} reports were filed.`);
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
    kept,
    roundTrips: subject.roundTrips?.filter((_, i) => steps[i]?.timed),
  };
}
