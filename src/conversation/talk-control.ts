import type { Advance, Asked, AskReason, OpeningAnswers } from '../engine/advance.ts';
import { advance, currentQuestion, open, resume } from '../engine/advance.ts';
import type { Input } from '../engine/input.ts';
import { tidyText } from '../engine/tidy-text.ts';
import { flowKey } from '../notify/reader.ts';
import type { Contact } from '../people/contact.ts';
import { encryptAnswer } from '../people/encrypt-answer.ts';
import type { Talk } from '../people/talk.ts';
import { changeBy, closeTapped, finishingOf, offer, pauseActive, remind, sayMessage, showResult } from './reply.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, Playing, TurnContext } from './turn-context.ts';
import { factsOf, readerOf } from './turn-context.ts';

/** Opens a talk, unless one of the same flow waits: then the person chooses between that and a new one. */
export function openTalk(flow: string, decision: Decision, context: TurnContext, known: OpeningAnswers = {}): void {
  const talk = talkOf(flow);
  if (!talk) return;
  pauseActive(decision);
  const waiting = decision.talks.paused.find((session) => session.flow === flow);
  // What lies apart is there whichever session asks for it: the one that waits goes on, or gives way to another.
  if (waiting && talk.privateAnswers) takeOut(waiting.talk, decision);
  else if (waiting) return offer(waiting, decision, context, true);
  const facts = factsOf(talk, context, decision.contact);
  const closed = talk.closed?.(facts, context.now);
  if (closed) {
    // Whoever forges a button is refused, and leaves a trace.
    decision.audit.push(`refused:${flow}`);
    sayMessage(closed, decision, context);
    return remind(decision, context);
  }
  const answers = { ...talk.prefills?.(facts), ...known.answers };
  const opened = open(talk.flow, context.talkId, facts, context.now, { ...known, answers });
  showResult(opened.type === 'asked' ? { ...opened, ...noticeOf(opened, known) } : opened, talk, decision, context);
}

/** What is to be said of the answers that were known beforehand. */
function noticeOf({ session }: Asked, { answers = {} }: OpeningAnswers): { readonly because?: AskReason } {
  if (answers.photos) return { because: { type: 'photo_kept' } };
  // The number of a case that this person cannot see: it does not count, and the list is shown.
  if (answers[session.step] === undefined) return {};
  return { because: { type: 'again', reason: session.step === 'case' ? 'not_found' : 'changed', misses: 1 } };
}

/** A photo out of the blue goes into the report that waits, or begins one. */
export function takePhoto(
  photo: Extract<Input, { type: 'photo' }>,
  flow: string,
  decision: Decision,
  context: TurnContext,
): void {
  pauseActive(decision);
  const waiting = decision.talks.paused.find((session) => session.flow === flow);
  const talk = talkOf(flow);
  if (waiting && talk) {
    takeOut(waiting.talk, decision);
    return playInput({ session: waiting, talk }, photo, decision, context);
  }
  const caption = photo.caption ? { description: { text: tidyText(photo.caption) } } : {};
  openTalk(flow, decision, context, { answers: { photos: [photo.photo], ...caption }, album: photo.album });
}

/** Lets go of waiting talks of this flow and opens it anew. */
export function openFresh(flow: string, decision: Decision, context: TurnContext): void {
  decision.talks = { ...decision.talks, paused: decision.talks.paused.filter((session) => session.flow !== flow) };
  openTalk(flow, decision, context);
}

/** Shows the active talk's question once more, after a word in between. */
export function showAgain(decision: Decision, context: TurnContext): void {
  const session = decision.talks.active;
  const talk = session && talkOf(session.flow);
  if (talk)
    showResult(
      resume(talk.flow, session, factsOf(talk, context, decision.contact), context.now),
      talk,
      decision,
      context,
    );
}

/** Goes on with a talk that waits. False if there is none of this id. */
export function resumeTalk(id: string, decision: Decision, context: TurnContext): boolean {
  const session = decision.talks.paused.find((s) => s.talk === id);
  const talk = session && talkOf(session.flow);
  if (!session || !talk) return false;
  takeOut(id, decision);
  pauseActive(decision);
  if (isOver(talk, decision, context)) return true;
  showResult(
    resume(talk.flow, session, factsOf(talk, context, decision.contact), context.now),
    talk,
    decision,
    context,
  );
  return true;
}

/** Deletes a talk that waits. False if there is none of this id. */
export function dropTalk(id: string, decision: Decision, context: TurnContext): boolean {
  if (!decision.talks.paused.some((s) => s.talk === id)) return false;
  const flow = decision.talks.paused.find((s) => s.talk === id)?.flow ?? '';
  const talk = talkOf(flow);
  if (talk?.privateAnswers) changeBy(talk.privateAnswers.drop(finishingOf(talk, decision, context)), decision);
  takeOut(id, decision);
  sayMessage({ key: 'common:dropped' }, decision, context);
  return true;
}

/** Plays one input into the active talk. `refine` may put a better reason on a miss. */
export function playInput(
  { session, talk }: Playing,
  input: Input,
  decision: Decision,
  context: TurnContext,
  refine: (result: Advance) => Advance = (result) => result,
): void {
  const facts = factsOf(talk, context, decision.contact);
  if (isOver(talk, decision, context)) return;
  const result = keptSealed(refine(advance(talk.flow, session, input, facts, context.now)), talk, context);
  if ('answered' in result && result.answered) {
    const learnt = (talk.learns ?? unchanged)(decision.contact, result.answered, context.now);
    if (learnt !== decision.contact) decision.audit.push(`learnt:${talk.flow.id}.${result.answered.step}`);
    decision.contact = learnt;
    const said = talk.says?.(result.answered, answersOf(result), facts);
    if (said) {
      closeTapped(decision, context, result.answered);
      decision.tapped = undefined;
      sayMessage(said, decision, context);
    }
    if (result.type === 'asked') {
      // What was learnt may make earlier questions irrelevant (consent): the way back looks different now.
      const factsNow = factsOf(talk, context, learnt);
      const question = currentQuestion(talk.flow, result.session, factsNow, context.now);
      return showResult({ ...result, question }, talk, decision, context);
    }
  }
  showResult(result, talk, decision, context);
}

/** A survey may close while it is answered: then there is nothing to ask any more. */
function isOver(talk: Talk, decision: Decision, context: TurnContext): boolean {
  const closed = talk.privateAnswers && talk.closed?.(factsOf(talk, context, decision.contact), context.now);
  if (!closed) return false;
  const { active, ...rest } = decision.talks;
  decision.talks = active && active.flow !== talk.flow.id ? decision.talks : rest;
  sayMessage(closed, decision, context);
  return true;
}

/** What was just answered and is nobody's to read lies sealed in the session. */
function keptSealed(result: Advance, { seals = [] }: Talk, { person, store }: TurnContext): Advance {
  const step = 'answered' in result ? result.answered?.step : undefined;
  if (step === undefined || !seals.includes(step)) return result;
  const closed = (answers: Readonly<Record<string, unknown>>) => {
    const answer = answers[step];
    return typeof answer === 'string' ? { ...answers, [step]: encryptAnswer(answer, person.urn, store) } : answers;
  };
  if (result.type === 'asked') {
    return { ...result, session: { ...result.session, answers: closed(result.session.answers) } };
  }
  if (result.type !== 'finished') return result;
  return { ...result, answers: closed(result.answers), given: closed(result.given) };
}

const unchanged = (contact: Contact): Contact => contact;

function answersOf(result: Asked | Extract<Advance, { type: 'finished' }>): Readonly<Record<string, unknown>> {
  return result.type === 'asked' ? result.session.answers : result.answers;
}

/** Takes out talks that were left alone too long and says so. */
export function dropExpired(decision: Decision, context: TurnContext): void {
  const { active, ...rest } = decision.talks;
  const over = [...rest.paused, ...(active ? [active] : [])].filter((s) => context.now > s.expires || !talkOf(s.flow));
  if (over.length === 0) return;
  const paused = rest.paused.filter((s) => !over.includes(s));
  decision.talks = active && !over.includes(active) ? { ...rest, active, paused } : { ...rest, paused };
  const { say } = readerOf(context, decision);
  for (const { flow } of over) {
    if (talkOf(flow)?.flow.light ?? true) continue;
    sayMessage({ key: 'common:expired', values: { title: say(flowKey(flow, 'title')) } }, decision, context);
  }
}

function takeOut(id: string, decision: Decision): void {
  decision.talks = { ...decision.talks, paused: decision.talks.paused.filter((s) => s.talk !== id) };
}
