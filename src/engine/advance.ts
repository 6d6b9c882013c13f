import type { Flow, FlowStep } from './flow.ts';
import type { Input, Media } from './input.ts';
import { addAnswers, keepDraft, moveTo, omit, settle } from './move-session.ts';
import type { FlowRun } from './path.ts';
import { contextOf, findStep, firstOpen, isOptional, relevantSteps, stepBefore } from './path.ts';
import { pickOne } from './pick-one.ts';
import type { AnswerLine, Control, Question } from './question.ts';
import { isControl, LEAVE, lineOf, questionOf } from './question.ts';
import type { Session } from './session.ts';
import type { Names, Reading } from './step.ts';
import type { PhotosStep } from './steps/photos.ts';
import { addPhoto } from './steps/photos.ts';

/** The result of one input. */
export type Advance =
  | Asked
  | Finished
  | { readonly type: 'paused'; readonly session: Session }
  | { readonly type: 'ended'; readonly how: 'dropped' | 'declined' | 'expired'; readonly step: string };

export type Finished = {
  readonly type: 'finished';
  readonly answers: Session['answers'];
  /** All answers, including those whose question later answers made irrelevant. */
  readonly given: Session['answers'];
  readonly answered?: AnswerLine;
};

export type Asked = {
  readonly type: 'asked';
  readonly session: Session;
  readonly question: Question;
  readonly because?: AskReason;
  readonly answered?: AnswerLine;
  /** True if no reply is needed: a further photo of one album. */
  readonly quiet?: boolean;
};

/** Why the same question is asked again, or a notice that precedes it. */
export type AskReason =
  | { readonly type: 'again'; readonly reason: string; readonly misses: number }
  | { readonly type: 'old_button' }
  | { readonly type: 'photo_kept' }
  | { readonly type: 'place_kept' }
  | { readonly type: 'found'; readonly name: Names }
  | { readonly type: 'photo_full'; readonly max: number };

/** Answers and photo album that a person sent before the flow was opened, and the draft of its first question. */
export type OpeningAnswers = {
  readonly answers?: Session['answers'];
  readonly album?: string | undefined;
  readonly draft?: unknown;
};

/** Opens a flow at its first open question; `opening` answers are not asked again. */
export function open<F>(
  flow: Flow<F>,
  talk: string,
  facts: F,
  now: number,
  opening: OpeningAnswers = {},
): Asked | Finished {
  const run = { flow, facts, now };
  const { album, draft } = opening;
  const answers = readOut(run, opening.answers ?? {});
  const session = { flow: flow.id, version: flow.version, talk, step: '', answers, expires: now };
  // A button under a message may bring all answers; the flow then finishes without a question.
  if (!firstOpen(run, answers)) return { type: 'finished', answers: contextOf(run, answers).answers, given: answers };
  const first = settle(run, album === undefined ? session : { ...session, album });
  return ask(run, draft === undefined ? first : { ...first, draft });
}

/** Asks the current question again after a pause, an announcement or a restart. */
export function resume<F>(flow: Flow<F>, stored: Session, facts: F, now: number): Advance {
  const run = { flow, facts, now };
  if (now > stored.expires) return { type: 'ended', how: 'expired', step: stored.step };
  return ask(run, omit(settle(run, stored), 'leaving'));
}

/** Returns the current question of a session, as its buttons show it. */
export function currentQuestion<F>(flow: Flow<F>, session: Session, facts: F, now: number): Question {
  const run = { flow, facts, now };
  return questionOf(run, settle(run, session));
}

/** Applies one input to a session. Pure: equal arguments give an equal result. */
export function advance<F>(flow: Flow<F>, stored: Session, input: Input, facts: F, now: number): Advance {
  const run = { flow, facts, now };
  if (now > stored.expires) return { type: 'ended', how: 'expired', step: stored.step };
  const session = settle(run, stored);
  const step = findStep(run, session.step);
  if (!step) throw new Error(`Flow ${flow.id} has no steps.`);

  if (input.type === 'choice') {
    const here = session.leaving ? LEAVE : session.step;
    // Buttons of earlier questions stay on the screen; a tap on one must not answer this question.
    if (input.talk !== session.talk || input.step !== here) return showOldButton(run, stored);
    const question = questionOf(run, session);
    if (!isOffered(question, input.option)) return showOldButton(run, stored);
    if (question.seal !== '' && !isControl(input.option) && input.seal !== question.seal) {
      return showOldButton(run, stored);
    }
    if (session.leaving) return applyLeave(run, session, input.option);
    if (isControl(input.option) && input.option !== '~done') return applyControl(run, session, step, input.option);
  }
  if (input.type === 'text' && session.leaving) {
    const option = pickOne(questionOf(run, session).options, input);
    if (option) return applyLeave(run, session, option);
    return { ...ask(run, session), because: askAgain('invalid', (session.misses ?? 0) + 1) };
  }
  const staying = omit(session, 'leaving');
  if (input.type === 'photo' && step.kind !== 'photos') {
    const kept = keepPhotoForLater(run, staying, step, input);
    if (kept) return kept;
  }
  if (input.type === 'location' && !['place', 'spot'].includes(step.kind)) {
    const kept = keepPlaceForLater(run, staying, input);
    if (kept) return kept;
  }
  if (step.kind === 'photos' && (input.type === 'text' || input.type === 'voice')) {
    const kept = wordsForPhotos(run, staying, step, input);
    if (kept) return kept;
  }
  if (step.words !== undefined && (input.type === 'text' || input.type === 'voice')) {
    const kept = addWords(run, staying, wordsOf(run, staying, step, input), input);
    if (kept) return kept;
  }
  return applyReading(run, staying, step, step.read(input, contextOf(run, session.answers), session.draft));
}

function applyReading<F>(run: FlowRun<F>, session: Session, step: FlowStep<F>, reading: Reading): Advance {
  switch (reading.type) {
    case 'answer':
      return applyAnswer(run, session, step, reading.value, reading);
    case 'more': {
      const { [step.id]: _cleared, ...others } = session.answers;
      const before = reading.clears ? { ...session, answers: others } : session;
      const asked = ask(run, { ...alsoAnswered(run, before, reading.also), draft: reading.draft });
      const because = reading.reason === undefined ? {} : { because: askAgain(reading.reason, 1) };
      return { ...asked, ...because, quiet: reading.quiet ?? false };
    }
    case 'again': {
      const misses = (session.misses ?? 0) + 1;
      return {
        ...ask(run, { ...alsoAnswered(run, session, reading.also), misses }),
        because: askAgain(reading.reason, misses),
      };
    }
    case 'go': {
      const target = findStep(run, reading.step);
      return target ? ask(run, moveTo(run, session, target.id)) : showOldButton(run, session);
    }
    case 'skipped':
      return applyAnswer(run, session, step, null);
    case 'declined':
      return { type: 'ended', how: 'declined', step: step.id };
  }
}

function applyAnswer<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  value: unknown,
  { also, found }: { readonly also?: Session['answers']; readonly found?: Names } = {},
): Advance {
  const answers = { ...session.answers, [step.id]: value };
  const changed = isSame(session.answers[step.id], value) ? [] : (step.changeResets ?? []);
  const resets = [...(step.resets ?? []), ...changed, ...(value === false ? (step.noResets ?? []) : [])];
  for (const later of resets) delete answers[later];
  Object.assign(answers, also);
  const answered = lineOf(run, answers, step);
  const all = readOut(run, answers);
  const next = firstOpen(run, all);
  // A review never counts as answered: after "send" it is the first open step unless an answer is missing.
  if (next && next.id !== step.id) {
    const because = found ? { because: { type: 'found', name: found } as const } : {};
    return { ...ask(run, moveTo(run, { ...session, answers: all }, next.id)), answered, ...because };
  }
  return { type: 'finished', answers: contextOf(run, all).answers, given: all, answered };
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function applyControl<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  control: Exclude<Control, '~done'>,
): Advance {
  switch (control) {
    case '~back': {
      // Inside a question with parts, back first leaves the part.
      const inside = session.draft === undefined ? undefined : step.backInside?.(session.draft);
      if (inside) return ask(run, { ...moveTo(run, session, step.id), ...inside });
      return ask(run, moveTo(run, keepDraft(session, step), stepBefore(run, session)?.id ?? step.id));
    }
    case '~skip':
      return applyAnswer(run, session, step, null);
    case '~keep':
      return ask(run, moveTo(run, session, firstOpen(run, session.answers)?.id ?? step.id));
    case '~leave':
      if (run.flow.light) return { type: 'ended', how: 'dropped', step: step.id };
      return ask(run, { ...omit(session, 'misses'), leaving: true });
  }
}

function applyLeave<F>(run: FlowRun<F>, session: Session, option: string): Advance {
  if (option === 'drop') return { type: 'ended', how: 'dropped', step: session.step };
  const staying = ask(run, omit(session, 'leaving'));
  return option === 'later' ? { type: 'paused', session: staying.session } : staying;
}

/** Keeps a photo that was sent at another question for the photo step; undefined if the flow asks for no photos. */
function keepPhotoForLater<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  input: Extract<Input, { type: 'photo' }>,
): Advance | undefined {
  const target = relevantSteps(run, session.answers).find((s): s is FlowStep<F> & PhotosStep => s.kind === 'photos');
  if (!target) return undefined;
  const { max } = target.photos;
  const list = addPhoto((session.answers[target.id] ?? []) as readonly Media[], input.photo, max);
  const album = input.album === undefined ? {} : { album: input.album };
  const next = { ...session, ...album, ...(list ? { answers: { ...session.answers, [target.id]: list } } : {}) };
  if (step.kind === 'text' && input.caption) {
    const reading = step.read({ type: 'text', text: input.caption }, contextOf(run, next.answers), undefined);
    if (reading.type === 'answer') return applyReading(run, next, step, reading);
  }
  const sameAlbum = input.album !== undefined && input.album === session.album;
  // A card shows every photo: its button confirms what it shows.
  const silent = sameAlbum && step.review !== true;
  if (list) return { ...ask(run, next), because: { type: 'photo_kept' }, quiet: silent };
  // One notice per album; the question stays.
  const quiet = sameAlbum && session.full === input.album;
  const full = input.album === undefined ? next : { ...next, full: input.album };
  return { ...ask(run, full), because: { type: 'photo_full', max }, quiet };
}

/** Keeps a location that was sent at another question for the place step. */
function keepPlaceForLater<F>(
  run: FlowRun<F>,
  session: Session,
  input: Extract<Input, { type: 'location' }>,
): Advance | undefined {
  const target = relevantSteps(run, session.answers).find(({ kind }) => kind === 'place');
  const reading = target?.read(input, contextOf(run, session.answers), undefined);
  if (!target || !reading) return undefined;
  const current = findStep(run, session.step);
  // At the card the place is corrected at once, with what that asks.
  if (current?.review) return applyReading(run, moveTo(run, session, target.id), target, reading);
  if (reading.type !== 'answer') return undefined;
  const kept = { ...session, answers: { ...session.answers, [target.id]: reading.value } };
  return { ...ask(run, kept), because: { type: 'place_kept' } };
}

/** Words typed where photos are asked for answer the later question for words; the photos so far stay. */
function wordsForPhotos<F>(
  run: FlowRun<F>,
  session: Session,
  step: FlowStep<F>,
  input: Extract<Input, { type: 'text' | 'voice' }>,
): Advance | undefined {
  const context = contextOf(run, session.answers);
  const steps = relevantSteps(run, session.answers);
  const target = steps.slice(steps.indexOf(step) + 1).find((one) => one.kind === 'text' && !one.offered?.(context));
  if (!target || (input.type === 'text' && [...input.text].length < ADDED_MIN)) return undefined;
  const photos = session.draft === undefined ? undefined : step.draftAnswer?.(session.draft);
  if (photos === undefined && !isOptional(step, context)) return undefined;
  const reading = target.read(input, context, undefined);
  if (reading.type !== 'answer' && reading.type !== 'more') return undefined;
  const answers = { ...session.answers, [step.id]: photos ?? null };
  return applyReading(run, moveTo(run, { ...session, answers }, target.id), target, reading);
}

/** Shorter words at the card (不对, 好的) are a remark and no addition, in characters. */
const ADDED_MIN = 4;

/** The step that these words at the card are for; '' for none. */
function wordsOf<F>(run: FlowRun<F>, session: Session, { words = '' }: FlowStep<F>, input: Input): string {
  const said = input.type === 'text' ? input.text : undefined;
  return typeof words === 'string' ? words : words(contextOf(run, session.answers), said);
}

/** Adds words that were typed at the card to the step that they are for. */
function addWords<F>(
  run: FlowRun<F>,
  session: Session,
  id: string,
  input: Extract<Input, { type: 'text' | 'voice' }>,
): Advance | undefined {
  const step = findStep(run, session.step);
  const target = findStep(run, id);
  if (!step || !target) return undefined;
  const context = contextOf(run, session.answers);
  const isText = target.kind === 'text';
  if (isText && input.type === 'text' && [...input.text].length < ADDED_MIN) return undefined;
  // A typed button, such as 提交, is no addition.
  if (step.read(input, context, session.draft).type !== 'again') return undefined;
  const before = (session.answers[id] as { readonly text?: string } | null | undefined)?.text;
  const whole =
    isText && input.type === 'text' && before !== undefined ? { ...input, text: `${before}\n${input.text}` } : input;
  if (input.type === 'voice' && session.answers[id]) return undefined;
  const reading = target.read(whole, context, undefined);
  if (reading.type === 'again') return undefined;
  return applyReading(run, moveTo(run, session, id), target, reading);
}

/** Adds what the answers already say to what is missing. */
function readOut<F>(run: FlowRun<F>, answers: Session['answers']): Session['answers'] {
  const more = run.flow.readsOut?.(answers, run.facts) ?? {};
  return Object.keys(more).length === 0 ? answers : { ...more, ...answers };
}

function alsoAnswered<F>(run: FlowRun<F>, session: Session, also: Session['answers'] | undefined): Session {
  const added = addAnswers(session, also);
  return also === undefined ? added : { ...added, answers: readOut(run, added.answers) };
}

function showOldButton<F>(run: FlowRun<F>, session: Session): Asked {
  const question = questionOf(run, settle(run, session));
  return { type: 'asked', session, question, because: { type: 'old_button' } };
}

/** Asks the session's question and renews its lifetime. */
function ask<F>(run: FlowRun<F>, session: Session): Asked {
  const expires = run.now + run.flow.lifetimeSeconds * 1000;
  return { type: 'asked', session: { ...session, expires }, question: questionOf(run, session) };
}

/** True if the question shows a button for this option. */
function isOffered({ options, controls, review }: Question, option: string): boolean {
  if (isControl(option)) return controls.includes(option);
  return options.some(({ id }) => id === option) || review.some(({ step }) => `fix.${step}` === option);
}

function askAgain(reason: string, misses: number): AskReason {
  return { type: 'again', reason, misses };
}
