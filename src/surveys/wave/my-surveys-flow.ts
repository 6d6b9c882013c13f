import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Outcome, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import { csvText } from '../../files/csv.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, widestOf } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { INDICATOR_SETS, indicatorSet } from '../estimate/indicator.ts';
import { previewMessage } from '../questionnaire/preview.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { loadQuestionnaires } from '../questionnaire/questionnaire-store.ts';
import { regionsMessage, resultMessages, waveProgress } from '../results/result-card.ts';
import type { WaveResults } from '../results/results.ts';
import { loadResults } from '../results/results-store.ts';
import { resultSheets } from '../results/survey-files.ts';
import { drawProof } from './draw-proof.ts';
import { loadLedger } from './ledger-store.ts';
import type { LedgerEntry, Wave } from './wave.ts';
import { MAY_RUN_SURVEYS, surveyGrants } from './wave.ts';
import { callOffWave, createWave, TARGET } from './wave-actions.ts';
import { loadWaves, queueWaveNews } from './wave-store.ts';

type MySurveysFacts = City & {
  readonly grants: readonly Grant[];
  readonly waves: readonly Kept<Wave>[];
  readonly chosen: Kept<Wave> | undefined;
  readonly ledger: readonly LedgerEntry[];
  readonly results: WaveResults | undefined;
  readonly questionnaires: readonly Questionnaire[];
};

type WaveAnswer = { readonly answers: { readonly wave?: string | null } };

const isNew = ({ answers }: WaveAnswer) => answers.wave === 'new';

const REGION = {
  ids: ['district', 'street'],
  from: (context: WaveAnswer & { readonly facts: MySurveysFacts }) =>
    isNew(context) ? widestOf(context.facts.grants, context.facts.regions) : undefined,
} as const;

/** Lets organisers open a wave, follow its progress, and read its results. */
export const mySurveys = flow<MySurveysFacts>({ id: 'my-surveys', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'wave',
    choice({
      options: ({ facts }) => [
        { id: 'new' },
        ...facts.waves.map(({ record }) => ({ id: record.id, name: waveLabel(record, facts) })),
      ],
      reviewed: false,
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      relevant: ({ answers }) => answers.wave !== 'new',
      options: ({ facts }) => actionsFor(facts).map((id) => ({ id })),
      confirms: ({ facts }) => facts.chosen?.record.state,
      values: ({ facts }) => ({ card: waveCard(facts) }),
      resets: ['sure'],
    }),
  )
  .step('sure', confirm({ relevant: ({ answers }) => answers.next === 'call_off' }))
  .steps(regionSteps(REGION))
  .step(
    'questionnaire',
    choice({
      relevant: isNew,
      options: ({ facts }) => facts.questionnaires.map(({ key, title }) => ({ id: key, name: title })),
    }),
  )
  .step('indicators', choice({ relevant: isNew, options: INDICATOR_SETS.map(({ id, name }) => ({ id, name })) }))
  .step('target', number({ relevant: isNew, min: TARGET.min, max: TARGET.max, values: () => TARGET }))
  .step('open', { ...review(), relevant: isNew })
  .end();

/** Number of waves offered as buttons. */
const OFFERED_MAX = 8;

export const mySurveysTalk = talk({
  flow: mySurveys,
  loadsBy: ['wave'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = surveyGrants(person.contact?.grants ?? []);
    const own = (await loadWaves(store)).filter(({ record }) => anyGrantCovers(grants, record.region, city.regions));
    const chosen = own.find(({ record }) => record.id === position.answers.wave);
    const [questionnaires, ledger, results] = await Promise.all([
      loadQuestionnaires(store),
      chosen?.record.state === 'open' ? loadLedger(store, chosen.record.id) : new Map<string, LedgerEntry>(),
      chosen && loadResults(store, chosen.record.id),
    ]);
    return { questionnaires, waves: own.slice(0, OFFERED_MAX), chosen, ledger: [...ledger.values()], results };
  },
  menuOf: MAY_RUN_SURVEYS,
  // The preview of the questions comes between, and the half-made wave goes on after it.
  pauses: ({ answers }) => answers.wave === 'new' && answers.questionnaire !== undefined,
  facts: (city: City, { contact }, loaded): MySurveysFacts => ({
    ...city,
    grants: surveyGrants(contact?.grants ?? []),
    ...loaded,
  }),
  guardsEnd: true,
  closed: (facts) =>
    widestOf(facts.grants, facts.regions) === undefined ? { key: 'flows/my-surveys:not_you' } : undefined,
  opens: (argument) => {
    const [wave, next] = argument.split('.');
    return argument === 'all' ? {} : { wave, ...(next === undefined ? {} : { next }) };
  },
  says: ({ step, answer }, _answers, { questionnaires }) => {
    const chosen = step === 'questionnaire' && questionnaires.find(({ key }) => key === answer);
    return chosen ? previewMessage(chosen, chosen.key) : undefined;
  },
  finish: (answers, finishing): Outcome => {
    const { facts, store, person, now } = finishing;
    if (answers.wave === 'new') return createWave(answers, { ...facts, store, person, now });
    const { chosen } = facts;
    if (answers.next === 'call_off' && answers.sure === true && chosen && isUnderway(chosen.record))
      return callOffWave(chosen, store, now);
    if (answers.next === 'questions' && chosen)
      return noChange('survey_questions_seen', previewMessage(chosen.record.questionnaire, chosen.record.id));
    return showResults(answers.next, finishing);
  },
});

function showResults(
  next: string | null | undefined,
  { facts: { chosen, results, regions }, store, now }: FinishContext<MySurveysFacts>,
): Outcome {
  const closed = noChange('surveys_seen', { key: 'common:closed' });
  if (!chosen || !results) return closed;
  const wave = chosen.record;
  const set = indicatorSet(wave.indicators);
  switch (next) {
    case 'results':
      return noChange('survey_results_seen', ...resultMessages(wave, set, results));
    case 'regions':
      return noChange('survey_results_seen', regionsMessage(wave, set, results, regions));
    case 'files': {
      const sheets = resultSheets(wave, set, results, regions);
      const messages = sheets.map((sheet) => ({
        key: `flows/my-surveys:file.${sheet.name}` as const,
        file: { name: `${wave.id}-${sheet.name}.csv`, text: csvText(sheet.rows) },
      }));
      const proof = drawProof(wave);
      const draw = proof && {
        key: 'flows/my-surveys:file.draw' as const,
        file: { name: `${wave.id}-draw.txt`, text: proof },
      };
      return noChange('survey_files_given', ...messages, ...(draw ? [draw] : []));
    }
    case 'draft':
      return {
        outcome: 'survey_draft_asked',
        checks: [],
        writes: [queueWaveNews(store, wave.id, 'draft', now)],
        says: [{ key: 'flows/my-surveys:drafting' }],
      };
    default:
      return closed;
  }
}

/** Names a wave by opening day, region and questionnaire. */
function waveLabel({ questionnaire, region, openedAt }: Wave, { regions }: MySurveysFacts): Names {
  const day = dayOf(openedAt).slice('2026-'.length);
  const place = regions.nameOf(region) ?? {};
  return Object.fromEntries(
    Object.entries(questionnaire.title).map(([language, title]) => [
      language,
      `${day} ${place[language] ?? ''} ${title}`,
    ]),
  );
}

type WaveAction = 'results' | 'regions' | 'files' | 'draft' | 'questions' | 'call_off' | 'close';

function actionsFor({ chosen, results }: MySurveysFacts): readonly WaveAction[] {
  if (results) return ['results', 'regions', 'files', 'draft', 'questions', 'close'];
  return chosen && isUnderway(chosen.record) ? ['questions', 'call_off', 'close'] : ['questions', 'close'];
}

/** Returns true for a wave that can still be called off. */
function isUnderway({ state }: Wave): boolean {
  return state === 'drawing' || state === 'open';
}

function waveCard({ chosen, ledger }: MySurveysFacts): Value {
  const wave = chosen?.record;
  if (!wave) return '';
  if (wave.state === 'open') return waveProgress(wave, ledger);
  const state: Value = { key: `common:survey.state.${wave.state}` };
  const isWaiting = wave.state === 'drawing' && wave.frameHash !== undefined && !wave.secondBy;
  return isWaiting ? { list: [state, { key: 'common:survey.waits_for_half' }] } : state;
}
