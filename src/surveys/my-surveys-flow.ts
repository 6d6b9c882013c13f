import { dayOf } from '../calendar.ts';
import type { Effects, Value } from '../delivery/effects.ts';
import { nothing } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import { confirm, review } from '../engine/steps/confirm.ts';
import { number } from '../engine/steps/number.ts';
import type { Grant, Role } from '../people/role.ts';
import { anyReaches, widestOf } from '../people/role.ts';
import type { Finishing, Loading } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import { narrowest, narrowRegion } from '../regions/narrow-region.ts';
import type { Kept } from '../store/record.ts';
import type { Store } from '../store/store.ts';
import { INDICATOR_SETS, setOf } from './indicator.ts';
import type { SurveyCity } from './open-wave.ts';
import type { Questionnaire } from './questionnaire.ts';
import { progressOfWave, regionsSaid, resultSaid } from './result-card.ts';
import type { WaveResults } from './results.ts';
import { csvOf, sheetsOf } from './survey-files.ts';
import { keepWave, loadLedger, loadQuestionnaires, loadResults, loadWaves } from './survey-store.ts';
import type { Entry, Wave } from './wave.ts';
import { newWaveId, TIMES } from './wave.ts';

/** Who may ask a region how safe it feels. */
export const MAY_ASK: readonly Role[] = ['lead', 'office'];

type Facts = SurveyCity & {
  readonly grants: readonly Grant[];
  readonly waves: readonly Kept<Wave>[];
  readonly chosen: Kept<Wave> | undefined;
  readonly ledger: readonly Entry[];
  readonly results: WaveResults | undefined;
  readonly questionnaires: readonly Questionnaire[];
};

const GROUND = {
  ids: ['district', 'street'],
  from: ({ facts, answers }: { readonly facts: Facts; readonly answers: { readonly wave?: string | null } }) =>
    answers.wave === 'new' ? widestOf(facts.grants, facts.regions) : undefined,
} as const;

const TARGET = { min: 30, max: 100_000, usual: 600 };

/** Organisers ask a region how safe it feels, follow who answers, and see what it says. */
export const mySurveys = flow<Facts>({ id: 'my-surveys', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'wave',
    choice({
      options: ({ facts }) => [
        { id: 'new' },
        ...facts.waves.map(({ record }) => ({ id: record.id, name: nameOf(record, facts) })),
      ],
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: ({ answers }) => answers.wave !== 'new',
      options: ({ facts }) => deedsFor(facts).map((id) => ({ id })),
      confirms: ({ facts }) => facts.chosen?.record.state,
      values: ({ facts }) => ({ card: cardOf(facts) }),
      resets: ['sure'],
    }),
  )
  .step('sure', confirm({ relevant: ({ answers }) => answers.next === 'call_off' }))
  .step('district', narrowRegion(GROUND, 0))
  .step('street', narrowRegion(GROUND, 1))
  .step(
    'questionnaire',
    choice({
      relevant: ({ answers }) => answers.wave === 'new',
      options: ({ facts }) => facts.questionnaires.map(({ key, title }) => ({ id: key, name: title })),
    }),
  )
  .step(
    'indicators',
    choice({
      relevant: ({ answers }) => answers.wave === 'new',
      options: INDICATOR_SETS.map(({ id, name }) => ({ id, name })),
    }),
  )
  .step(
    'target',
    number({
      relevant: ({ answers }) => answers.wave === 'new',
      min: TARGET.min,
      max: TARGET.max,
      values: () => TARGET,
    }),
  )
  .step('open', { ...review(), relevant: ({ answers }) => answers.wave === 'new' })
  .end();

export const mySurveysTalk = talk({
  flow: mySurveys,
  loadsBy: ['wave'],
  load: async ({ store, city, person, standing }: Loading<SurveyCity>) => {
    const grants = asksOf(person.contact?.grants ?? []);
    const mine = (await loadWaves(store)).filter(({ record }) => anyReaches(grants, record.region, city.regions));
    const chosen = mine.find(({ record }) => record.id === standing.answers.wave);
    const [questionnaires, ledger, results] = await Promise.all([
      loadQuestionnaires(store),
      chosen?.record.state === 'open' ? loadLedger(store, chosen.record.id) : new Map<string, Entry>(),
      chosen && loadResults(store, chosen.record.id),
    ]);
    return {
      questionnaires,
      waves: mine.slice(0, 8),
      chosen,
      ledger: [...ledger.values()],
      results,
    };
  },
  facts: (city: SurveyCity, { contact }, loaded): Facts => ({
    ...city,
    grants: asksOf(contact?.grants ?? []),
    ...loaded,
  }),
  closed: (facts) =>
    widestOf(facts.grants, facts.regions) === undefined ? { key: 'flows/my-surveys:not_you' } : undefined,
  opens: (argument) => (argument === 'all' ? {} : { wave: argument }),
  finish: (answers, finishing): Effects => {
    if (answers.wave === 'new') return openOne(answers, finishing);
    const { facts, store, now } = finishing;
    const { chosen, results } = facts;
    const seen = nothing('surveys_seen', { key: 'common:closed' });
    if (!chosen) return seen;
    const { record } = chosen;
    if (answers.next === 'call_off')
      return answers.sure === true && record.state === 'open' ? calledOff(chosen, store, now) : seen;
    if (!results) return seen;
    const set = setOf(record.indicators);
    switch (answers.next) {
      case 'results':
        return nothing('survey_results_seen', ...resultSaid(record, set, results));
      case 'regions':
        return nothing('survey_results_seen', regionsSaid(record, set, results, facts.regions));
      case 'files':
        return nothing('survey_files_given', ...filesSaid(record, results, facts));
      default:
        return seen;
    }
  },
});

/** All that was answered goes with the wave. */
function calledOff(chosen: Kept<Wave>, store: Store, now: number): Effects {
  const { keys } = store;
  const { checks, writes } = keepWave(store, { ...chosen.record, state: 'called_off' }, now, chosen);
  const gone = [keys.waveBallots, keys.waveLedger, keys.waveSecrets].map(
    (key) => ['DEL', key(chosen.record.id)] as const,
  );
  const says = [{ key: 'flows/my-surveys:called_off' }] as const;
  return { outcome: 'wave_called_off', checks, writes: [...writes, ...gone], says };
}

type Given = {
  readonly district?: string | null;
  readonly street?: string | null;
  readonly questionnaire?: string | null;
  readonly indicators?: string | null;
  readonly target?: number | null;
};

function openOne(answers: Given, { store, person, facts, now }: Finishing<Facts>): Effects {
  const ground = widestOf(facts.grants, facts.regions);
  const region =
    narrowest(answers.district, answers.street) ?? (ground === '*' ? facts.regions.all('city')[0] : ground);
  const questionnaire = facts.questionnaires.find(({ key }) => key === answers.questionnaire);
  if (!region || !questionnaire || !anyReaches(facts.grants, region, facts.regions))
    return nothing('wave_refused', { key: 'flows/my-surveys:not_you' });
  const wave: Wave = {
    id: newWaveId(),
    state: 'drawing',
    questionnaire,
    indicators: answers.indicators ?? INDICATOR_SETS[0]?.id ?? '',
    region,
    target: answers.target ?? TARGET.usual,
    by: store.pseudonym(person),
    openedAt: now,
    closesAt: now + TIMES.closesMs,
    strata: [],
  };
  return { outcome: 'wave_opened', ...keepWave(store, wave, now), says: [{ key: 'flows/my-surveys:opened' }] };
}

function asksOf(grants: readonly Grant[]): readonly Grant[] {
  return grants.filter(({ role }) => MAY_ASK.includes(role));
}

function nameOf({ questionnaire, region, openedAt }: Wave, { regions }: Facts): Readonly<Record<string, string>> {
  const day = dayOf(openedAt).slice('2026-'.length);
  const place = regions.nameOf(region) ?? {};
  return Object.fromEntries(
    Object.entries(questionnaire.title).map(([language, title]) => [
      language,
      `${day} ${place[language] ?? ''} ${title}`,
    ]),
  );
}

function deedsFor({ chosen, results }: Facts): readonly ('results' | 'regions' | 'files' | 'call_off' | 'close')[] {
  if (results) return ['results', 'regions', 'files', 'close'];
  return chosen?.record.state === 'open' ? ['call_off', 'close'] : ['close'];
}

function cardOf({ chosen, ledger }: Facts): Value {
  const wave = chosen?.record;
  if (!wave) return '';
  return wave.state === 'open' ? progressOfWave(wave, ledger) : { key: `common:survey.state.${wave.state}` };
}

function filesSaid(wave: Wave, results: WaveResults, { regions }: Facts): Effects['says'] {
  return sheetsOf(wave, setOf(wave.indicators), results, regions).map((sheet) => ({
    key: `flows/my-surveys:file.${sheet.name}`,
    file: { name: `${wave.id}-${sheet.name}.csv`, text: csvOf(sheet) },
  }));
}
