import { keepBroadcast } from '../broadcasts/broadcast-store.ts';
import { draftOf } from '../broadcasts/draft.ts';
import type { Urn } from '../channels/channel.ts';
import type { Said, Values } from '../delivery/effects.ts';
import { staffIn } from '../people/role.ts';
import { commitAsHouse } from '../store/commit-as-house.ts';
import { asking } from '../store/store.ts';
import { watchAlone } from '../store/watch-alone.ts';
import type { Weakness } from '../surveys/closed-loop.ts';
import { answeredIn, weaknessesIn } from '../surveys/closed-loop.ts';
import { setOf } from '../surveys/indicator.ts';
import { MAY_ASK } from '../surveys/my-surveys-flow.ts';
import { shownText } from '../surveys/result-card.ts';
import { stepOfWave } from '../surveys/survey-clock.ts';
import { leaveSurveys, loadResults, loadWave, resultsBefore } from '../surveys/survey-store.ts';
import type { Wave } from '../surveys/wave.ts';
import { commitTelling, readerOf } from './news.ts';
import { renderSaid } from './render.ts';
import type { House } from './turn.ts';

const EVERY_MS = 500;
const BATCH = 20;
/** What cannot be done now is tried again after this. */
const LATER_MS = 60_000;

/** Lets surveys go on: waves are drawn, people invited and reminded, ballots counted, and organisers told. */
export function watchSurveys(house: House): Promise<{ close(): Promise<void> }> {
  const { store, log, now } = house;
  const trying = async (what: string, work: () => Promise<void>) =>
    work().catch((error) => log.warn({ err: error }, `${what} could not be looked after`));
  return watchAlone(store, 'surveys', EVERY_MS, log, async (stopping) => {
    for (const urn of await asking(store.redis.zrange(store.keys.surveysLeaving, 0, String(BATCH - 1))))
      await trying('somebody who left', () => takeOut(urn as Urn, house)); // written by forgetting
    const due = [store.keys.wavesClock, '-inf', String(now()), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
    for (const id of await asking(store.redis.zrange(...due))) {
      if (stopping()) return;
      await trying('a wave', () => step(id, house));
    }
    for (const news of await asking(store.redis.zrange(store.keys.wavesNews, 0, String(BATCH - 1)))) {
      if (stopping()) return;
      await trying('news of a wave', () => tell(news, house));
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

/** What happened to a wave, told once to those who may ask its region; once it is closed, with what might be done about it. */
async function tell(news: string, house: House): Promise<void> {
  const { store } = house;
  const [id = '', what = ''] = news.split(' ');
  const wave = (await loadWave(store, id))?.record;
  const said = {
    key: `flows/my-surveys:news.${what}`,
    values: { ...namesOf(wave), hash: wave?.seedHash ?? '' },
    buttons: [{ label: 'flows/my-surveys:look', flow: 'my-surveys', argument: id }],
  } as const;
  const urns = wave ? await askersOf(wave, house) : [];
  if (wave && what === 'closed') await proposeCampaigns(wave, urns, house);
  const done = ['ZREM', store.keys.wavesNews, news] as const;
  const told = urns.map((urn) => [urn, said] as const);
  await commitTelling({ op: `wave-news:${news}`, what: 'wave_told', checks: [], writes: [done] }, told, house);
}

async function askersOf({ region }: Wave, { store, city }: House): Promise<readonly Urn[]> {
  const scopes = city.regions.chain(region);
  return [...new Set((await Promise.all(MAY_ASK.map((role) => staffIn(store, role, scopes)))).flat())];
}

function namesOf(wave: Wave | undefined): Values {
  return { title: { names: wave?.questionnaire.title ?? {} }, region: { place: { region: wave?.region ?? '' } } };
}

/** A weakness that is no chance becomes the draft of an announcement to its region; what became of an earlier one, another: you said, we did. */
async function proposeCampaigns(wave: Wave, urns: readonly Urn[], house: House): Promise<void> {
  const { store } = house;
  const set = setOf(wave.indicators);
  const results = await loadResults(store, wave.id);
  if (!results) return;
  const before = await resultsBefore(store, wave);
  for (const weakness of weaknessesIn(results, set)) await propose('weak', wave, weakness, {}, urns, house);
  for (const answered of before ? answeredIn(results, before, set) : []) {
    const { change, before: was } = answered;
    const values = {
      change: { key: `common:survey.change.${change.direction}` } as const,
      before: shownText(was),
      lo: change.lo,
      hi: change.hi,
    };
    await propose('did', wave, answered, values, urns, house);
  }
}

/** Long enough for somebody to look at it. */
const PROPOSAL_STALE_MS = 7 * 24 * 3600_000;

async function propose(
  kind: 'weak' | 'did',
  wave: Wave,
  { indicator, region, shown }: Weakness,
  more: Values,
  urns: readonly Urn[],
  house: House,
): Promise<void> {
  const { store, city, wording, now } = house;
  const values: Values = {
    ...namesOf(wave),
    ...more,
    region: { place: { region } },
    indicator: { names: indicator.name },
    share: shownText(shown),
  };
  const inAll = (key: Said['key']) =>
    Object.fromEntries(
      wording.languages.map((language) => [language, renderSaid({ key, values }, readerOf(language, house)).text]),
    );
  const title = inAll(`flows/my-surveys:${kind}.headline`)['zh-CN'] ?? '';
  const draft = draftOf(
    {
      title,
      words: inAll(`flows/my-surveys:${kind}.words`),
      region,
      kind: 'announcement',
      buttons: ['heard', 'reply'],
      staleAfterMs: PROPOSAL_STALE_MS,
    },
    city.regions,
    now(),
  );
  const said: Said = {
    key: `flows/my-surveys:${kind}.news`,
    values,
    buttons: [{ label: 'flows/my-surveys:weak.look', flow: 'my-broadcasts', argument: draft.id }],
  };
  const change = {
    op: `campaign:${wave.id}:${kind}:${indicator.code}:${region}`,
    what: 'campaign_proposed',
    ...keepBroadcast(store, draft),
  };
  await commitTelling(
    change,
    urns.map((urn) => [urn, said] as const),
    house,
  );
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
