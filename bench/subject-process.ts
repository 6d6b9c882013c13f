import { calibrate } from './clock.ts';
import { openMeter } from './meter.ts';
import { openPhones } from './phones.ts';
import type { Cost } from './play.ts';
import { playStep, sum } from './play.ts';
import type { OpenSubject, Subject, Surroundings } from './subject.ts';

/** What the parent wants measured; see processes.ts. */
export type Order = {
  readonly file: string;
  readonly around: Surroundings;
  readonly crowd: Crowd;
};
/** How many people play at each number of updates in flight. */
export type Crowd = {
  readonly warm: number;
  readonly crowded: number;
  readonly few: number;
  readonly alone: number;
};
/** One run of one subject. */
export type Measured = {
  readonly calibrationMs: number;
  readonly crowded: Cost;
  /** The steps between the timed ones, 64 in flight; undefined if there are none. */
  readonly between: Cost | undefined;
  readonly few: Cost;
  readonly alone: Cost;
  /** API calls by timed step. */
  readonly calls: readonly number[];
  readonly kept: { readonly session: number; readonly person: number };
  readonly roundTrips: Subject['roundTrips'];
};

/** Others in each process, since a store may be played on more than once. */
const FIRST_CHAT = 7_000_000_000 + process.pid * 100_000;

process.once('message', (order: Order) => {
  run(order).then(
    (measured) => process.send?.({ measured }, () => process.exit(0)),
    (error) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }, () => process.exit(1)),
  );
});
process.on('disconnect', () => process.exit(1));

/** A subject is opened, warmed up and played by a crowd with 64, then 8, then 1 in flight; every talk must end in a report. */
async function run({ file, around, crowd }: Order): Promise<Measured> {
  const meter = openMeter(around.redisUrl);
  const { open } = (await import(file)) as { open: OpenSubject };
  const subject = await open(around);
  const phones = openPhones(around.apiRoot);
  const playing = { subject, phones, meter };
  const { steps } = subject;
  let chats = 0;
  let kept = { session: 0, person: 0 };
  const play = async (people: number, inFlight: number) => {
    const those = Array.from({ length: people }, (_, i) => FIRST_CHAT + chats + i);
    chats += people;
    await subject.prepare(those);
    // Once, not at every step: a collection that is forced throws away compiled code, which no server does.
    globalThis.gc?.();
    const costs: Cost[] = [];
    for (const step of steps) {
      if (step === steps.at(-1)) kept = await subject.kept(those[0] ?? 0);
      costs.push(await playStep(playing, step, those, inFlight));
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
