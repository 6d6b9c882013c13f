import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import { completeness, validAnswers } from '../questionnaire/questionnaire.ts';
import { TIMES } from '../wave/wave.ts';
import type { AnswerSurveyFacts } from './ballot-access.ts';
import { leaveBallot, loadBallotAccess, readBallot, refuseWave, writeBallot } from './ballot-access.ts';
import { changeStep, isChange } from './change-step.ts';
import { surveyAnswers, surveySteps } from './survey-steps.ts';

/** Longer than a wave is open. */
const LIFETIME_SECONDS = 8 * 24 * 3600;

/** Answers a wave, one optional question a message; the session never holds an answer, only the sealed ballot does. */
export const answerSurvey = flow<AnswerSurveyFacts>({
  id: 'answer-survey',
  version: 1,
  lifetimeSeconds: LIFETIME_SECONDS,
})
  .step('begin', choice({ options: ['start', 'refuse'] }))
  .steps(surveySteps())
  .step('change', changeStep())
  .step(
    'send',
    confirm({ relevant: (context) => context.answers.begin === 'start' && !isChange(context), reviewed: false }),
  )
  .end();

export const answerSurveyTalk = talk({
  flow: answerSurvey,
  load: ({ store, person, position }: LoadContext) => loadBallotAccess(store, person.urn, position.answers.wave),
  facts: (_city: object, _person, access): AnswerSurveyFacts => ({ access, questions: access?.questions ?? [] }),
  opens: (wave) => ({ wave }),
  closed: ({ access }) => (access ? undefined : { key: 'flows/answer-survey:over' }),
  prefills: ({ access }) => (access?.ballot ? readBallot(access).answers : undefined),
  privateAnswers: {
    keeps: ['wave'],
    read: ({ access }) => readBallot(access),
    write: writeBallot,
    drop: ({ store, person, facts: { access } }) => (access ? leaveBallot(access, store, person) : NO_CHANGE),
  },
  finish: (answers, finishing): Outcome => {
    const { store, person, facts, now } = finishing;
    const { access } = facts;
    if (!access) return noChange('survey_over', { key: 'flows/answer-survey:over' });
    const { wave } = access;
    if (answers.begin !== 'start') {
      const says = [{ key: 'flows/answer-survey:refused' }] as const;
      return { outcome: 'survey_refused', ...refuseWave(access, store, person), says };
    }
    if (answers.send !== true && answers.change !== 'send') {
      const buttons = [{ label: 'flows/answer-survey:go_on', flow: 'answer-survey', argument: wave.id }] as const;
      const says = [{ key: 'flows/answer-survey:kept', buttons }] as const;
      return { outcome: 'survey_kept', ...writeBallot({ answers, step: '' }, finishing), says };
    }
    const given = validAnswers(wave.questionnaire, surveyAnswers(answers, facts.questions));
    const isValid = completeness(wave.questionnaire, given) !== 'broken_off';
    const handedIn = writeBallot({ answers, step: '' }, finishing, {
      disposition: isValid ? 'complete' : 'blank',
      doneSlot: Math.floor(now / TIMES.burstSlotMs),
    });
    return {
      outcome: 'survey_answered',
      ...handedIn,
      says: [
        {
          key: 'flows/answer-survey:done',
          values: { until: { day: wave.closesAt } },
          buttons: [{ label: 'flows/answer-survey:again', flow: 'answer-survey', argument: wave.id }],
        },
      ],
    };
  },
});
