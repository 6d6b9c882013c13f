import type { City } from '../city/city.ts';
import type { Advance, Asked, Because, Known } from '../engine/advance.ts';
import { advance, open, resume, standing } from '../engine/advance.ts';
import type { Input } from '../engine/input.ts';
import { tidyText } from '../engine/tidy-text.ts';
import type { Contact } from '../people/contact.ts';
import { sealed } from '../people/sealed.ts';
import type { Talk } from '../people/talk.ts';
import type { Decision, Playing, Scene } from './scene.ts';
import { factsOf, readerOf } from './scene.ts';
import { changeBy, closeTapped, finishingOf, offer, pauseActive, remind, saySimply, show } from './show.ts';
import { talkOf } from './talks.ts';
import { flowKey } from './wording.ts';

/** Opens a talk, unless one of the same flow waits: then the person chooses between that and a new one. */
export function openTalk(flow: string, decision: Decision, scene: Scene, known: Known = {}): void {
  const talk = talkOf(flow);
  if (!talk) return;
  pauseActive(decision);
  const waiting = decision.talks.paused.find((session) => session.flow === flow);
  // What lies apart is there whichever session asks for it: the one that waits goes on, or gives way to another.
  if (waiting && talk.apart) takeOut(waiting.talk, decision);
  else if (waiting) return offer(waiting, decision, scene, true);
  const facts = factsOf(talk, scene, decision.contact);
  const closed = talk.closed?.(facts, scene.now);
  if (closed) {
    // Whoever forges a button is refused, and leaves a trace.
    decision.audit.push(`refused:${flow}`);
    saySimply(closed, decision, scene);
    return remind(decision, scene);
  }
  const answers = { ...talk.prefills?.(facts), ...known.answers };
  const opened = open(talk.flow, scene.talkId, facts, scene.now, { ...known, answers });
  show(opened.type === 'asked' ? { ...opened, ...noticeOf(opened, known) } : opened, talk, decision, scene);
}

/** What is to be said of the answers that were known beforehand. */
function noticeOf({ session }: Asked, { answers = {} }: Known): { readonly because?: Because } {
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
  scene: Scene,
): void {
  pauseActive(decision);
  const waiting = decision.talks.paused.find((session) => session.flow === flow);
  const talk = talkOf(flow);
  if (waiting && talk) {
    takeOut(waiting.talk, decision);
    return playInput({ session: waiting, talk }, photo, decision, scene);
  }
  const caption = photo.caption ? { description: { text: tidyText(photo.caption) } } : {};
  openTalk(flow, decision, scene, { answers: { photos: [photo.photo], ...caption }, album: photo.album });
}

/** Lets go of waiting talks of this flow and opens it anew. */
export function openFresh(flow: string, decision: Decision, scene: Scene): void {
  decision.talks = { ...decision.talks, paused: decision.talks.paused.filter((session) => session.flow !== flow) };
  openTalk(flow, decision, scene);
}

/** Shows the active talk's question once more, after a word in between. */
export function showAgain(decision: Decision, scene: Scene): void {
  const session = decision.talks.active;
  const talk = session && talkOf(session.flow);
  if (talk) show(resume(talk.flow, session, factsOf(talk, scene, decision.contact), scene.now), talk, decision, scene);
}

/** Goes on with a talk that waits. False if there is none of this id. */
export function resumeTalk(id: string, decision: Decision, scene: Scene): boolean {
  const session = decision.talks.paused.find((s) => s.talk === id);
  const talk = session && talkOf(session.flow);
  if (!session || !talk) return false;
  takeOut(id, decision);
  pauseActive(decision);
  if (isOver(talk, decision, scene)) return true;
  show(resume(talk.flow, session, factsOf(talk, scene, decision.contact), scene.now), talk, decision, scene);
  return true;
}

/** Deletes a talk that waits. False if there is none of this id. */
export function dropTalk(id: string, decision: Decision, scene: Scene): boolean {
  if (!decision.talks.paused.some((s) => s.talk === id)) return false;
  const flow = decision.talks.paused.find((s) => s.talk === id)?.flow ?? '';
  const talk = talkOf(flow);
  if (talk?.apart) changeBy(talk.apart.drop(finishingOf(talk, decision, scene)), decision);
  takeOut(id, decision);
  saySimply({ key: 'common:dropped' }, decision, scene);
  return true;
}

/** Plays one input into the active talk. `refine` may put a better reason on a miss. */
export function playInput(
  { session, talk }: Playing,
  input: Input,
  decision: Decision,
  scene: Scene,
  refine: (result: Advance) => Advance = (result) => result,
): void {
  const facts = factsOf(talk, scene, decision.contact);
  if (isOver(talk, decision, scene)) return;
  const result = keptSealed(refine(advance(talk.flow, session, input, facts, scene.now)), talk, scene);
  if ('answered' in result && result.answered) {
    const learnt = (talk.learns ?? unchanged)(decision.contact, result.answered, scene.now);
    if (learnt !== decision.contact) decision.audit.push(`learnt:${talk.flow.id}.${result.answered.step}`);
    decision.contact = learnt;
    const said = talk.says?.(result.answered, answersOf(result), facts);
    if (said) {
      closeTapped(decision, scene, result.answered);
      decision.tapped = undefined;
      saySimply(said, decision, scene);
    }
    if (result.type === 'asked') {
      // What was learnt may make earlier questions irrelevant (consent): the way back looks different now.
      const factsNow = factsOf(talk, scene, learnt);
      const question = standing(talk.flow, result.session, factsNow, scene.now);
      return show({ ...result, question }, talk, decision, scene);
    }
  }
  show(result, talk, decision, scene);
}

/** A survey may close while it is answered: then there is nothing to ask any more. */
function isOver(talk: Talk<City>, decision: Decision, scene: Scene): boolean {
  const closed = talk.apart && talk.closed?.(factsOf(talk, scene, decision.contact), scene.now);
  if (!closed) return false;
  const { active, ...rest } = decision.talks;
  decision.talks = active && active.flow !== talk.flow.id ? decision.talks : rest;
  saySimply(closed, decision, scene);
  return true;
}

/** What was just answered and is nobody's to read lies sealed in the session. */
function keptSealed(result: Advance, { seals = [] }: Talk<City>, { person, store }: Scene): Advance {
  const step = 'answered' in result ? result.answered?.step : undefined;
  if (step === undefined || !seals.includes(step)) return result;
  const closed = (answers: Readonly<Record<string, unknown>>) => {
    const answer = answers[step];
    return typeof answer === 'string' ? { ...answers, [step]: sealed(answer, person.urn, store) } : answers;
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
export function dropExpired(decision: Decision, scene: Scene): void {
  const { active, ...rest } = decision.talks;
  const over = [...rest.paused, ...(active ? [active] : [])].filter((s) => scene.now > s.expires || !talkOf(s.flow));
  if (over.length === 0) return;
  const paused = rest.paused.filter((s) => !over.includes(s));
  decision.talks = active && !over.includes(active) ? { ...rest, active, paused } : { ...rest, paused };
  const { say } = readerOf(scene, decision);
  for (const { flow } of over) {
    if (talkOf(flow)?.flow.light ?? true) continue;
    saySimply({ key: 'common:expired', values: { title: say(flowKey(flow, 'title')) } }, decision, scene);
  }
}

function takeOut(id: string, decision: Decision): void {
  decision.talks = { ...decision.talks, paused: decision.talks.paused.filter((s) => s.talk !== id) };
}
