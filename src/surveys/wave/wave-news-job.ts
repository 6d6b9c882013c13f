import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { keepBroadcast } from '../../broadcasts/broadcast-store.ts';
import { proposedBroadcast } from '../../broadcasts/compose/proposed-broadcast.ts';
import { DAY_MS } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { LocalizedMessage, Value, Values } from '../../delivery/outcome.ts';
import { DEFAULT_LANGUAGE } from '../../i18n.ts';
import { commitAndNotify, readerOf } from '../../notify/notify.ts';
import { renderMessage } from '../../notify/render-message.ts';
import type { Services } from '../../notify/services.ts';
import { staffWith } from '../../people/role.ts';
import type { Write } from '../../store/commit.ts';
import { orStoreAway } from '../../store/store.ts';
import { indicatorSet } from '../estimate/indicator.ts';
import { shownText } from '../results/result-card.ts';
import { loadResults, loadResultsBefore } from '../results/results-store.ts';
import { shareInWords } from '../results/share-in-words.ts';
import type { Weakness } from './closed-loop.ts';
import { findWeaknesses, followUpWeaknesses } from './closed-loop.ts';
import { auditorsOf } from './open-wave.ts';
import type { Wave } from './wave.ts';
import { MAY_RUN_SURVEYS } from './wave.ts';
import { loadWave, queueWaveNews } from './wave-store.ts';

const EVERY_MS = 500;
const BATCH = 20;
/** Time that organisers have to look at a proposed announcement. */
const PROPOSAL_STALE_MS = 7 * DAY_MS;

/** Notifies organisers of events of waves; proposes announcements from the results of a closed one. */
export function waveNewsJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'wave-news',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (_now, stopping) => {
      const waiting = await orStoreAway(store.redis.zrange(store.keys.wavesNews, 0, String(BATCH - 1)));
      const work = (news: string) => tell(news, services);
      return { told: await eachOrLog(waiting, { log, what: 'news of a wave', stopping, work }) };
    },
  };
}

/** Handles one queue entry `<WaveId> <event>`. */
async function tell(news: string, services: Services): Promise<void> {
  const { store, city, now } = services;
  const [id = '', what = ''] = news.split(' ');
  const wave = (await loadWave(store, id))?.record;
  const said = {
    key: `flows/my-surveys:news.${what}`,
    values: { ...namesOf(wave), ...fingerprintsOf(wave) },
    buttons: [{ label: 'flows/my-surveys:look', flow: 'my-surveys', argument: id }],
  } as const;
  const around = wave ? city.regions.chain(wave.region) : [];
  const organisers = wave ? await staffWith(store, MAY_RUN_SURVEYS, around) : [];
  const done = ['ZREM', store.keys.wavesNews, news] as const;
  if (wave && what === 'half') return askAuditors(wave, done, services);
  if (wave && what === 'draft') return draftResults(wave, organisers, done, services);
  if (wave && what === 'proposals') await proposeCampaigns(wave, organisers, services);
  const notices = what === 'proposals' ? [] : organisers.map((to) => ({ to, said }));
  // Only the office publishes the hash by which others check the draw.
  const office = wave && what === 'open' ? await staffWith(store, ['office'], around) : [];
  const seed = { ...said, key: 'flows/my-surveys:news.seed' } as const;
  // Proposals follow the closing message.
  const next = wave && what === 'closed' ? [queueWaveNews(store, wave.id, 'proposals', now())] : [];
  await commitAndNotify(
    { op: `wave-news:${news}`, what: 'wave_told', checks: [], writes: [done, ...next] },
    [...notices, ...office.map((to) => ({ to, said: seed }))],
    services,
  );
}

function namesOf(wave: Wave | undefined): Values {
  return { title: { names: wave?.questionnaire.title ?? {} }, region: { place: { region: wave?.region ?? '' } } };
}

/** The hashes that fix a draw, as the office publishes them. */
function fingerprintsOf(wave: Wave | undefined): Values {
  const [first, second] = wave?.halfHashes ?? ['', ''];
  const by = { key: `common:survey.second_half.${wave?.secondBy ?? 'server'}` } as const;
  return { hash: wave?.seedHash ?? '', frame: wave?.frameHash ?? '', first, second, by };
}

/** Asks the auditors of the region for the second half of the seed. */
async function askAuditors(wave: Wave, done: Write, services: Services): Promise<void> {
  const said = {
    key: 'flows/add-half:news',
    values: namesOf(wave),
    buttons: [{ label: 'flows/add-half:start', flow: 'add-half', argument: wave.id }],
  } as const;
  const auditors = await auditorsOf(services.store, wave, services.city);
  await commitAndNotify(
    { op: `wave-news:${wave.id} half`, what: 'wave_told', checks: [], writes: [done] },
    auditors.map((to) => ({ to, said })),
    services,
  );
}

type Proposal = {
  /** `weak`: an aim was missed. `did`: an earlier weakness has changed. */
  readonly kind: 'weak' | 'did';
  readonly wave: Wave;
  readonly weakness: Weakness;
  readonly values: Values;
};

/** Proposes one announcement per significant weakness, and one per weakness that changed since the last wave. */
async function proposeCampaigns(wave: Wave, organisers: readonly Urn[], services: Services): Promise<void> {
  const { store } = services;
  const set = indicatorSet(wave.indicators);
  const results = await loadResults(store, wave.id);
  if (!results) return;
  const before = await loadResultsBefore(store, wave);
  const weak = findWeaknesses(results, set).map((weakness): Proposal => ({ kind: 'weak', wave, weakness, values: {} }));
  const did = (before ? followUpWeaknesses(results, before, set) : []).map((weakness): Proposal => {
    const { change, before: was } = weakness;
    const values: Values = {
      change: { key: `common:survey.change.${change.direction}` } as const,
      before: shareInWords(was) ?? '',
    };
    return { kind: 'did', wave, weakness, values };
  });
  for (const proposal of [...weak, ...did]) await propose(proposal, organisers, services);
}

async function propose(
  { kind, wave, weakness: { indicator, region, shown }, values: more }: Proposal,
  organisers: readonly Urn[],
  services: Services,
): Promise<void> {
  const values: Values = {
    ...namesOf(wave),
    ...more,
    region: { place: { region } },
    indicator: { names: indicator.name },
    deed: { names: indicator.deed ?? indicator.name },
    share: shownText(shown),
    about: shareInWords(shown) ?? '',
  };
  const op = `campaign:${wave.id}:${kind}:${indicator.code}:${region}`;
  await commitDraft({ op, kind, region, values, writes: [] }, organisers, services);
}

/** Drafts an announcement of the results for residents, as an organiser asked. */
async function draftResults(wave: Wave, organisers: readonly Urn[], done: Write, services: Services): Promise<void> {
  const { store, now } = services;
  const set = indicatorSet(wave.indicators);
  const { indicators = [] } = (await loadResults(store, wave.id)) ?? {};
  const lines = indicators.flatMap(({ code, cells }): readonly Value[] => {
    const about = shareInWords(cells[wave.region]);
    const deed = set.indicators.find((one) => one.code === code)?.deed;
    return about && deed ? [{ key: 'common:survey.told', values: { share: about, deed: { names: deed } } }] : [];
  });
  const values: Values = {
    ...namesOf(wave),
    lines: lines.length > 0 ? { list: lines } : { key: 'common:survey.none_to_tell' },
  };
  // One more draft for each request.
  const op = `results-draft:${wave.id}:${now()}`;
  await commitDraft({ op, kind: 'told', region: wave.region, values, writes: [done] }, organisers, services);
}

type Draft = {
  readonly op: string;
  readonly kind: Proposal['kind'] | 'told';
  readonly region: string;
  readonly values: Values;
  readonly writes: readonly Write[];
};

/** Stores a draft announcement and shows it to the organisers. */
async function commitDraft(
  { op, kind, region, values, writes }: Draft,
  organisers: readonly Urn[],
  services: Services,
): Promise<void> {
  const { store, city, wording, now } = services;
  const inAllLanguages = (key: LocalizedMessage['key']) =>
    Object.fromEntries(
      wording.languages.map((language) => [
        language,
        renderMessage({ key, values }, readerOf(language, services)).text,
      ]),
    );
  const draft = proposedBroadcast(
    {
      title: inAllLanguages(`flows/my-surveys:${kind}.headline`)[DEFAULT_LANGUAGE] ?? '',
      words: inAllLanguages(`flows/my-surveys:${kind}.words`),
      region,
      kind: 'announcement',
      buttons: ['heard', 'reply'],
      staleAfterMs: PROPOSAL_STALE_MS,
    },
    city.regions,
    now(),
  );
  const said: LocalizedMessage = {
    key: `flows/my-surveys:${kind}.news`,
    values,
    buttons: [{ label: 'flows/my-surveys:weak.look', flow: 'my-broadcasts', argument: draft.id }],
  };
  const kept = keepBroadcast(store, draft);
  const change = { op, what: 'campaign_proposed', checks: kept.checks, writes: [...kept.writes, ...writes] };
  await commitAndNotify(
    change,
    organisers.map((to) => ({ to, said })),
    services,
  );
}
