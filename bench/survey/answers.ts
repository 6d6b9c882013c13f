import type { Channel, Inbound, SendOutcome, Urn } from '../../src/channels/channel.ts';
import { answer } from '../../src/conversation/turn.ts';
import { panelOf } from '../../src/demo/history/survey-residents.ts';
import { randomFrom } from '../../src/random.ts';
import { bulkWrite } from '../../src/store/bulk-write.ts';
import type { Write } from '../../src/store/commit.ts';
import { newWaveKey } from '../../src/surveys/ballot/ballot.ts';
import { encode } from '../../src/surveys/wave/ledger-store.ts';
import { keepSecrets } from '../../src/surveys/wave/secrets-store.ts';
import type { LedgerEntry } from '../../src/surveys/wave/wave.ts';
import { keepWave } from '../../src/surveys/wave/wave-store.ts';
import { chatsOf } from '../broadcast/chats.ts';
import { nowMs } from '../clock.ts';
import { openMeter } from '../meter.ts';
import { openCity } from '../open-city.ts';
import type { Stage } from '../processes.ts';
import { watchSends } from '../watch-sends.ts';
import { waveOf } from './wave.ts';

/** People who answer at the same time; Telegram hands over as many updates at once. */
export const PEOPLE_AT_ONCE = 20;
/** The questions of the wave, and the tap that submits the ballot. */
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

/** One run. `waits`: ms from each tap until the API has answered the next question. */
export type AnswerRun = {
  readonly waits: readonly number[];
  readonly commands: number;
  readonly bytesIn: number;
  readonly ballotBytes: number;
};

/** Lets people answer the whole questionnaire tap by tap, several at a time. */
export async function measureAnswers(stage: Stage, people: number): Promise<AnswerRun> {
  const environment = await stage.environment();
  const meter = openMeter(environment.redisUrl);
  const running = await openCity(environment);
  const { store } = running;
  const urns = chatsOf(people).map((chat): Urn => `telegram:${chat}`);
  const communities = running.services.city.regions.all('community');
  await bulkWrite(store, panelOf(store, urns, communities, Date.now(), randomFrom(3)));
  const wave = waveOf(running.services.city.regions.all('city')[0] ?? '');
  const entry: LedgerEntry = { stratum: 0, place: 0, disposition: 'invited', invitedAt: Date.now() };
  const ledger = urns.map((urn): Write => ['HSET', store.keys.waveLedger(wave.id), urn, encode(entry)]);
  const kept = keepWave(store, wave, undefined).writes;
  await bulkWrite(store, [...kept, keepSecrets(store, wave.id, { key: newWaveKey(), seed: 'bench' }), ...ledger]);
  const arrived = timeAnswers(running.services.channels);
  const before = await meter.read();
  let answered = 0;
  const queue = urns.values();
  const answerAll = async () => {
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
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, answerAll));
  const after = await meter.read();
  const done = await store.redis.hlen(store.keys.waveBallots(wave.id));
  if (done !== people) throw new Error(`${people} people answered, but the wave has ${done} ballots.`);
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

/** Times each answer, from a tap until the channel has sent the next message. */
function timeAnswers(channels: readonly Channel[]) {
  const waiting = new Map<Urn, { readonly at: number; readonly done: () => void }>();
  const times: number[] = [];
  const ended = (to: Urn, outcome: SendOutcome) => {
    const tap = waiting.get(to);
    if (!tap || outcome.type !== 'sent') return;
    waiting.delete(to);
    times.push(nowMs() - tap.at);
    tap.done();
  };
  for (const channel of channels) watchSends(channel, { ended });
  const next = async (urn: Urn, act: () => Promise<void>) => {
    const sent = new Promise<void>((done) => waiting.set(urn, { at: nowMs(), done }));
    await act();
    await sent;
  };
  return { times, next };
}
