import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Questionnaire } from '../questionnaire/questionnaire.ts';
import { loadQuestionnaires } from '../questionnaire/questionnaire-store.ts';
import { surveyGrants } from '../wave/wave.ts';
import { loadWave } from '../wave/wave-store.ts';
import type { SurveyFacts } from './survey-steps.ts';
import { surveySteps } from './survey-steps.ts';

type Offered = { readonly id: string; readonly questionnaire: Questionnaire };
type PreviewSurveyFacts = SurveyFacts & { readonly isOpen: boolean; readonly offered: readonly Offered[] };

const asResidents = (key: 'begin' | 'send') => () => ({ shown: { key: `flows/answer-survey:${key}.ask` } as Value });

/** Plays a questionnaire with the steps of the survey itself. It has no ballot, so its answers end with the session. */
export const previewSurvey = flow<PreviewSurveyFacts>({
  id: 'preview-survey',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'about',
    choice({
      options: ({ facts }) => facts.offered.map(({ id, questionnaire }) => ({ id, name: questionnaire.title })),
    }),
  )
  .step('begin', choice({ options: ['start', 'refuse'], values: asResidents('begin') }))
  .steps(surveySteps())
  .step(
    'send',
    confirm({ relevant: ({ answers }) => answers.begin === 'start', reviewed: false, values: asResidents('send') }),
  )
  .end();

export const previewSurveyTalk = talk({
  flow: previewSurvey,
  loadsBy: ['about'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const { about } = position.answers;
    const [questionnaires, wave] = await Promise.all([loadQuestionnaires(store), loadWave(store, about)]);
    const mayRead =
      wave && anyGrantCovers(surveyGrants(person.contact?.grants ?? []), wave.record.region, city.regions);
    const offered: readonly Offered[] = [
      ...questionnaires.map((questionnaire) => ({ id: questionnaire.key, questionnaire })),
      ...(mayRead ? [{ id: wave.record.id, questionnaire: wave.record.questionnaire }] : []),
    ];
    const questions = offered.find(({ id }) => id === about)?.questionnaire.questions ?? [];
    return { offered, questions };
  },
  facts: (_city: City, { contact }, loaded): PreviewSurveyFacts => ({
    isOpen: surveyGrants(contact?.grants ?? []).length > 0,
    ...loaded,
  }),
  closed: ({ isOpen }) => (isOpen ? undefined : { key: 'flows/my-surveys:not_you' }),
  opens: (about) => ({ about }),
  finish: ({ about }) =>
    noChange('survey_previewed', {
      key: 'flows/preview-survey:done',
      buttons: [{ label: 'flows/preview-survey:again', flow: 'preview-survey', argument: String(about) }],
    }),
});
