import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import type { Flow } from '../../engine/flow.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { AnswerState, FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { Member } from '../panel/member.ts';
import type { SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { completeness, validAnswers } from '../questionnaire/questionnaire.ts';
import { keepEntry, loadEntry, loadMember, loadSecrets, loadWave, whileOpen } from '../survey-store.ts';
import type { LedgerEntry, Wave } from '../wave/wave.ts';
import { TIMES } from '../wave/wave.ts';
import type { Ballot } from './ballot.ts';
import { lotOfBallot, nullifierOf, openBallot, sealBallot } from './ballot.ts';
import { ordered, stepAnswers, surveyAnswers, surveySteps } from './survey-steps.ts';

/** A wave that somebody may answer now, with what they answered so far. */
type Answering = {
  readonly wave: Wave;
  readonly member: Kept<Member>;
  readonly entry: LedgerEntry;
  readonly key: string;
  /** The name of their ballot. */
  readonly nullifier: string;
  readonly ballot: Ballot | undefined;
};
type AnswerSurveyFacts = { readonly answering: Answering | undefined; readonly questions: readonly SurveyQuestion[] };

/** Longer than any wave is open. */
const LIFETIME_SECONDS = 8 * 24 * 3600;

/** Somebody says how safe they feel: one question a message, each may be passed over, and all of it lies apart from who they are. */
export const answerSurvey: Flow<AnswerSurveyFacts, Readonly<Record<string, unknown>>> = surveySteps()
  .reduce(
    (made, { id, step }) => made.step(id, step as never), // the questions are data: their steps have no types of their own
    flow<AnswerSurveyFacts>({ id: 'answer-survey', version: 1, lifetimeSeconds: LIFETIME_SECONDS }).step(
      'begin',
      choice({ options: ['start', 'refuse'] }),
    ) as never as ReturnType<typeof flow<AnswerSurveyFacts>>,
  )
  .step(
    'send',
    confirm({
      relevant: ({ answers }) => (answers as Readonly<Record<string, unknown>>).begin === 'start',
      reviewed: false,
    }),
  )
  .end();

export const answerSurveyTalk = talk({
  flow: answerSurvey,
  load: async ({ store, person, position }: LoadContext) => {
    const { wave: id } = position.answers;
    const [wave, member] = await Promise.all([loadWave(store, id), loadMember(store, person.urn)]);
    if (wave?.record.state !== 'open' || !member) return undefined;
    const [secrets, entry] = await Promise.all([
      loadSecrets(store, wave.record.id),
      loadEntry(store, wave.record.id, person.urn),
    ]);
    if (!secrets || !entry || entry.invitedAt === undefined) return undefined;
    const nullifier = nullifierOf(secrets.key, person.urn);
    const sealed = await orStoreAway(store.redis.hget(store.keys.waveBallots(wave.record.id), nullifier));
    const ballot = sealed ? openBallot(secrets.key, nullifier, sealed) : undefined;
    const questions = ordered(wave.record.questionnaire.questions, lotOfBallot(nullifier));
    return { wave: wave.record, member, entry, key: secrets.key, nullifier, ballot, questions };
  },
  facts: (_city: object, _person, loaded): AnswerSurveyFacts => ({
    answering: loaded,
    questions: loaded?.questions ?? [],
  }),
  opens: (wave) => ({ wave }),
  closed: ({ answering }) => (answering ? undefined : { key: 'flows/answer-survey:over' }),
  prefills: (facts) => (facts.answering?.ballot ? readBallot(facts).answers : undefined),
  privateAnswers: {
    keeps: ['wave'],
    read: readBallot,
    write: writeBallot,
    drop: ({ store, person, facts: { answering } }) =>
      answering ? refused(answering, store, person) : { checks: [], writes: [] },
  },
  finish: (answers, finishing): Outcome => {
    const { store, person, facts, now } = finishing;
    const { answering } = facts;
    if (!answering) return noChange('survey_over', { key: 'flows/answer-survey:over' });
    if (answers.begin !== 'start')
      return {
        outcome: 'survey_refused',
        ...refused(answering, store, person),
        says: [{ key: 'flows/answer-survey:refused' }],
      };
    if (answers.send !== true)
      return {
        outcome: 'survey_kept',
        ...writeBallot({ answers, step: '' }, finishing),
        says: [{ key: 'flows/answer-survey:kept' }],
      };
    const { questionnaire } = answering.wave;
    const given = validAnswers(questionnaire, surveyAnswers(answers, facts.questions));
    const counts = completeness(questionnaire, given) !== 'broken_off';
    const { checks, writes } = writeBallot({ answers, step: '' }, finishing, {
      disposition: counts ? 'complete' : 'blank',
      doneSlot: Math.floor(now / TIMES.burstSlotMs),
    });
    return {
      outcome: 'survey_answered',
      checks,
      writes,
      says: [
        {
          key: 'flows/answer-survey:done',
          values: { until: { day: answering.wave.closesAt } },
          buttons: [{ label: 'flows/answer-survey:again', flow: 'answer-survey', argument: answering.wave.id }],
        },
      ],
    };
  },
});

/** What lies in the ballot, as the session remembers it. */
function readBallot({ answering, questions }: AnswerSurveyFacts): AnswerState {
  const { ballot, wave } = answering ?? {};
  if (!ballot || !wave) return { answers: {}, step: '' };
  const answers = { begin: 'start', ...stepAnswers(ballot.answers, questions) };
  const at = { answers, step: ballot.step };
  return ballot.draft === undefined ? at : { ...at, draft: ballot.draft };
}

/** Keeps what is answered so far, sealed, under a name that only the wave's key can make of the person. */
function writeBallot(
  { answers, draft, step: at }: AnswerState,
  { store, person, facts: { answering, questions }, now }: FinishContext<AnswerSurveyFacts>,
  step: Partial<LedgerEntry> = { disposition: 'started' },
): Pick<Outcome, 'checks' | 'writes'> {
  if (!answering || answers.begin !== 'start') return { checks: [], writes: [] };
  const { wave, member, entry, key, nullifier, ballot } = answering;
  const given = surveyAnswers(answers, questions);
  // How long a question stood, from its first sight to its answer: a tick or a miss in between does not begin it anew.
  const fresh = Object.keys(given).filter((code) => ballot?.answers[code] === undefined && given[code] !== null);
  const took = fresh.length === 1 && ballot?.askedAt !== undefined ? { [fresh[0] ?? '']: now - ballot.askedAt } : {};
  const { community, age, sex, hukou } = member.record;
  const made: Ballot = {
    answers: given,
    ...(draft === undefined ? {} : { draft }),
    took: { ...ballot?.took, ...took },
    step: at,
    askedAt: ballot && ballot.step === at ? (ballot.askedAt ?? now) : now,
    community,
    age,
    sex,
    hukou,
  };
  // Whoever has handed in and looks once more has handed in all the same.
  const moved = entry.disposition === 'complete' ? entry : { ...entry, ...step };
  const change = keepEntry(store, wave.id, person, moved, entry);
  return {
    checks: [whileOpen(store, wave.id), ...change.checks],
    writes: [...change.writes, ['HSET', store.keys.waveBallots(wave.id), nullifier, sealBallot(key, nullifier, made)]],
  };
}

/** Nobody is asked again in this wave, and nothing is kept of what they said. */
function refused(
  { wave, entry, nullifier }: Answering,
  store: FinishContext<AnswerSurveyFacts>['store'],
  person: FinishContext<AnswerSurveyFacts>['person'],
): Pick<Outcome, 'checks' | 'writes'> {
  const { checks, writes } = keepEntry(store, wave.id, person, { ...entry, disposition: 'refused' }, entry);
  return {
    checks: [whileOpen(store, wave.id), ...checks],
    writes: [...writes, ['HDEL', store.keys.waveBallots(wave.id), nullifier]],
  };
}
