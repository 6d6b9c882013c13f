import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import type { Grant, Role } from '../../people/role.ts';
import { anyReaches, widestOf } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, narrowRegion } from '../../regions/narrow-region.ts';
import type { Store } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { INDICATOR_SETS, setOf } from '../estimate/indicator.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { keepWave, loadLedger, loadQuestionnaires, loadResults, loadWaves } from '../survey-store.ts';
import type { LedgerEntry, Wave } from '../wave/wave.ts';
import { newWaveId, TIMES } from '../wave/wave.ts';
import { progressOfWave, regionsSaid, resultSaid } from './result-card.ts';
import type { WaveResults } from './results.ts';
import { sheetCsv, sheetsOf } from './survey-files.ts';

/** Who may ask a region how safe it feels. */
export const MAY_ASK: readonly Role[] = ['lead', 'office'];

type MySurveysFacts = City & {
  readonly grants: readonly Grant[];
  readonly waves: readonly Kept<Wave>[];
  readonly chosen: Kept<Wave> | undefined;
  readonly ledger: readonly LedgerEntry[];
  readonly results: WaveResults | undefined;
  readonly questionnaires: readonly Questionnaire[];
};

const GROUND = {
  ids: ['district', 'street'],
  from: ({
    facts,
    answers,
  }: {
    readonly facts: MySurveysFacts;
    readonly answers: { readonly wave?: string | null };
  }) => (answers.wave === 'new' ? widestOf(facts.grants, facts.regions) : undefined),
} as const;

const TARGET = { min: 30, max: 100_000, usual: 600 };

/** Organisers ask a region how safe it feels, follow who answers, and see what it says. */
export const mySurveys = flow<MySurveysFacts>({ id: 'my-surveys', version: 1, lifetimeSeconds: 24 * 3600, light: true })
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
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = asksOf(person.contact?.grants ?? []);
    const mine = (await loadWaves(store)).filter(({ record }) => anyReaches(grants, record.region, city.regions));
    const chosen = mine.find(({ record }) => record.id === position.answers.wave);
    const [questionnaires, ledger, results] = await Promise.all([
      loadQuestionnaires(store),
      chosen?.record.state === 'open' ? loadLedger(store, chosen.record.id) : new Map<string, LedgerEntry>(),
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
  facts: (city: City, { contact }, loaded): MySurveysFacts => ({
    ...city,
    grants: asksOf(contact?.grants ?? []),
    ...loaded,
  }),
  closed: (facts) =>
    widestOf(facts.grants, facts.regions) === undefined ? { key: 'flows/my-surveys:not_you' } : undefined,
  opens: (argument) => (argument === 'all' ? {} : { wave: argument }),
  finish: (answers, finishing): Outcome => {
    if (answers.wave === 'new') return openOne(answers, finishing);
    const { facts, store, now } = finishing;
    const { chosen, results } = facts;
    const seen = noChange('surveys_seen', { key: 'common:closed' });
    if (!chosen) return seen;
    const { record } = chosen;
    if (answers.next === 'call_off')
      return answers.sure === true && record.state === 'open' ? calledOff(chosen, store, now) : seen;
    if (!results) return seen;
    const set = setOf(record.indicators);
    switch (answers.next) {
      case 'results':
        return noChange('survey_results_seen', ...resultSaid(record, set, results));
      case 'regions':
        return noChange('survey_results_seen', regionsSaid(record, set, results, facts.regions));
      case 'files':
        return noChange('survey_files_given', ...filesSaid(record, results, facts));
      default:
        return seen;
    }
  },
});

/** All that was answered goes with the wave. */
function calledOff(chosen: Kept<Wave>, store: Store, now: number): Outcome {
  const { keys } = store;
  const { checks, writes } = keepWave(store, { ...chosen.record, state: 'called_off' }, now, chosen);
  const gone = [keys.waveBallots, keys.waveLedger, keys.waveSecrets].map(
    (key) => ['DEL', key(chosen.record.id)] as const,
  );
  const says = [{ key: 'flows/my-surveys:called_off' }] as const;
  return { outcome: 'wave_called_off', checks, writes: [...writes, ...gone], says };
}

type SurveyAdminAnswers = {
  readonly district?: string | null;
  readonly street?: string | null;
  readonly questionnaire?: string | null;
  readonly indicators?: string | null;
  readonly target?: number | null;
};

function openOne(answers: SurveyAdminAnswers, { store, person, facts, now }: FinishContext<MySurveysFacts>): Outcome {
  const ground = widestOf(facts.grants, facts.regions);
  const region =
    narrowest(answers.district, answers.street) ?? (ground === '*' ? facts.regions.all('city')[0] : ground);
  const questionnaire = facts.questionnaires.find(({ key }) => key === answers.questionnaire);
  if (!region || !questionnaire || !anyReaches(facts.grants, region, facts.regions))
    return noChange('wave_refused', { key: 'flows/my-surveys:not_you' });
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

function nameOf(
  { questionnaire, region, openedAt }: Wave,
  { regions }: MySurveysFacts,
): Readonly<Record<string, string>> {
  const day = dayOf(openedAt).slice('2026-'.length);
  const place = regions.nameOf(region) ?? {};
  return Object.fromEntries(
    Object.entries(questionnaire.title).map(([language, title]) => [
      language,
      `${day} ${place[language] ?? ''} ${title}`,
    ]),
  );
}

function deedsFor({
  chosen,
  results,
}: MySurveysFacts): readonly ('results' | 'regions' | 'files' | 'call_off' | 'close')[] {
  if (results) return ['results', 'regions', 'files', 'close'];
  return chosen?.record.state === 'open' ? ['call_off', 'close'] : ['close'];
}

function cardOf({ chosen, ledger }: MySurveysFacts): Value {
  const wave = chosen?.record;
  if (!wave) return '';
  return wave.state === 'open' ? progressOfWave(wave, ledger) : { key: `common:survey.state.${wave.state}` };
}

function filesSaid(wave: Wave, results: WaveResults, { regions }: MySurveysFacts): Outcome['says'] {
  return sheetsOf(wave, setOf(wave.indicators), results, regions).map((sheet) => ({
    key: `flows/my-surveys:file.${sheet.name}`,
    file: { name: `${wave.id}-${sheet.name}.csv`, text: sheetCsv(sheet) },
  }));
}
