import { Hono } from 'hono';
import type { Reader } from '../../notify/reader.ts';
import { inLanguage, sayAny } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { DisclosedNumber } from '../../surveys/disclosure/disclosure.ts';
import { indicatorSet } from '../../surveys/estimate/indicator.ts';
import { compositeText, hasComposite } from '../../surveys/results/composite-score.ts';
import { waveProgress } from '../../surveys/results/result-card.ts';
import type { WaveResults } from '../../surveys/results/results.ts';
import { loadResults } from '../../surveys/results/results-store.ts';
import { loadLedger } from '../../surveys/wave/ledger-store.ts';
import type { Wave } from '../../surveys/wave/wave.ts';
import { surveyGrants } from '../../surveys/wave/wave.ts';
import { loadWave, loadWaves, loadWavesBefore } from '../../surveys/wave/wave-store.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv, Organiser } from '../sign-in/session.ts';

/** One wave of the list. Times in ms since the epoch. */
export type WaveRow = {
  readonly id: string;
  readonly title: string;
  readonly region: string;
  readonly state: Wave['state'];
  readonly opened: number;
  readonly closes: number;
};

/** A number that left the disclosure rules. What is withheld has no number, no reason and no count. */
export type PublicNumber =
  | { readonly type: 'shown'; readonly percent: number; readonly lo: number; readonly hi: number; readonly n: number }
  | { readonly type: 'at_least' | 'at_most'; readonly percent: number; readonly n: number }
  | { readonly type: 'withheld' };

export type WavePage = WaveRow & {
  /** Sentences about the state, the answers and their quality. */
  readonly lines: readonly string[];
  readonly indicators: readonly {
    readonly name: string;
    readonly whole: PublicNumber;
    readonly regions: readonly { readonly id: string; readonly name: string; readonly number: PublicNumber }[];
    /** The whole region in this wave and those before it, oldest first; only numbers that each wave disclosed. */
    readonly trend: readonly { readonly at: number; readonly number: PublicNumber }[];
  }[];
  /** Composite scores in words, by region; a withheld one has its word. Empty if the wave has none at all. */
  readonly composites: readonly { readonly id: string; readonly name: string; readonly text: string }[];
  readonly questions: readonly {
    readonly title: string;
    readonly options: readonly { readonly name: string; readonly number: PublicNumber }[];
  }[];
};

/** Earlier waves of a trend. */
const TREND_MAX = 11;

/** 问卷: `GET /` and `GET /<wave>`. The talk `my-surveys` opens and closes waves. */
export function surveyRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const reader = readerFor(organiser, services);
    const waves = (await loadWaves(services.store)).filter(({ record }) => mayRead(record, organiser, services));
    return c.json(waves.map(({ record }) => rowOf(record, reader)));
  });
  app.get('/:id', async (c) => {
    const organiser = c.get('organiser');
    const wave = (await loadWave(services.store, c.req.param('id')))?.record;
    if (!wave || !mayRead(wave, organiser, services)) return c.json({ error: 'not_found' }, 404);
    return c.json(await pageOf(wave, readerFor(organiser, services), services));
  });
  return app;
}

/** As in chat: the roles that may run surveys in the wave's region. */
function mayRead({ region }: Wave, { grants }: Organiser, { city }: Services): boolean {
  return anyGrantCovers(surveyGrants(grants), region, city.regions);
}

function rowOf({ id, questionnaire, region, state, openedAt, closesAt }: Wave, reader: Reader): WaveRow {
  return {
    id,
    title: inLanguage(questionnaire.title, reader.language),
    region: String(sayAny({ place: { region } }, reader)),
    state,
    opened: openedAt,
    closes: closesAt,
  };
}

async function pageOf(wave: Wave, reader: Reader, { store, city }: Services): Promise<WavePage> {
  const row = rowOf(wave, reader);
  if (wave.state === 'open') {
    const ledger = [...(await loadLedger(store, wave.id)).values()];
    const lines = String(sayAny(waveProgress(wave, ledger), reader)).split('\n');
    return { ...row, lines, indicators: [], composites: [], questions: [] };
  }
  const results = await loadResults(store, wave.id);
  if (!results) return { ...row, lines: [], indicators: [], composites: [], questions: [] };
  const set = indicatorSet(wave.indicators);
  const { language } = reader;
  const earlier = await resultsBefore(wave, store);
  const trendOf = (code: string) =>
    [...earlier, { wave, results }].map((one) => ({
      at: one.wave.closesAt,
      number: publicNumber(one.results.indicators.find((found) => found.code === code)?.cells[wave.region]),
    }));
  const composites = compositesOf(wave, results, reader);
  const explained = composites.length > 0 ? [reader.say('common:survey.composite_explained')] : [];
  return {
    ...row,
    lines: [...qualityOf(results, reader), ...explained],
    indicators: results.indicators
      .filter(({ cells }) => cells[wave.region] !== undefined)
      .map(({ code, cells }) => ({
        name: inLanguage(set?.indicators.find((one) => one.code === code)?.name ?? {}, language),
        whole: publicNumber(cells[wave.region]),
        trend: trendOf(code),
        // A key with a bar is a group of people inside a region.
        regions: Object.entries(cells)
          .filter(([region]) => region !== wave.region && !region.includes('|'))
          .map(([id, number]) => ({
            id,
            name: inLanguage(city.regions.nameOf(id) ?? {}, language),
            number: publicNumber(number),
          })),
      })),
    composites,
    questions: results.questions.flatMap(({ code, options }) => {
      const question = wave.questionnaire.questions.find((one) => one.code === code);
      if (!question) return [];
      const nameOf = (option: string) =>
        inLanguage(question.options?.find((one) => one.code === option)?.text ?? {}, language);
      const named = options.map((option) => ({ name: nameOf(option.code), number: publicNumber(option.share) }));
      return [{ title: inLanguage(question.text, language), options: named }];
    }),
  };
}

function compositesOf(wave: Wave, results: WaveResults, reader: Reader): WavePage['composites'] {
  const set = indicatorSet(wave.indicators);
  if (!hasComposite({ indicators: set.indicators, results: results.indicators })) return [];
  const scores = results.composites ?? (results.composite ? { [wave.region]: results.composite } : {});
  const units = new Set(results.indicators.flatMap(({ cells }) => Object.keys(cells)));
  return [...units]
    .filter((id) => !id.includes('|'))
    .map((id) => ({
      id,
      name: String(sayAny({ place: { region: id } }, reader)),
      text: String(sayAny(compositeText(scores[id], set), reader)),
    }));
}

/** Published results of the same indicators in the same region, oldest first. */
async function resultsBefore(wave: Wave, store: Services['store']) {
  const before = (await loadWavesBefore(store, wave)).slice(0, TREND_MAX).toReversed();
  const alike = before.filter(({ indicators }) => indicators === wave.indicators);
  const found = await Promise.all(alike.map(async (one) => ({ wave: one, results: await loadResults(store, one.id) })));
  return found.flatMap(({ wave: one, results }) => (results ? [{ wave: one, results }] : []));
}

function publicNumber(number: DisclosedNumber | undefined): PublicNumber {
  switch (number?.type) {
    case 'shown': {
      const { type, percent, lo, hi, n } = number;
      return { type, percent, lo, hi, n };
    }
    case 'at_least':
    case 'at_most':
      return { type: number.type, percent: number.percent, n: number.n };
    default:
      return { type: 'withheld' };
  }
}

function qualityOf({ rates, unfit, weighting }: WaveResults, { say }: Reader): readonly string[] {
  return [
    ...(unfit ? [say('common:survey.unfit')] : []),
    ...(rates ? [say('common:survey.rates', rates)] : []),
    say(weighting.raked ? 'common:survey.weighted' : 'common:survey.by_draw', { deff: weighting.deff }),
    say('common:survey.explained'),
  ];
}
