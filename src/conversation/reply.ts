import type { Outgoing } from '../channels/channel.ts';
import type { LocalizedMessage, Outcome } from '../delivery/outcome.ts';
import type { Advance, Asked, Finished } from '../engine/advance.ts';
import type { AnswerLine } from '../engine/question.ts';
import { isControl } from '../engine/question.ts';
import type { Session } from '../engine/session.ts';
import { flowKey } from '../notify/reader.ts';
import { buttonChoice, renderMessage } from '../notify/render-message.ts';
import { NO_TALKS } from '../people/person-store.ts';
import type { FinishContext, Talk } from '../people/talk.ts';
import { becauseText, menuOf, notedText, renderAnswered, renderQuestion } from './render-question.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { factsOf, readerOf } from './turn-context.ts';

/** How many talks may wait; the oldest goes first. */
const PAUSED_MAX = 3;

/** The result of a step as talks and messages. */
export function showResult(result: Advance, talk: Talk, decision: Decision, context: TurnContext): void {
  const { active: _over, ...rest } = decision.talks;
  switch (result.type) {
    case 'asked':
      decision.talks = { ...rest, active: result.session };
      if (!result.quiet) showQuestion(result, decision, context);
      return;
    case 'paused': {
      decision.talks = { ...rest, active: result.session };
      pauseActive(decision);
      const { say } = readerOf(context, decision);
      const goOn = buttonChoice({ type: 'resume', talk: result.session.talk }, say('common:resume'));
      closeTapped(decision, context);
      decision.messages.push({ text: say('common:paused'), choices: [[goOn]] });
      return;
    }
    case 'finished': {
      decision.talks = rest;
      closeTapped(decision, context);
      finish(result, talk, decision, context);
      break;
    }
    case 'ended': {
      decision.talks = rest;
      closeTapped(decision, context);
      if (talk.privateAnswers && result.how === 'dropped')
        changeBy(talk.privateAnswers.drop(finishingOf(talk, decision, context)), decision);
      const light = talk.flow.light ? 'common:closed' : 'common:dropped';
      const declined = flowKey(talk.flow.id, `${result.step}.declined`);
      const key = result.how === 'declined' ? declined : result.how === 'expired' ? 'common:menu' : light;
      sayMessage({ key }, decision, context);
      break;
    }
  }
  remind(decision, context);
}

function finish({ answers, given }: Finished, talk: Talk, decision: Decision, context: TurnContext): void {
  const { contact } = decision;
  const effects = talk.finish(answers, { ...finishingOf(talk, decision, context), given });
  changeBy(effects, decision);
  // Who answered, refused or left is nobody's to read later.
  decision.audit.push(talk.privateAnswers ? `seen:${talk.flow.id}` : effects.outcome);
  decision.contact = effects.contact ?? contact;
  if (effects.forgets) {
    decision.forgets = true;
    decision.talks = NO_TALKS;
  }
  for (const said of effects.says) sayMessage(said, decision, context);
}

/** What an outcome may look at. */
export function finishingOf(
  talk: Talk,
  { contact }: Pick<Decision, 'contact'>,
  context: TurnContext,
): FinishContext<unknown> {
  const { store, person, now, random } = context;
  return { store, person: person.urn, contact, facts: factsOf(talk, context, contact), given: {}, now, random };
}

export function changeBy({ checks, writes }: Pick<Outcome, 'checks' | 'writes'>, decision: Decision): void {
  decision.checks.push(...checks);
  decision.writes.push(...writes);
}

function showQuestion({ question, because, answered }: Asked, decision: Decision, context: TurnContext): void {
  const reader = readerOf(context, decision);
  if (because?.type === 'photo_full') {
    decision.messages.push({ text: reader.say('common:again.photo_full', { max: because.max }) });
    return;
  }
  const { tapped } = decision;
  const why = because ? becauseText(because, question, reader) : [];
  const inPlace = tapped && because?.type !== 'old_button' && !question.takes && !decision.talks.menuAway;
  if (inPlace) {
    const noted =
      answered && !keepsPrivateAnswers(question.flow)
        ? [notedText(tapped.question, tapped.option, reader, answered)]
        : [];
    decision.messages.push(
      ownOnly(renderQuestion(question, reader, [...noted, ...why], tapped.message), question.flow),
    );
    return;
  }
  if (because?.type !== 'old_button') closeTapped(decision, context, answered);
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
  return keepsPrivateAnswers(flow) ? { ...message, apart: true } : message;
}

/** The tapped question stays in the chat with its answer and without its buttons. */
export function closeTapped(decision: Decision, context: TurnContext, answered?: AnswerLine): void {
  const { tapped } = decision;
  if (!tapped || isControl(tapped.option)) return;
  const reader = readerOf(context, decision);
  if (keepsPrivateAnswers(tapped.question.flow)) {
    // Nobody who looks at the phone later shall read what was answered.
    decision.messages.push({ text: reader.say('common:noted_apart'), edits: tapped.message });
    return;
  }
  const noted = notedText(tapped.question, tapped.option, reader, answered);
  decision.messages.push(renderAnswered(tapped.question, noted, reader, tapped.message));
}

function keepsPrivateAnswers(flow: string): boolean {
  return talkOf(flow)?.privateAnswers !== undefined;
}

/** A sentence with the menu under it. */
export function sayMessage(said: LocalizedMessage, decision: Decision, context: TurnContext): void {
  const reader = readerOf(context, decision);
  const message = renderMessage(said, reader);
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
export function remind(decision: Decision, context: TurnContext): void {
  const waiting = decision.talks.paused.at(-1);
  if (waiting) offer(waiting, decision, context);
}

/** A talk that waits, with buttons to go on, and to begin anew or let go. */
export function offer(waiting: Session, decision: Decision, context: TurnContext, fresh = false): void {
  const { say } = readerOf(context, decision);
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
