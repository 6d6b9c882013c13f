import { takeOrders } from './broadcast/take-order.ts';
import { calibrate } from './clock.ts';
import { openMeter } from './meter.ts';
import { openPhones } from './phones.ts';
import type { Cost } from './play.ts';
import { playStep, sum } from './play.ts';
import type { Crowd, Environment, KeptBytes, OpenSubject, Subject } from './subject.ts';
import { chatOf, SCOUTS } from './subject.ts';

/** The parent's first order; see processes.ts. */
export type Order = { readonly file: string; readonly environment: Environment };
/** What is known of an open subject before it is measured. */
export type Opened = { readonly [K in 'roundTrips' | 'recorded']: Subject[K] | undefined };
/** One measurement of one subject. */
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
  readonly kept: KeptBytes;
};

takeOrders<Order, Opened, Crowd, Measured>(open);

/** Opens a subject. Each order plays it with 64, 8 and 1 updates in flight; every talk must end in a report. */
async function open({ file, environment }: Order) {
  const meter = openMeter(environment.redisUrl);
  const { open: openNamed } = (await import(file)) as { open: OpenSubject };
  const subject = await openNamed(environment);
  const phones = openPhones(environment.apiRoot, environment.chats);
  const playing = { subject, phones, meter };
  const { steps } = subject;
  let people = SCOUTS;
  let kept: KeptBytes = { session: 0, person: 0 };
  const play = async (count: number, inFlight: number) => {
    const players = Array.from({ length: count }, (_, i) => chatOf(environment, people + i));
    people += count;
    await subject.prepare(players);
    const costs: Cost[] = [];
    for (const step of steps) {
      const [player] = players;
      if (step === steps.at(-1) && player !== undefined) kept = await subject.kept(player);
      costs.push(await playStep(playing, step, players, inFlight));
    }
    return costs;
  };
  const timed = (costs: readonly Cost[], wanted = true) => costs.filter((_, i) => steps[i]?.timed === wanted);
  const take = async (crowd: Crowd): Promise<Measured> => {
    const before = calibrate();
    const crowded = await play(crowd.crowded, 64);
    const few = await play(crowd.few, 8);
    const alone = await play(crowd.alone, 1);
    const calibrationMs = (before + calibrate()) / 2;
    const filed = await subject.filed();
    const players = people - SCOUTS;
    if (filed !== players) throw new Error(`${file}: ${players} people reported, but ${filed} reports were filed.`);
    const between = timed(crowded, false);
    return {
      calibrationMs,
      crowded: sum(timed(crowded)),
      between: between.length > 0 ? sum(between) : undefined,
      few: sum(timed(few)),
      alone: sum(timed(alone)),
      calls: timed(crowded).map(({ apiCalls, updates }) => Math.round(apiCalls / updates)),
      messages: crowded.map(({ sent, edited, updates }) => `${sent / updates} sent, ${edited / updates} edited`),
      kept,
    };
  };
  const { recorded } = subject;
  const roundTrips = subject.roundTrips?.filter((_, i) => steps[i]?.timed);
  return { opened: { recorded, roundTrips }, take };
}
