import type { Advance } from './advance-result.ts';
import { applyReading, ask } from './apply-reading.ts';
import type { FlowStep } from './flow.ts';
import type { Input, Media } from './input.ts';
import { moveTo } from './move-session.ts';
import type { FlowRun } from './path.ts';
import { contextOf, findStep, isOptional, relevantSteps } from './path.ts';
import type { Session } from './session.ts';
import type { PhotosStep } from './steps/photos.ts';
import { addPhoto } from './steps/photos.ts';

/** Keeps an input for the question that it answers, if that is another than the present one; undefined if there is none. */
export function keepInput<F>(run: FlowRun<F>, session: Session, step: FlowStep<F>, input: Input): Advance | undefined {
  const isWords = input.type === 'text' || input.type === 'voice';
  if (input.type === 'photo' && step.kind !== 'photos') return keepPhotoForLater(run, session, step, input);
  if (input.type === 'location' && !['place', 'spot'].includes(step.kind))
    return keepPlaceForLater(run, session, input);
  const forPhotos = isWords && step.kind === 'photos' ? wordsForPhotos(run, session, step, input) : undefined;
  if (forPhotos || !isWords || step.words === undefined) return forPhotos;
  return addWords(run, session, wordsOf(run, session, step, input), input);
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
  // An answer that was taken back, or came too late, must not stand against what the words mean.
  const { [step.id]: _asked, ...answers } = session.answers;
  return applyReading(run, moveTo(run, { ...session, answers }, id), target, reading);
}
