import { setTimeout as sleep } from 'node:timers/promises';
import { addCase } from '../src/cases/case-store.ts';
import type { Urn } from '../src/channels/channel.ts';
import { NEW_CITY } from '../src/city/new-city.ts';
import type { Running } from '../src/open.ts';
import { commit } from '../src/store/commit.ts';
import { chatsOf } from './broadcast/chats.ts';
import { pointsIn, reportAt } from './cases.ts';
import { nowMs } from './clock.ts';
import { openMeter } from './meter.ts';
import { openCity } from './open-city.ts';
import type { Options } from './options.ts';
import type { Stage } from './processes.ts';
import { openStage } from './processes.ts';
import { median, print, rowOf } from './report.ts';
import { watchSends } from './watch-sends.ts';

/** Reports that are filed at the same time. */
const FILED_AT_ONCE = 100;
const POLL_MS = 5;

type Measured = {
  readonly filedSeconds: number;
  /** From the first filing until no news waits and no message is unsent. */
  readonly toldSeconds: number;
  readonly notices: number;
  readonly commands: number;
};

/** Measures how soon the dispatchers know of many cases that are filed at once. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const cases = quick ? 2000 : 10_000;
  const rounds = wanted ?? (quick ? 1 : 3);
  const runs: Measured[] = [];
  const stage = await openStage();
  try {
    for (let round = 0; round < rounds; round += 1) runs.push(await measureNews(stage, cases));
  } finally {
    await stage.close();
  }
  const row = (metric: string, unit: string, of: (run: Measured) => number) =>
    rowOf('news', `anlin-${cases}-cases`, metric, unit, runs.map(of));
  const rows = [
    row('until_filed_s', 's', ({ filedSeconds }) => filedSeconds),
    row('until_told_s', 's', ({ toldSeconds }) => toldSeconds),
    row('after_the_last_s', 's', ({ toldSeconds, filedSeconds }) => toldSeconds - filedSeconds),
    row('redis_commands', '', ({ commands }) => commands / cases),
    row('notices', '', ({ notices }) => notices),
  ];
  const targets = [
    {
      what: `until the last of ${cases.toLocaleString('en')} cases is told`,
      value: median(runs.map(({ toldSeconds }) => toldSeconds)),
      bound: 10,
      at: 'most',
      unit: ' s',
    },
  ] as const;
  const footer = [
    `${cases.toLocaleString('en')} people file a case each, ${FILED_AT_ONCE} at a time, while the job that tells of cases runs in the same process; ${rounds} rounds.`,
    'until_told: from the first filing until the news of each case was handled and every notice was sent; after_the_last: from the last filing on. redis_commands: of filing and telling, a case.',
    'A dispatcher gets one notice until the next own message, so a burst is few notices; the work list and the digest name the cases.',
  ];
  print(rows, targets, footer, json);
}

async function measureNews(stage: Stage, cases: number): Promise<Measured> {
  const environment = await stage.environment();
  const meter = openMeter(environment.redisUrl);
  const running = await openCity(environment);
  let notices = 0;
  for (const channel of running.services.channels) watchSends(channel, { ended: () => (notices += 1) });
  const before = await meter.read();
  const began = nowMs();
  await fileAll(running, cases);
  const filed = nowMs();
  const { keys } = running.store;
  const waiting = async () => (await meter.redis.zcard(keys.casesNews)) + (await meter.redis.hlen(keys.outbox));
  while ((await waiting()) > 0) await sleep(POLL_MS);
  const ended = nowMs();
  const after = await meter.read();
  if (notices === 0) throw new Error('No dispatcher was told.');
  await running.close();
  meter.close();
  return {
    filedSeconds: (filed - began) / 1000,
    toldSeconds: (ended - began) / 1000,
    notices,
    commands: after.commands - before.commands,
  };
}

/** Files the cases as the talk commits them, without the talk. */
async function fileAll({ store, services: { city } }: Running, cases: number): Promise<void> {
  const pointIn = pointsIn(city);
  const leaves = NEW_CITY.categories.filter(({ group }) => group !== undefined).map(({ code }) => code);
  const reporters = chatsOf(cases).entries();
  const fileNext = async () => {
    for (const [i, chat] of reporters) {
      const person: Urn = `telegram:${chat}`;
      const report = reportAt(city, pointIn(), leaves[i % leaves.length] ?? '', Date.now());
      const rest = {
        version: 0,
        fields: {},
        messages: [],
        audit: [{ what: 'case_filed', who: store.pseudonym(person) }],
      };
      const change = { op: `file:${report.id}`, person, ...rest, ...addCase(store, report, person) };
      const done = await commit(store, change, Date.now());
      if (done.type !== 'ok') throw new Error(`The commit of a case met a ${done.type}.`);
    }
  };
  await Promise.all(Array.from({ length: FILED_AT_ONCE }, fileNext));
}
