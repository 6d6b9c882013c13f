import type { Flow, FlowStep } from './flow.ts';
import type { Input, Media } from './input.ts';
import type { Play } from './path.ts';
import { contextOf, findStep, firstOpen, isRelevant, relevantSteps, stepBefore } from './path.ts';
import { pickOne } from './pick-one.ts';
import type { AnswerLine, Control, Question } from './question.ts';
import { isControl, LEAVE, lineOf, questionOf } from './question.ts';
import type { Session } from './session.ts';
import type { Reading } from './step.ts';
import type { PhotosStep } from './steps/photos.ts';
import { addPhoto } from './steps/photos.ts';

/** What one input did to a talk. */
export type Advance =
  | Asked
  | Finished
  | { readonly type: 'paused'; readonly session: Session }
  | { readonly type: 'ended'; readonly how: 'dropped' | 'declined' | 'expired'; readonly step: string };

export type Finished = {
  readonly type: 'finished';
  readonly answers: Session['answers'];
  /** The same with what was answered before later answers made its question irrelevant. */
  readonly given: Session['answers'];
  readonly answered?: AnswerLine;
};

export type Asked = {
  readonly type: 'asked';
  readonly session: Session;
  readonly question: Question;
  readonly because?: AskReason;
  readonly answered?: AnswerLine;
  /** Nothing needs to be said: the next photo of one album. */
  readonly quiet?: boolean;
};

/** Why the same question stands again, or what was noticed on the way. */
export type AskReason =
  | { readonly type: 'again'; readonly reason: string; readonly misses: number }
  | { readonly type: 'old_button' }
  | { readonly type: 'photo_kept' }
  | { readonly type: 'photo_full'; readonly max: number };

/** Opens a talk at its first question. Answers known beforehand (a photo that came first) are not asked again. */
export function open<F>(
  flow: Flow<F>,
  talk: string,
  facts: F,
  now: number,
  known: OpeningAnswers = {},
): Asked | Finished {
  const play = { flow, facts, now };
  const { answers = {}, album } = known;
  const begun = { flow: flow.id, version: flow.version, talk, step: '', answers, expires: now };
  // A button under a message may bring every answer along: then it is the answer.
  if (!firstOpen(play, answers)) return { type: 'finished', answers: contextOf(play, answers).answers, given: answers };
  return ask(play, onValidStep(play, album === undefined ? begun : { ...begun, album }));
}

/** What came before the talk was opened. */
export type OpeningAnswers = { readonly answers?: Session['answers']; readonly album?: string | undefined };

/** Shows the present question once more, after a pause, an announcement or a restart. */
export function resume<F>(flow: Flow<F>, kept: Session, facts: F, now: number): Advance {
  const play = { flow, facts, now };
  if (now > kept.expires) return { type: 'ended', how: 'expired', step: kept.step };
  return ask(play, without(onValidStep(play, kept), 'leaving'));
}

/** The question on which a talk stands, as its buttons show it. */
export function currentQuestion<F>(flow: Flow<F>, session: Session, facts: F, now: number): Question {
  const play = { flow, facts, now };
  return questionOf(play, onValidStep(play, session));
}

/** One input into one talk gives the next question or the end. Pure: the same arguments give the same answer. */
export function advance<F>(flow: Flow<F>, kept: Session, input: Input, facts: F, now: number): Advance {
  const play = { flow, facts, now };
  if (now > kept.expires) return { type: 'ended', how: 'expired', step: kept.step };
  const session = onValidStep(play, kept);
  const step = findStep(play, session.step);
  if (!step) throw new Error(`Flow ${flow.id} has no steps.`);

  if (input.type === 'choice') {
    const here = session.leaving ? LEAVE : session.step;
    // A button of an earlier question stays on the screen; a tap on it answers nothing here.
    if (input.talk !== session.talk || input.step !== here) return oldButton(play, kept);
    const question = questionOf(play, session);
    if (!isOffered(question, input.option)) return oldButton(play, kept);
    if (question.seal !== '' && !isControl(input.option) && input.seal !== question.seal) return oldButton(play, kept);
    if (session.leaving) return leave(play, session, input.option);
    if (isControl(input.option) && input.option !== '~done') return control(play, session, step, input.option);
  }
  if (input.type === 'text' && session.leaving) {
    const option = pickOne(questionOf(play, session).options, input);
    if (option) return leave(play, session, option);
    return { ...ask(play, session), because: missed('invalid', (session.misses ?? 0) + 1) };
  }
  const staying = without(session, 'leaving');
  if (input.type === 'photo' && step.kind !== 'photos') {
    const early = photoOutOfTurn(play, staying, step, input);
    if (early) return early;
  }
  return apply(play, staying, step, step.read(input, contextOf(play, session.answers), session.draft));
}

function apply<F>(play: Play<F>, session: Session, step: FlowStep<F>, reading: Reading): Advance {
  switch (reading.type) {
    case 'answer':
      return answer(play, session, step, reading.value);
    case 'more': {
      const { [step.id]: _taken, ...others } = session.answers;
      const kept = reading.clears ? { ...session, answers: others } : session;
      const asked = ask(play, { ...learnt(kept, reading.also), draft: reading.draft });
      const because = reading.reason === undefined ? {} : { because: missed(reading.reason, 1) };
      return { ...asked, ...because, quiet: reading.quiet ?? false };
    }
    case 'again': {
      const misses = (session.misses ?? 0) + 1;
      return { ...ask(play, { ...learnt(session, reading.also), misses }), because: missed(reading.reason, misses) };
    }
    case 'go': {
      const known = findStep(play, reading.step);
      return known ? ask(play, moved(play, session, known.id)) : oldButton(play, session);
    }
    case 'skipped':
      return answer(play, session, step, null);
    case 'declined':
      return { type: 'ended', how: 'declined', step: step.id };
  }
}

/** The session with what the same words answered besides: the newest words count. */
function learnt(session: Session, also: Session['answers'] = {}): Session {
  return without({ ...session, answers: { ...session.answers, ...also } }, 'misses');
}

function answer<F>(play: Play<F>, session: Session, step: FlowStep<F>, value: unknown): Advance {
  const answers = { ...session.answers, [step.id]: value };
  for (const later of step.resets ?? []) delete answers[later];
  const answered = lineOf(play, answers, step);
  const next = firstOpen(play, answers);
  // A review never counts as answered, so after "send" it is itself the first open step, unless something is missing.
  if (next && next.id !== step.id) return { ...ask(play, moved(play, { ...session, answers }, next.id)), answered };
  return { type: 'finished', answers: contextOf(play, answers).answers, given: answers, answered };
}

function control<F>(play: Play<F>, session: Session, step: FlowStep<F>, option: Exclude<Control, '~done'>): Advance {
  switch (option) {
    case '~back': {
      // Inside a step that asks in parts, back first leaves the part.
      const inside = session.draft === undefined ? undefined : step.inside?.(session.draft);
      if (inside) return ask(play, { ...moved(play, session, step.id), ...inside });
      return ask(play, moved(play, keepGathered(session, step), stepBefore(play, session)?.id ?? step.id));
    }
    case '~skip':
      return answer(play, session, step, null);
    case '~keep':
      return ask(play, moved(play, session, firstOpen(play, session.answers)?.id ?? step.id));
    case '~leave':
      if (play.flow.light) return { type: 'ended', how: 'dropped', step: step.id };
      return ask(play, { ...without(session, 'misses'), leaving: true });
  }
}

function leave<F>(play: Play<F>, session: Session, option: string): Advance {
  if (option === 'drop') return { type: 'ended', how: 'dropped', step: session.step };
  const staying = ask(play, without(session, 'leaving'));
  return option === 'later' ? { type: 'paused', session: staying.session } : staying;
}

/** A photo that comes before (or after) it is asked for is kept for the step that wants it. */
function photoOutOfTurn<F>(
  play: Play<F>,
  session: Session,
  step: FlowStep<F>,
  input: Extract<Input, { type: 'photo' }>,
): Advance | undefined {
  const wanted = relevantSteps(play, session.answers).find((s): s is FlowStep<F> & PhotosStep => s.kind === 'photos');
  if (!wanted) return undefined;
  const { max } = wanted.photos;
  const list = addPhoto((session.answers[wanted.id] ?? []) as readonly Media[], input.photo, max);
  const album = input.album === undefined ? {} : { album: input.album };
  const next = { ...session, ...album, ...(list ? { answers: { ...session.answers, [wanted.id]: list } } : {}) };
  if (step.kind === 'text' && input.caption) {
    const reading = step.read({ type: 'text', text: input.caption }, contextOf(play, next.answers), undefined);
    if (reading.type === 'answer') return apply(play, next, step, reading);
  }
  const sameAlbum = input.album !== undefined && input.album === session.album;
  if (list) return { ...ask(play, next), because: { type: 'photo_kept' }, quiet: sameAlbum };
  // Told once an album, and only told: the question is still there.
  const told = sameAlbum && session.full === input.album;
  const full = input.album === undefined ? next : { ...next, full: input.album };
  return { ...ask(play, full), because: { type: 'photo_full', max }, quiet: told };
}

function oldButton<F>(play: Play<F>, session: Session): Asked {
  const question = questionOf(play, onValidStep(play, session));
  return { type: 'asked', session, question, because: { type: 'old_button' } };
}

/** The question, and the session with its time to live begun anew. */
function ask<F>(play: Play<F>, session: Session): Asked {
  const expires = play.now + play.flow.lifetimeSeconds * 1000;
  return { type: 'asked', session: { ...session, expires }, question: questionOf(play, session) };
}

/** The session on a step that the flow still has and still asks, so that a new version of a flow strands nobody. */
function onValidStep<F>(play: Play<F>, kept: Session): Session {
  const session = kept.version === play.flow.version ? kept : { ...kept, version: play.flow.version };
  const step = findStep(play, session.step);
  if (step && isRelevant(play, step, session.answers)) return session;
  const next = firstOpen(play, session.answers) ?? play.flow.steps.at(-1);
  return moved(play, session, next?.id ?? '');
}

/** The session at another step; a step that gathers begins with what it has. */
function moved<F>(play: Play<F>, session: Session, id: string): Session {
  const there = { ...without(session, 'draft', 'misses', 'leaving'), step: id };
  const draft = findStep(play, id)?.draftOf?.(session.answers[id]);
  return draft === undefined ? there : { ...there, draft };
}

/** Photos sent so far are not lost by a look at the question before. */
function keepGathered<F>(session: Session, step: FlowStep<F>): Session {
  const gathered = session.draft === undefined ? undefined : step.gathered?.(session.draft);
  return gathered === undefined ? session : { ...session, answers: { ...session.answers, [step.id]: gathered } };
}

/** Whether the question has such a button at all. */
function isOffered({ options, controls, review }: Question, option: string): boolean {
  if (isControl(option)) return controls.includes(option);
  return options.some(({ id }) => id === option) || review.some(({ step }) => `fix.${step}` === option);
}

function missed(reason: string, misses: number): AskReason {
  return { type: 'again', reason, misses };
}

function without(session: Session, ...names: readonly ('draft' | 'misses' | 'leaving')[]): Session {
  if (names.every((name) => session[name] === undefined)) return session;
  const rest: Record<string, unknown> = { ...session };
  for (const name of names) delete rest[name];
  return rest as Session;
}
