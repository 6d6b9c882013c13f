import type { Urn } from '../channels/channel.ts';
import { staffIn } from '../people/role.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import { asking } from '../store/store.ts';
import { watchAlone } from '../store/watch-alone.ts';
import { MAY_ASK } from '../surveys/my-surveys-flow.ts';
import { stepOfWave } from '../surveys/survey-clock.ts';
import { leaveSurveys, loadWave } from '../surveys/survey-store.ts';
import { commitTelling } from './news.ts';
import type { House } from './turn.ts';

const EVERY_MS = 500;
const BATCH = 20;
/** What cannot be done now is tried again after this. */
const LATER_MS = 60_000;

/** Lets surveys go on: waves are drawn, people invited and reminded, ballots counted, and organisers told. */
export function watchSurveys(house: House): Promise<{ close(): Promise<void> }> {
  const { store, log, now } = house;
  return watchAlone(store, 'surveys', EVERY_MS, log, async (stopping) => {
    for (const urn of await asking(store.redis.zrange(store.keys.surveysLeaving, 0, String(BATCH - 1))))
      await takeOut(urn as Urn, house); // written by forgetting
    const due = [store.keys.wavesClock, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
    for (const id of await asking(store.redis.zrange(...due))) {
      if (stopping()) return;
      await step(id, house).catch((error) => log.warn({ err: error }, 'a wave could not be looked after'));
    }
    for (const news of await asking(store.redis.zrange(store.keys.wavesNews, 0, String(BATCH - 1)))) {
      if (stopping()) return;
      await tell(news, house);
    }
  });
}

async function step(id: string, house: House): Promise<void> {
  const { store, city, now } = house;
  const kept = await loadWave(store, id);
  // What fails is tried again, but not at once: a city's answers take a while to count.
  const taken = kept && (await stepOfWave(store, kept, city, now()).catch((error) => failed(error, house)));
  const later = ['ZADD', store.keys.wavesClock, now() + LATER_MS, id] as const;
  const { op, tells, ...change } = taken ?? { op: `wave-later:${id}:${now()}`, tells: [], checks: [], writes: [later] };
  await commitTelling({ ...change, op, what: 'wave_stepped' }, tells, house, true);
}

function failed(error: unknown, { log }: House): undefined {
  log.warn({ err: error }, 'a wave could not be looked after');
  return undefined;
}

/** What happened to a wave, told once to those who may ask its region. */
async function tell(news: string, house: House): Promise<void> {
  const { store, city } = house;
  const [id = '', what = ''] = news.split(' ');
  const wave = (await loadWave(store, id))?.record;
  const scopes = wave ? city.regions.chain(wave.region) : [];
  const found = await Promise.all(wave ? MAY_ASK.map((role) => staffIn(store, role, scopes)) : []);
  const said = {
    key: `flows/my-surveys:news.${what}`,
    values: {
      title: { names: wave?.questionnaire.title ?? {} },
      region: { place: { region: wave?.region ?? '' } },
      hash: wave?.seedHash ?? '',
    },
    buttons: [{ label: 'flows/my-surveys:look', flow: 'my-surveys', argument: id }],
  } as const;
  const done = ['ZREM', store.keys.wavesNews, news] as const;
  const told = [...new Set(found.flat())].map((urn) => [urn, said] as const);
  await commitTelling({ op: `wave-news:${news}`, what: 'wave_told', checks: [], writes: [done] }, told, house);
}

/** Who was forgotten is asked no more, and what they answered in an open wave goes. */
async function takeOut(urn: Urn, { store, now }: House): Promise<void> {
  const writes = [...(await leaveSurveys(store, urn)), ['ZREM', store.keys.surveysLeaving, urn] as const];
  // By the time and not by the person, whose name would stay in what was seen.
  await commitAsHouse(
    store,
    { op: `survey-leave:${store.pseudonym(urn)}:${now()}`, what: 'panel_left', checks: [], writes },
    now(),
  );
}
