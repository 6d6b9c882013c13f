import type { Outgoing } from '../channels/channel.ts';
import type { City } from '../city/city.ts';
import type { Effects, Said } from '../delivery/effects.ts';
import type { Advance, Asked, Finished } from '../engine/advance.ts';
import type { AnswerLine } from '../engine/question.ts';
import { isControl } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { NO_TALKS } from '../people/person-store.ts';
import type { Finishing, Talk } from '../people/talk.ts';
import { becauseText, buttonChoice, menuOf, notedText, renderAnswered, renderQuestion, renderSaid } from './render.ts';
import type { Decision, Scene } from './scene.ts';
import { factsOf, readerOf } from './scene.ts';
import { talkOf } from './talks.ts';
import { flowKey } from './wording.ts';

/** How many talks may wait; the oldest goes first. */
const PAUSED_MAX = 3;

/** The result of a step as talks and messages. */
export function show(result: Advance, talk: Talk<City>, decision: Decision, scene: Scene): void {
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
      finish(result, talk, decision, scene);
      break;
    }
    case 'ended': {
      decision.talks = rest;
      closeTapped(decision, scene);
      if (talk.apart && result.how === 'dropped')
        changeBy(talk.apart.drop(finishingOf(talk, decision, scene)), decision);
      const light = talk.flow.light ? 'common:closed' : 'common:dropped';
      const declined = flowKey(talk.flow.id, `${result.step}.declined`);
      const key = result.how === 'declined' ? declined : result.how === 'expired' ? 'common:menu' : light;
      saySimply({ key }, decision, scene);
      break;
    }
  }
  remind(decision, scene);
}

function finish({ answers, given }: Finished, talk: Talk<City>, decision: Decision, scene: Scene): void {
  const { contact } = decision;
  const effects = talk.finish(answers, { ...finishingOf(talk, decision, scene), given });
  changeBy(effects, decision);
  // Who answered, refused or left is nobody's to read later.
  decision.audit.push(talk.apart ? `seen:${talk.flow.id}` : effects.outcome);
  decision.contact = effects.contact ?? contact;
  if (effects.forgets) {
    decision.forgets = true;
    decision.talks = NO_TALKS;
  }
  for (const said of effects.says) saySimply(said, decision, scene);
}

/** What an outcome may look at. */
export function finishingOf(
  talk: Talk<City>,
  { contact }: Pick<Decision, 'contact'>,
  scene: Scene,
): Finishing<unknown> {
  const { store, person, now, random } = scene;
  return { store, person: person.urn, contact, facts: factsOf(talk, scene, contact), given: {}, now, random };
}

export function changeBy({ checks, writes }: Pick<Effects, 'checks' | 'writes'>, decision: Decision): void {
  decision.checks.push(...checks);
  decision.writes.push(...writes);
}

function showQuestion({ question, because, answered }: Asked, decision: Decision, scene: Scene): void {
  const reader = readerOf(scene, decision);
  if (because?.type === 'photo_full') {
    decision.messages.push({ text: reader.say('common:again.photo_full', { max: because.max }) });
    return;
  }
  const { tapped } = decision;
  const why = because ? becauseText(because, question, reader) : [];
  const inPlace = tapped && because?.type !== 'old_button' && !question.takes && !decision.talks.menuAway;
  if (inPlace) {
    const noted =
      answered && !isApart(question.flow) ? [notedText(tapped.question, tapped.option, reader, answered)] : [];
    decision.messages.push(
      ownOnly(renderQuestion(question, reader, [...noted, ...why], tapped.message), question.flow),
    );
    return;
  }
  if (because?.type !== 'old_button') closeTapped(decision, scene, answered);
  if (question.takes) {
    decision.talks = { ...decision.talks, menuAway: true };
  } else if (decision.talks.menuAway) {
    // A message has either buttons or the menu, so the menu comes back with a word of its own.
    const word = answered || question.part !== 'ask' ? 'common:noted_place' : 'common:closed';
    decision.messages.push({ text: reader.say(word), menu: menuOf(reader) });
    decision.talks = withMenu(decision.talks);
  }
  decision.messages.push(ownOnly(renderQuestion(question, reader, why), question.flow));
}

function ownOnly(message: Outgoing, flow: string): Outgoing {
  return isApart(flow) ? { ...message, apart: true } : message;
}

/** The tapped question stays in the chat with its answer and without its buttons. */
export function closeTapped(decision: Decision, scene: Scene, answered?: AnswerLine): void {
  const { tapped } = decision;
  if (!tapped || isControl(tapped.option)) return;
  const reader = readerOf(scene, decision);
  if (isApart(tapped.question.flow)) {
    // Nobody who looks at the phone later shall read what was answered.
    decision.messages.push({ text: reader.say('common:noted_apart'), edits: tapped.message });
    return;
  }
  const noted = notedText(tapped.question, tapped.option, reader, answered);
  decision.messages.push(renderAnswered(tapped.question, noted, reader, tapped.message));
}

function isApart(flow: string): boolean {
  return talkOf(flow)?.apart !== undefined;
}

/** A sentence with the menu under it. */
export function saySimply(said: Said, decision: Decision, scene: Scene): void {
  const reader = readerOf(scene, decision);
  const message = renderSaid(said, reader);
  // A message has either buttons of its own or the menu.
  if (message.choices) {
    if (decision.talks.menuAway) {
      decision.messages.push({ text: reader.say('common:noted_place'), menu: menuOf(reader) });
      decision.talks = withMenu(decision.talks);
    }
    decision.messages.push(message);
    return;
  }
  decision.messages.push({ ...message, menu: menuOf(reader) });
  decision.talks = withMenu(decision.talks);
}

/** Reminds of the talk that waits, if there is one. */
export function remind(decision: Decision, scene: Scene): void {
  const waiting = decision.talks.paused.at(-1);
  if (waiting) offer(waiting, decision, scene);
}

/** A talk that waits, with buttons to go on, and to begin anew or let go. */
export function offer(waiting: Session, decision: Decision, scene: Scene, fresh = false): void {
  const { say } = readerOf(scene, decision);
  const text = say('common:unfinished', { title: say(flowKey(waiting.flow, 'title')) });
  const other = fresh
    ? buttonChoice({ type: 'fresh', flow: waiting.flow }, say('common:fresh'))
    : buttonChoice({ type: 'drop', talk: waiting.talk }, say('common:drop'));
  const goOn = buttonChoice({ type: 'resume', talk: waiting.talk }, say('common:resume'));
  decision.messages.push({ text, choices: [[goOn], [other]] });
}

/** Puts the active talk aside; a light one is simply over. */
export function pauseActive(decision: Decision): void {
  const { active, ...rest } = decision.talks;
  if (!active) return;
  const light = talkOf(active.flow)?.flow.light ?? true;
  decision.talks = light ? rest : { ...rest, paused: [...rest.paused, active].slice(-PAUSED_MAX) };
}

function withMenu({ menuAway: _back, ...talks }: Decision['talks']): Decision['talks'] {
  return talks;
}
