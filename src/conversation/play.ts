import type { Said } from '../delivery/effects.ts';
import type { Advance, Asked, Because, Known } from '../engine/advance.ts';
import { advance, open, resume, standing } from '../engine/advance.ts';
import type { Input } from '../engine/input.ts';
import type { AnswerLine } from '../engine/question.ts';
import { isControl } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { tidyText } from '../engine/tidy-text.ts';
import type { Talk } from '../people/talk.ts';
import { becauseText, buttonChoice, menuOf, notedText, renderAnswered, renderQuestion, renderSaid } from './render.ts';
import type { Decision, Playing, Scene } from './scene.ts';
import { factsOf, readerOf } from './scene.ts';
import type { City } from './talks.ts';
import { talkOf } from './talks.ts';
import { flowKey } from './wording.ts';

/** How many talks may wait; the oldest goes first. */
const PAUSED_MAX = 3;

/** Opens a talk, unless one of the same flow waits: then the person chooses between that and a new one. */
export function openTalk(flow: string, decision: Decision, scene: Scene, known: Known = {}): void {
  const talk = talkOf(flow);
  if (!talk) return;
  pauseActive(decision);
  const waiting = decision.talks.paused.find((session) => session.flow === flow);
  if (waiting) return offer(waiting, decision, scene, true);
  const facts = factsOf(talk, scene, decision.contact);
  const closed = talk.closed?.(facts);
  if (closed) {
    saySimply(closed, decision, scene);
    return remind(decision, scene);
  }
  const opened = open(talk.flow, scene.talkId, facts, scene.now, known);
  show({ ...opened, ...noticeOf(opened, known) }, talk, decision, scene);
}

/** What is to be said of the answers that were known beforehand. */
function noticeOf({ session }: Asked, { answers = {} }: Known): { readonly because?: Because } {
  if (answers.photos) return { because: { type: 'photo_kept' } };
  // The number of a case that this person cannot see: it does not count, and the list is shown.
  return answers[session.step] === undefined ? {} : { because: { type: 'again', reason: 'not_found', misses: 1 } };
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
  show(resume(talk.flow, session, factsOf(talk, scene, decision.contact), scene.now), talk, decision, scene);
  return true;
}

/** Deletes a talk that waits. False if there is none of this id. */
export function dropTalk(id: string, decision: Decision, scene: Scene): boolean {
  if (!decision.talks.paused.some((s) => s.talk === id)) return false;
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
  const result = refine(advance(talk.flow, session, input, facts, scene.now));
  if ('answered' in result && result.answered && talk.learns) {
    const learnt = talk.learns(decision.contact, result.answered, scene.now);
    if (learnt !== decision.contact) decision.audit.push(`learnt:${talk.flow.id}.${result.answered.step}`);
    decision.contact = learnt;
    if (result.type === 'asked') {
      // What was learnt may make earlier questions irrelevant (consent): the way back looks different now.
      const facts = factsOf(talk, scene, learnt);
      const question = standing(talk.flow, result.session, facts, scene.now);
      return show({ ...result, question }, talk, decision, scene);
    }
  }
  show(result, talk, decision, scene);
}

/** Puts the active talk aside; a light one is simply over. */
export function pauseActive(decision: Decision): void {
  const { active, ...rest } = decision.talks;
  if (!active) return;
  const light = talkOf(active.flow)?.flow.light ?? true;
  decision.talks = light ? rest : { ...rest, paused: [...rest.paused, active].slice(-PAUSED_MAX) };
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

/** A sentence with the menu under it. */
export function saySimply(said: Said, decision: Decision, scene: Scene): void {
  const reader = readerOf(scene, decision);
  decision.messages.push({ ...renderSaid(said, reader), menu: menuOf(reader.say) });
  decision.talks = withMenu(decision.talks);
}

/** Reminds of the talk that waits, if there is one. */
export function remind(decision: Decision, scene: Scene): void {
  const waiting = decision.talks.paused.at(-1);
  if (waiting) offer(waiting, decision, scene);
}

/** A talk that waits, with buttons to go on, and to begin anew or let go. */
function offer(waiting: Session, decision: Decision, scene: Scene, fresh = false): void {
  const { say } = readerOf(scene, decision);
  const text = say('common:unfinished', { title: say(flowKey(waiting.flow, 'title')) });
  const other = fresh
    ? buttonChoice({ type: 'fresh', flow: waiting.flow }, say('common:fresh'))
    : buttonChoice({ type: 'drop', talk: waiting.talk }, say('common:drop'));
  const goOn = buttonChoice({ type: 'resume', talk: waiting.talk }, say('common:resume'));
  decision.messages.push({ text, choices: [[goOn], [other]] });
}

/** The result of a step as talks and messages. */
function show(result: Advance, talk: Talk<City>, decision: Decision, scene: Scene): void {
  const { active: _over, ...rest } = decision.talks;
  switch (result.type) {
    case 'asked':
      decision.talks = { ...rest, active: result.session };
      if (!result.quiet) showQuestion(result, decision, scene);
      return;
    case 'paused': {
      decision.talks = { ...rest, active: result.session };
      pauseActive(decision);
      const { say } = readerOf(scene, decision);
      const goOn = buttonChoice({ type: 'resume', talk: result.session.talk }, say('common:resume'));
      closeTapped(decision, scene);
      decision.messages.push({ text: say('common:paused'), choices: [[goOn]] });
      return;
    }
    case 'finished': {
      decision.talks = rest;
      closeTapped(decision, scene);
      finish(result.answers, talk, decision, scene);
      break;
    }
    case 'ended': {
      decision.talks = rest;
      closeTapped(decision, scene);
      const light = talk.flow.light ? 'common:closed' : 'common:dropped';
      const declined = flowKey(talk.flow.id, `${result.step}.declined`);
      const key = result.how === 'declined' ? declined : result.how === 'expired' ? 'common:menu' : light;
      saySimply({ key }, decision, scene);
      break;
    }
  }
  remind(decision, scene);
}

function finish(answers: Session['answers'], talk: Talk<City>, decision: Decision, scene: Scene): void {
  const { store, person, now } = scene;
  const { contact } = decision;
  const facts = factsOf(talk, scene, contact);
  const effects = talk.finish(answers, { store, person: person.urn, contact, facts, now });
  decision.checks.push(...effects.checks);
  decision.writes.push(...effects.writes);
  decision.audit.push(effects.outcome);
  decision.contact = effects.contact ?? contact;
  for (const said of effects.says) saySimply(said, decision, scene);
}

function showQuestion({ question, because, answered }: Asked, decision: Decision, scene: Scene): void {
  const reader = readerOf(scene, decision);
  if (because?.type === 'photo_full') {
    decision.messages.push({ text: reader.say('common:photo_full', { max: because.max }) });
    return;
  }
  const { tapped } = decision;
  const why = because ? becauseText(because, question, reader) : [];
  const inPlace = tapped && because?.type !== 'old_button' && !question.takes && !decision.talks.menuAway;
  if (inPlace) {
    const noted = answered ? [notedText(tapped.question, tapped.option, reader, answered)] : [];
    decision.messages.push(renderQuestion(question, reader, [...noted, ...why], tapped.message));
    return;
  }
  if (because?.type !== 'old_button') closeTapped(decision, scene, answered);
  if (question.takes) {
    decision.talks = { ...decision.talks, menuAway: true };
  } else if (decision.talks.menuAway) {
    // A message has either buttons or the menu, so the menu comes back with a word of its own.
    const word = answered || question.part !== 'ask' ? 'common:noted_place' : 'common:closed';
    decision.messages.push({ text: reader.say(word), menu: menuOf(reader.say) });
    decision.talks = withMenu(decision.talks);
  }
  decision.messages.push(renderQuestion(question, reader, why));
}

/** The tapped question stays in the chat with its answer and without its buttons. */
function closeTapped(decision: Decision, scene: Scene, answered?: AnswerLine): void {
  const { tapped } = decision;
  if (!tapped || isControl(tapped.option)) return;
  const reader = readerOf(scene, decision);
  const noted = notedText(tapped.question, tapped.option, reader, answered);
  decision.messages.push(renderAnswered(tapped.question, noted, reader, tapped.message));
}

function takeOut(id: string, decision: Decision): void {
  decision.talks = { ...decision.talks, paused: decision.talks.paused.filter((s) => s.talk !== id) };
}

function withMenu({ menuAway: _back, ...talks }: Decision['talks']): Decision['talks'] {
  return talks;
}
