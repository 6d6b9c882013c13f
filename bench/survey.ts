import type { Channel, Inbound, Outgoing, Urn } from '../src/channels/channel.ts';
import { answer } from '../src/conversation/turn.ts';
import { madeUpAnswers, panelOf } from '../src/demo/survey-residents.ts';
import { randomFrom } from '../src/random.ts';
import type { Region } from '../src/regions/region.ts';
import { regionTree } from '../src/regions/region-tree.ts';
import { bulkWrite } from '../src/store/bulk-write.ts';
import type { Write } from '../src/store/commit.ts';
import { newWaveKey } from '../src/surveys/ballot/ballot.ts';
import type { CountedSheet } from '../src/surveys/ballot/response.ts';
import { add, estimateOf, noSums } from '../src/surveys/estimate/estimate.ts';
import { INDICATOR_SETS } from '../src/surveys/estimate/indicator.ts';
import { weigh } from '../src/surveys/estimate/weigh.ts';
import { AGE_GROUPS, HUKOUS } from '../src/surveys/panel/member.ts';
import { QUESTIONNAIRES } from '../src/surveys/questionnaire/questionnaire.ts';
import { resultsOf } from '../src/surveys/results/results.ts';
import { keepSecrets, keepWave } from '../src/surveys/survey-store.ts';
import type { LedgerEntry, Wave } from '../src/surveys/wave/wave.ts';
import { newWaveId, TIMES } from '../src/surveys/wave/wave.ts';
import { openCity } from './anlin.ts';
import { chatsOf } from './broadcast/chats.ts';
import { nowMs } from './clock.ts';
import { openMeter } from './meter.ts';
import type { Options } from './options.ts';
import { openStage } from './processes.ts';
import { median, percentile, print, rowOf } from './report.ts';

const DISTRICTS = 20;
const STREETS = 25;
/** As many as Telegram hands over at once. */
const AT_ONCE = 20;

const [questionnaire] = QUESTIONNAIRES;
const [set] = INDICATOR_SETS;
if (!questionnaire || !set) throw new Error('There is nothing to ask.');
/** The questions of the wave, and the tap that hands it in. */
const TAPS = [
  'begin/start',
  'q1/5',
  'q2/4',
  'm3/99',
  'q4/1',
  'm5/0',
  'm6/0',
  'q7/1',
  'q8/5',
  'q9/4',
  'q10/5',
  'q11/3',
  'q12/2',
  'send/yes',
];

/** What a wave of 100,000 answers over 500 streets takes to estimate, beside one pass over the data; and what an answer costs in chat. */
export async function bench({ json, quick, rounds: wanted }: Options): Promise<void> {
  const rounds = wanted ?? 3;
  const answers = quick ? 20_000 : 100_000;
  const people = quick ? 200 : 1000;
  const estimates = Array.from({ length: rounds }, () => estimating(answers));
  const chats: Answering[] = [];
  const stage = await openStage();
  try {
    for (let round = 0; round < rounds; round += 1) chats.push(await answering(stage, people));
  } finally {
    await stage.close();
  }
  const row = <T>(subject: string, metric: string, unit: string, runs: readonly T[], of: (run: T) => number) =>
    rowOf('survey', subject, metric, unit, runs.map(of));
  const rows = [
    row('estimates', 'seconds', 's', estimates, ({ seconds }) => seconds),
    row('estimates', 'passes_of_the_data', '', estimates, ({ seconds, pass }) => seconds / pass),
    row('estimates', 'memory', 'MB', estimates, ({ megabytes }) => megabytes),
    row('answers', 'p50_ms', 'ms', chats, ({ waits }) => percentile(waits, 50)),
    row('answers', 'p99_ms', 'ms', chats, ({ waits }) => percentile(waits, 99)),
    row('answers', 'redis_commands', '', chats, ({ commands }) => commands),
    row('answers', 'redis_bytes_in', 'B', chats, ({ bytesIn }) => bytesIn),
    row('answers', 'ballot_bytes', 'B', chats, ({ ballotBytes }) => ballotBytes),
  ];
  const targets = [
    {
      what: `estimating ${answers.toLocaleString('en')} answers`,
      value: median(estimates.map(({ seconds }) => seconds)),
      bound: 2,
      at: 'most',
      unit: ' s',
    },
    {
      what: 'memory for it',
      value: median(estimates.map(({ megabytes }) => megabytes)),
      bound: 300,
      at: 'most',
      unit: ' MB',
    },
  ] as const;
  const footer = [
    `estimates: ${answers.toLocaleString('en')} answers to 12 questions over ${DISTRICTS * STREETS} streets: weights, ${set?.indicators.length} indicators by region and group, rules of disclosure; rounds: ${rounds}.`,
    'passes_of_the_data: how many times as long as one pass that adds up one indicator by street (what R’s survey package does at least).',
    `answers: ${people} people answer the whole questionnaire, ${AT_ONCE} at a time; from the tap until the next question has arrived at the API. ballot_bytes: what Redis holds for one ballot.`,
  ];
  print(rows, targets, footer, json);
}

type Estimating = { readonly seconds: number; readonly pass: number; readonly megabytes: number };

function estimating(count: number): Estimating {
  const random = randomFrom(5);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const regions = regionTree(cityOf());
  const streets = regions.all('street');
  const plain = Array.from(
    { length: count },
    (): Omit<CountedSheet, 'weight'> => ({
      street: pick(streets),
      age: pick(AGE_GROUPS),
      sex: random() < 0.5 ? 'female' : 'male',
      hukou: pick(HUKOUS),
      answers: madeUpAnswers(questionnaire as NonNullable<typeof questionnaire>, random),
      flags: [],
    }),
  );
  const census = regions
    .all('district')
    .flatMap((region) =>
      (['female', 'male'] as const).flatMap((sex) =>
        [16, 35, 55].map((from) => ({ region, sex, from, to: from + 18, people: 40_000 })),
      ),
    );
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const began = nowMs();
  const { weights, ...weighting } = weigh(plain, [], 'city', { regions, census });
  const sheets = plain.map((one, i): CountedSheet => ({ ...one, weight: weights[i] ?? 1 }));
  const wave = { ...waveOf('city'), region: 'city' };
  const making = {
    wave,
    set: set as NonNullable<typeof set>,
    sheets,
    weighting,
    regions,
    earlier: [],
    findings: [],
    rates: undefined,
    dropOff: {},
    texts: [],
    people: () => 0,
  };
  const { results } = resultsOf(making);
  const seconds = (nowMs() - began) / 1000;
  const megabytes = (process.memoryUsage().rss - before) / 2 ** 20;
  if (results.indicators.length === 0) throw new Error('Nothing was estimated.');
  const from = nowMs();
  const sums = new Map(streets.map((street) => [street, noSums()]));
  for (const { street, answers, weight } of sheets) {
    const given = answers.S1?.[0];
    const at = sums.get(street);
    if (at && given !== undefined && given !== '9') add(at, given >= '4' ? 1 : 0, weight);
  }
  const found = [...sums.values()].map((one) => estimateOf(one));
  const pass = (nowMs() - from) / 1000;
  if (found.length !== streets.length) throw new Error('A street is missing.');
  return { seconds, pass, megabytes: Math.max(0, megabytes) };
}

function cityOf(): readonly Region[] {
  const districts = Array.from({ length: DISTRICTS }, (_, i) => `d${String(i).padStart(2, '0')}`);
  const region = (id: string, level: Region['level'], parent?: string): Region => ({
    id,
    level,
    names: { 'zh-CN': id },
    ...(parent ? { parent } : {}),
  });
  return [
    region('city', 'city'),
    ...districts.map((id) => region(id, 'district', 'city')),
    ...districts.flatMap((id) =>
      Array.from({ length: STREETS }, (_, i) => region(`${id}s${String(i).padStart(2, '0')}`, 'street', id)),
    ),
  ];
}

function waveOf(region: string): Wave {
  return {
    id: newWaveId(),
    state: 'open',
    questionnaire: questionnaire as NonNullable<typeof questionnaire>,
    indicators: set?.id ?? '',
    region,
    target: 1000,
    by: 'bench',
    openedAt: Date.now(),
    closesAt: Date.now() + TIMES.closesMs,
    strata: [],
    releasedAt: Date.now(),
  };
}

type Answering = {
  readonly waits: readonly number[];
  readonly commands: number;
  readonly bytesIn: number;
  readonly ballotBytes: number;
};

/** Everybody answers the whole questionnaire, tap by tap. */
async function answering(stage: Awaited<ReturnType<typeof openStage>>, people: number): Promise<Answering> {
  const around = await stage.surroundings();
  const meter = openMeter(around.redisUrl);
  const running = await openCity(around);
  const { store } = running;
  const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
  const communities = running.services.city.regions.all('community');
  await bulkWrite(store, panelOf(store, urns, communities, Date.now(), randomFrom(3)));
  const wave = waveOf(running.services.city.regions.all('city')[0] ?? '');
  const entry: LedgerEntry = { stratum: 0, place: 0, disposition: 'invited', invitedAt: Date.now() };
  const ledger = urns.map((urn): Write => ['HSET', store.keys.waveLedger(wave.id), urn, JSON.stringify(entry)]);
  const kept = keepWave(store, wave, undefined).writes;
  await bulkWrite(store, [...kept, keepSecrets(store, wave.id, { key: newWaveKey(), seed: 'bench' }), ...ledger]);
  const arrived = listen(running.services.channels);
  const before = await meter.read();
  let answered = 0;
  const queue = urns.values();
  const one = async () => {
    for (const urn of queue) {
      await arrived.next(urn, () => answer(tapBy(urn, `go/answer-survey/${wave.id}`), running.services));
      for (const tap of TAPS) {
        const session = running.services.persons;
        const talk = (await session.load(urn)).talks.active?.talk ?? '';
        await arrived.next(urn, () => answer(tapBy(urn, `answer-survey/${tap}/${talk}`), running.services));
        answered += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  const after = await meter.read();
  const done = await store.redis.hlen(store.keys.waveBallots(wave.id));
  if (done !== people) throw new Error(`${people} answered, and ${done} ballots are there.`);
  const ballotBytes = Number(await meter.redis.memory('USAGE', store.keys.waveBallots(wave.id), 'SAMPLES', 0)) / people;
  await running.close();
  meter.close();
  return {
    waits: arrived.times,
    commands: (after.commands - before.commands) / answered,
    bytesIn: (after.bytesIn - before.bytesIn) / answered,
    ballotBytes,
  };
}

let taps = 0;
function tapBy(from: Urn, id: string): Inbound {
  taps += 1;
  return { id: `tap:${taps}`, from, at: Date.now(), content: { type: 'choice', id } };
}

/** Waits, after each tap, until the relay has handed its answer to the channel and the channel has sent it. */
function listen(channels: readonly Channel[]) {
  const since = new Map<Urn, { readonly at: number; readonly done: () => void }>();
  const times: number[] = [];
  for (const channel of channels) {
    const send = channel.send.bind(channel);
    const listening = async (to: Urn, message: Outgoing) => {
      const outcome = await send(to, message);
      const waiting = since.get(to);
      if (waiting && outcome.type === 'sent') {
        since.delete(to);
        times.push(nowMs() - waiting.at);
        waiting.done();
      }
      return outcome;
    };
    Object.assign(channel, { send: listening });
  }
  const next = async (urn: Urn, act: () => Promise<void>) => {
    const sent = new Promise<void>((done) => since.set(urn, { at: nowMs(), done }));
    await act();
    await sent;
  };
  return { times, next };
}
