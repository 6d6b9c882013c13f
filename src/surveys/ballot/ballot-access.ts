import type { Urn } from '../../channels/channel.ts';
import type { AnswerState, DroppedAnswers, FinishContext } from '../../people/talk.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { Member } from '../panel/member.ts';
import { loadMember } from '../panel/member-store.ts';
import type { SurveyQuestion } from '../questionnaire/questionnaire.ts';
import { keepEntry, loadEntry } from '../wave/ledger-store.ts';
import { loadSecrets } from '../wave/secrets-store.ts';
import type { LedgerEntry, Wave } from '../wave/wave.ts';
import { checkOpen, loadWave } from '../wave/wave-store.ts';
import type { Ballot } from './ballot.ts';
import { asHandedIn, lotOfBallot, nullifierOf } from './ballot.ts';
import { keepBallot, loadBallot, removeBallot } from './ballot-store.ts';
import type { SurveyFacts } from './survey-steps.ts';
import { orderOptions, stepAnswers, surveyAnswers } from './survey-steps.ts';

/** An open wave that a member may answer, and the means to read and write their ballot. */
export type BallotAccess = {
  readonly wave: Wave;
  readonly member: Kept<Member>;
  readonly entry: LedgerEntry;
  /** The wave's key. */
  readonly key: string;
  readonly nullifier: string;
  readonly ballot: Ballot | undefined;
  /** The questions with options in this ballot's order. */
  readonly questions: readonly SurveyQuestion[];
};

export type AnswerSurveyFacts = SurveyFacts & { readonly access: BallotAccess | undefined };

/** Loads the access of an invited member to an open wave; undefined for all others. */
export async function loadBallotAccess(store: Store, urn: Urn, id: unknown): Promise<BallotAccess | undefined> {
  const [wave, member] = await Promise.all([loadWave(store, id), loadMember(store, urn)]);
  if (wave?.record.state !== 'open' || !member) return undefined;
  const { record } = wave;
  const [secrets, entry] = await Promise.all([loadSecrets(store, record.id), loadEntry(store, record.id, urn)]);
  if (!secrets || !entry || entry.invitedAt === undefined) return undefined;
  const { key } = secrets;
  const nullifier = nullifierOf(key, urn);
  const ballot = await loadBallot(store, record.id, key, nullifier);
  const questions = orderOptions(record.questionnaire.questions, lotOfBallot(nullifier));
  return { wave: record, member, entry, key, nullifier, ballot, questions };
}

/** Reads the answers of a ballot in the form of a session. */
export function readBallot(access: BallotAccess | undefined): AnswerState {
  if (!access?.ballot) return { answers: {}, step: '' };
  const { answers, step, draft } = access.ballot;
  const state = { answers: { begin: 'start', ...stepAnswers(answers, access.questions) }, step };
  return draft === undefined ? state : { ...state, draft };
}

/** Seals the answers so far into the ballot, and moves the ledger entry. */
export function writeBallot(
  { answers, draft, step }: AnswerState,
  { store, person, facts: { access }, now }: FinishContext<AnswerSurveyFacts>,
  moved: Partial<LedgerEntry> = { disposition: 'started' },
): Change {
  if (!access || answers.begin !== 'start') return NO_CHANGE;
  const { wave, member, entry, key, nullifier, ballot, questions } = access;
  const given = surveyAnswers(answers, questions);
  const { community, age, sex, hukou } = member.record;
  const written: Ballot = {
    answers: given,
    ...(draft === undefined ? {} : { draft }),
    took: { ...ballot?.took, ...answerTime(given, ballot, now) },
    step,
    ...(entry.reminders ? { late: true } : {}),
    ...(moved.disposition === 'started' ? whatWasHandedIn(access) : {}),
    askedAt: ballot && ballot.step === step ? (ballot.askedAt ?? now) : now,
    community,
    age,
    sex,
    hukou,
  };
  // A ballot that was handed in stays handed in while its owner reviews it.
  const after = entry.disposition === 'complete' ? entry : { ...entry, ...moved };
  const { checks, writes } = keepEntry(store, wave.id, person, after, entry);
  return {
    checks: [checkOpen(store, wave.id), ...checks],
    writes: [...writes, keepBallot(store, wave.id, key, nullifier, written)],
  };
}

/** Returns the time (ms) from first sight of a question to its answer; ticks and misread inputs do not restart it. */
function answerTime(given: Ballot['answers'], ballot: Ballot | undefined, now: number): Ballot['took'] {
  const fresh = Object.keys(given).filter((code) => ballot?.answers[code] === undefined && given[code] !== null);
  return fresh.length === 1 && ballot?.askedAt !== undefined ? { [fresh[0] ?? '']: now - ballot.askedAt } : {};
}

/** What a change of a ballot leaves as it is until it is handed in again. */
function whatWasHandedIn({ entry, ballot }: BallotAccess): Pick<Ballot, 'handedIn'> {
  if (entry.disposition !== 'complete' || !ballot) return {};
  const { answers, took } = ballot;
  return { handedIn: ballot.handedIn ?? { answers, took } };
}

/** Leaves the survey: a change ends without effect on what was handed in; a ballot that never was counts as a refusal. */
export function leaveBallot(access: BallotAccess, store: Store, person: Urn): DroppedAnswers {
  const { wave, entry, key, nullifier, ballot } = access;
  if (entry.disposition !== 'complete' || !ballot) return refuseWave(access, store, person);
  const { draft: _left, ...handedIn } = asHandedIn(ballot);
  const before: Ballot = { ...handedIn, step: '' };
  return {
    checks: [checkOpen(store, wave.id)],
    writes: [keepBallot(store, wave.id, key, nullifier, before)],
    says: { key: 'flows/answer-survey:unchanged' },
  };
}

/** Records a refusal and removes the ballot; no reminder follows. */
export function refuseWave({ wave, entry, nullifier }: BallotAccess, store: Store, person: Urn): Change {
  const { checks, writes } = keepEntry(store, wave.id, person, { ...entry, disposition: 'refused' }, entry);
  return {
    checks: [checkOpen(store, wave.id), ...checks],
    writes: [...writes, removeBallot(store, wave.id, nullifier)],
  };
}
