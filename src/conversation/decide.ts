import { DAY_MS } from '../calendar.ts';
import type { Inbound } from '../channels/channel.ts';
import type { Values } from '../delivery/outcome.ts';
import type { Advance } from '../engine/advance.ts';
import type { Input } from '../engine/input.ts';
import type { Question } from '../engine/question.ts';
import { foldText } from '../engine/tidy-text.ts';
import { readButton } from '../notify/button.ts';
import { sayAny } from '../notify/reader.ts';
import type { Contact } from '../people/contact.ts';
import { newContact } from '../people/contact.ts';
import type { TalkPosition } from '../people/talk.ts';
import { isDoubleTap, rememberTap } from './double-tap.ts';
import type { Intent } from './intent.ts';
import { isEmergency, readIntent, readTyped } from './intent.ts';
import { pauseActive, remind, sayMessage } from './reply.ts';
import {
  dropExpired,
  dropTalk,
  openFresh,
  openTalk,
  playInput,
  resumeTalk,
  showAgain,
  takePhoto,
} from './talk-control.ts';
import { talkOf } from './talk-list.ts';
import type { Decision, TurnContext } from './turn-context.ts';
import { activeTalk, languageOf, questionNow, readerOf } from './turn-context.ts';

/** Which flows must be loaded before a decision, and where the person stands in each: the talk that goes on, and the one that the input opens or resumes. */
export function flowsNeeded(inbound: Inbound, context: TurnContext): ReadonlyMap<string, TalkPosition> {
  const { active, paused } = context.person.talks;
  const intent = intentOf(inbound, context, questionNow(context));
  const needed = new Map<string, TalkPosition>();
  if (active) needed.set(active.flow, active);
  const known = intent.type === 'open' ? intent.known?.answers : undefined;
  // What a button brings along counts also where the same flow is being talked already.
  if ('flow' in intent && (known || intent.flow !== active?.flow)) {
    const waiting = paused.find(({ flow }) => flow === intent.flow);
    needed.set(intent.flow, waiting && !known ? waiting : { answers: known ?? {} });
  }
  if (intent.type === 'emergency' && intent.report) needed.set('report-hazard', { answers: intent.report });
  const resumed =
    intent.type === 'resume' || intent.type === 'drop' ? paused.find(({ talk }) => talk === intent.talk) : undefined;
  if (resumed) needed.set(resumed.flow, resumed);
  return needed;
}

/** One input of one person: what changes and what is said. Pure: the same scene gives the same decision. */
export function decide(inbound: Inbound, context: TurnContext): Decision {
  const asked = questionNow(context);
  const decision = beginning(context, inbound, asked);
  if (isDoubleTap(inbound, context)) return decision;
  dropExpired(decision, context);
  route(intentOf(inbound, context, asked), inbound, asked, decision, context);
  rememberTap(inbound, asked, decision, context);
  return decision;
}

/** Nobody who cries for help writes longer, characters. */
const CRY_MAX = 6;

/** A decision before anything is decided. */
export function beginning(context: TurnContext, inbound?: Inbound, asked?: Question): Decision {
  const { person } = context;
  const known = person.contact ?? newContact(languageOf(context, inbound), context.now);
  const contact = inbound ? seen(known, context.now) : known;
  const empty = { checks: [], writes: [], messages: [], audit: [] };
  return { contact, talks: person.talks, ...empty, tapped: inbound && tappedOf(inbound, asked, context) };
}

/** The day is noted, never the hour; whoever writes wants to stay. */
function seen(contact: Contact, now: number): Contact {
  const day = dayOf(now);
  if (contact.day === day && contact.askedToStay === undefined) return contact;
  const { askedToStay: _answered, ...rest } = contact;
  return { ...rest, day };
}

/** The day of a moment, in UTC; nearly always that of the turn before. */
function dayOf(now: number): string {
  const days = Math.floor(now / DAY_MS);
  if (days !== today.days) today = { days, name: new Date(now).toISOString().slice(0, 10) };
  return today.name;
}
let today = { days: Number.NaN, name: '' };

function route(
  intent: Intent,
  inbound: Inbound,
  asked: Question | undefined,
  decision: Decision,
  context: TurnContext,
): void {
  switch (intent.type) {
    case 'start': {
      const known = context.person.contact !== undefined;
      decision.contact = { ...decision.contact, subscribed: true };
      pauseActive(decision);
      const again = context.person.contact?.subscribed === false ? 'common:subscribed_again' : 'common:welcome_back';
      sayMessage({ key: known ? again : 'common:welcome' }, decision, context);
      return remind(decision, context);
    }
    case 'help':
      sayMessage({ key: 'common:help' }, decision, context);
      return showAgain(decision, context);
    case 'stop':
      decision.contact = { ...decision.contact, subscribed: false };
      decision.audit.push('unsubscribed');
      sayMessage({ key: 'common:stopped' }, decision, context);
      return showAgain(decision, context);
    case 'emergency':
      sayMessage({ key: 'common:emergency' }, decision, context);
      if (intent.report) return openTalk('report-hazard', decision, context, { answers: intent.report });
      return showAgain(decision, context);
    case 'wrong_number':
      return sayMessage({ key: 'common:wrong_number' }, decision, context);
    case 'thanks':
      return sayMessage({ key: 'common:thanks' }, decision, context);
    case 'open':
      return openTalk(intent.flow, decision, context, intent.known);
    case 'photo':
      return takePhoto(intent.photo, intent.flow, decision, context);
    case 'fresh':
      return talkOf(intent.flow) ? openFresh(intent.flow, decision, context) : oldButton(decision, context);
    case 'resume':
      return resumeTalk(intent.talk, decision, context) ? undefined : oldButton(decision, context);
    case 'drop':
      return dropTalk(intent.talk, decision, context) ? undefined : oldButton(decision, context);
    case 'answer':
      return answerOrMenu(inbound, asked, decision, context);
  }
}

function answerOrMenu(inbound: Inbound, asked: Question | undefined, decision: Decision, context: TurnContext): void {
  const playing = activeTalk(context);
  if (!playing) {
    if (inbound.content.type === 'choice') return oldButton(decision, context);
    const known = context.person.contact !== undefined;
    sayMessage({ key: known ? 'common:menu_again' : 'common:welcome' }, decision, context);
    return remind(decision, context);
  }
  if (!asked) throw new Error(`The facts of ${playing.session.flow} were not loaded.`);
  const input = inputOf(inbound, asked, decision, context);
  const { say } = readerOf(context, decision);
  // Said in the middle of a description it is still the first thing to answer.
  if (input.type === 'text' && isEmergency(input.text, say)) {
    sayMessage({ key: 'common:emergency' }, decision, context);
    // A cry for help is no place; “着火的地方在幸福小区” is one.
    if (asked.kind === 'place' && [...input.text].length <= CRY_MAX) return showAgain(decision, context);
  }
  playInput(playing, input, decision, context, (result) => refined(result, inbound));
}

/** What is not taken has a sentence of its own: a document may carry a location, a live location follows a person. */
function refined(result: Advance, { content }: Inbound): Advance {
  if (result.type !== 'asked' || result.because?.type !== 'again') return result;
  if (content.type !== 'other' || content.what === 'unknown') return result;
  return { ...result, because: { ...result.because, reason: content.what, misses: 1 } };
}

function oldButton(decision: Decision, context: TurnContext): void {
  const playing = activeTalk(context);
  if (playing) {
    playInput(playing, { type: 'choice', talk: '', step: '', option: '' }, decision, context);
    return;
  }
  sayMessage({ key: 'common:old_button_idle' }, decision, context);
  remind(decision, context);
}

/** The engine's input: buttons by their ids; typed words that stand for a button of this question count as that button. */
function inputOf({ content }: Inbound, question: Question, decision: Decision, context: TurnContext): Input {
  switch (content.type) {
    case 'choice': {
      const button = readButton(content.id);
      return button?.type === 'answer' && button.flow === question.flow
        ? choiceOf(button, question, decision, context)
        : { type: 'choice', talk: '', step: '', option: '' };
    }
    case 'text': {
      const { say } = readerOf(context, decision);
      // A button that only shares a location or number sends no text; whoever typed its label is asked again.
      const shares = [say('common:share_location'), say('common:share_contact')].map(foldText);
      if (shares.includes(foldText(content.text))) return { type: 'other' };
      const option = readTyped(content.text, question, say, decision.contact.language);
      return option === undefined ? content : choiceOf({ ...question, option }, question, decision, context);
    }
    case 'location':
    case 'photo':
    case 'voice':
    case 'contact':
      return content;
    case 'start':
    case 'membership':
    case 'other':
      return { type: 'other' };
  }
}

type Tap = Pick<Question, 'talk' | 'step' | 'seal'> & { readonly option: string };

/** A button under a question for words may stand for those that the question suggests. */
function choiceOf(
  { talk, step, option, seal }: Tap,
  question: Question,
  decision: Decision,
  context: TurnContext,
): Input {
  const choice = { type: 'choice', talk, step, option, seal } as const;
  const { suggestion } = question.values as Values;
  if (question.kind !== 'text' || suggestion === undefined) return choice;
  return { ...choice, says: String(sayAny(suggestion, readerOf(context, decision))) };
}

/** A tap on our last message, answering the question that stands there: that message may be changed in place. */
function tappedOf(inbound: Inbound, question: Question | undefined, context: TurnContext): Decision['tapped'] {
  const { content, tapped } = inbound;
  if (content.type !== 'choice' || !tapped || tapped !== context.person.lastMessage) return undefined;
  const button = readButton(content.id);
  if (button?.type !== 'answer' || !question) return undefined;
  const here = button.talk === question.talk && button.step === question.step && button.flow === question.flow;
  return here ? { question, option: button.option, message: tapped } : undefined;
}

function intentOf(inbound: Inbound, context: TurnContext, asked: Question | undefined): Intent {
  const light = activeTalk(context)?.talk.flow.light ?? true;
  const language = languageOf(context, inbound);
  const waiting = context.person.talks.paused.findLast(({ expires }) => context.now <= expires);
  const say = context.wording.in(language);
  return readIntent(inbound.content, {
    say,
    language,
    asked,
    light,
    staff: (context.person.contact?.grants ?? []).length > 0,
    waiting,
    isHazard: (text) => context.city.categories.find(text).length > 0,
  });
}
