import type { Inbound } from '../channels/channel.ts';
import type { Values } from '../delivery/effects.ts';
import type { Advance } from '../engine/advance.ts';
import type { Input } from '../engine/input.ts';
import type { Question } from '../engine/question.ts';
import { foldText } from '../engine/tidy-text.ts';
import type { Contact } from '../people/contact.ts';
import { DAY_MS, newContact } from '../people/contact.ts';
import type { Standing } from '../people/talk.ts';
import { readButton } from './button.ts';
import { isDoubleTap, rememberTap } from './double-tap.ts';
import type { Intent } from './intent.ts';
import { isEmergency, readIntent, readTyped } from './intent.ts';
import { dropExpired, dropTalk, openFresh, openTalk, playInput, resumeTalk, showAgain, takePhoto } from './play.ts';
import type { Decision, Scene } from './scene.ts';
import { activeTalk, languageOf, questionNow, readerOf } from './scene.ts';
import { pauseActive, remind, saySimply } from './show.ts';
import { talkOf } from './talks.ts';
import { sayAny } from './wording.ts';

/** Which flows must be loaded before a decision, and where the person stands in each: the talk that goes on, and the one that the input opens or resumes. */
export function flowsNeeded(inbound: Inbound, scene: Scene): ReadonlyMap<string, Standing> {
  const { active, paused } = scene.person.talks;
  const intent = intentOf(inbound, scene, questionNow(scene));
  const needed = new Map<string, Standing>();
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
export function decide(inbound: Inbound, scene: Scene): Decision {
  const asked = questionNow(scene);
  const decision = beginning(scene, inbound, asked);
  if (isDoubleTap(inbound, scene)) return decision;
  dropExpired(decision, scene);
  route(intentOf(inbound, scene, asked), inbound, asked, decision, scene);
  rememberTap(inbound, asked, decision, scene);
  return decision;
}

/** Nobody who cries for help writes longer, characters. */
const CRY_MAX = 6;

/** A decision before anything is decided. */
export function beginning(scene: Scene, inbound?: Inbound, asked?: Question): Decision {
  const { person } = scene;
  const known = person.contact ?? newContact(languageOf(scene, inbound), scene.now);
  const contact = inbound ? seen(known, scene.now) : known;
  const empty = { checks: [], writes: [], messages: [], audit: [] };
  return { contact, talks: person.talks, ...empty, tapped: inbound && tappedOf(inbound, asked, scene) };
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

function route(intent: Intent, inbound: Inbound, asked: Question | undefined, decision: Decision, scene: Scene): void {
  switch (intent.type) {
    case 'start': {
      const known = scene.person.contact !== undefined;
      decision.contact = { ...decision.contact, subscribed: true };
      pauseActive(decision);
      const again = scene.person.contact?.subscribed === false ? 'common:subscribed_again' : 'common:welcome_back';
      saySimply({ key: known ? again : 'common:welcome' }, decision, scene);
      return remind(decision, scene);
    }
    case 'help':
      saySimply({ key: 'common:help' }, decision, scene);
      return showAgain(decision, scene);
    case 'stop':
      decision.contact = { ...decision.contact, subscribed: false };
      decision.audit.push('unsubscribed');
      saySimply({ key: 'common:stopped' }, decision, scene);
      return showAgain(decision, scene);
    case 'emergency':
      saySimply({ key: 'common:emergency' }, decision, scene);
      if (intent.report) return openTalk('report-hazard', decision, scene, { answers: intent.report });
      return showAgain(decision, scene);
    case 'wrong_number':
      return saySimply({ key: 'common:wrong_number' }, decision, scene);
    case 'thanks':
      return saySimply({ key: 'common:thanks' }, decision, scene);
    case 'open':
      return openTalk(intent.flow, decision, scene, intent.known);
    case 'photo':
      return takePhoto(intent.photo, intent.flow, decision, scene);
    case 'fresh':
      return talkOf(intent.flow) ? openFresh(intent.flow, decision, scene) : oldButton(decision, scene);
    case 'resume':
      return resumeTalk(intent.talk, decision, scene) ? undefined : oldButton(decision, scene);
    case 'drop':
      return dropTalk(intent.talk, decision, scene) ? undefined : oldButton(decision, scene);
    case 'answer':
      return answerOrMenu(inbound, asked, decision, scene);
  }
}

function answerOrMenu(inbound: Inbound, asked: Question | undefined, decision: Decision, scene: Scene): void {
  const playing = activeTalk(scene);
  if (!playing) {
    if (inbound.content.type === 'choice') return oldButton(decision, scene);
    const known = scene.person.contact !== undefined;
    saySimply({ key: known ? 'common:menu_again' : 'common:welcome' }, decision, scene);
    return remind(decision, scene);
  }
  if (!asked) throw new Error(`The facts of ${playing.session.flow} were not loaded.`);
  const input = inputOf(inbound, asked, decision, scene);
  const { say } = readerOf(scene, decision);
  // Said in the middle of a description it is still the first thing to answer.
  if (input.type === 'text' && isEmergency(input.text, say)) {
    saySimply({ key: 'common:emergency' }, decision, scene);
    // A cry for help is no place; “着火的地方在幸福小区” is one.
    if (asked.kind === 'place' && [...input.text].length <= CRY_MAX) return showAgain(decision, scene);
  }
  playInput(playing, input, decision, scene, (result) => refined(result, inbound));
}

/** What is not taken has a sentence of its own: a document may carry a location, a live location follows a person. */
function refined(result: Advance, { content }: Inbound): Advance {
  if (result.type !== 'asked' || result.because?.type !== 'again') return result;
  if (content.type !== 'other' || content.what === 'unknown') return result;
  return { ...result, because: { ...result.because, reason: content.what, misses: 1 } };
}

function oldButton(decision: Decision, scene: Scene): void {
  const playing = activeTalk(scene);
  if (playing) {
    playInput(playing, { type: 'choice', talk: '', step: '', option: '' }, decision, scene);
    return;
  }
  saySimply({ key: 'common:old_button_idle' }, decision, scene);
  remind(decision, scene);
}

/** The engine's input: buttons by their ids; typed words that stand for a button of this question count as that button. */
function inputOf({ content }: Inbound, question: Question, decision: Decision, scene: Scene): Input {
  switch (content.type) {
    case 'choice': {
      const button = readButton(content.id);
      return button?.type === 'answer' && button.flow === question.flow
        ? choiceOf(button, question, decision, scene)
        : { type: 'choice', talk: '', step: '', option: '' };
    }
    case 'text': {
      const { say } = readerOf(scene, decision);
      // A button that only shares a location or number sends no text; whoever typed its label is asked again.
      const shares = [say('common:share_location'), say('common:share_contact')].map(foldText);
      if (shares.includes(foldText(content.text))) return { type: 'other' };
      const option = readTyped(content.text, question, say, decision.contact.language);
      return option === undefined ? content : choiceOf({ ...question, option }, question, decision, scene);
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
function choiceOf({ talk, step, option, seal }: Tap, question: Question, decision: Decision, scene: Scene): Input {
  const choice = { type: 'choice', talk, step, option, seal } as const;
  const { suggestion } = question.values as Values;
  if (question.kind !== 'text' || suggestion === undefined) return choice;
  return { ...choice, says: String(sayAny(suggestion, readerOf(scene, decision))) };
}

/** A tap on our last message, answering the question that stands there: that message may be changed in place. */
function tappedOf(inbound: Inbound, question: Question | undefined, scene: Scene): Decision['tapped'] {
  const { content, tapped } = inbound;
  if (content.type !== 'choice' || !tapped || tapped !== scene.person.lastMessage) return undefined;
  const button = readButton(content.id);
  if (button?.type !== 'answer' || !question) return undefined;
  const here = button.talk === question.talk && button.step === question.step && button.flow === question.flow;
  return here ? { question, option: button.option, message: tapped } : undefined;
}

function intentOf(inbound: Inbound, scene: Scene, asked: Question | undefined): Intent {
  const light = activeTalk(scene)?.talk.flow.light ?? true;
  const language = languageOf(scene, inbound);
  const waiting = scene.person.talks.paused.findLast(({ expires }) => scene.now <= expires);
  const say = scene.wording.in(language);
  return readIntent(inbound.content, {
    say,
    language,
    asked,
    light,
    staff: (scene.person.contact?.grants ?? []).length > 0,
    waiting,
    isHazard: (text) => scene.city.categories.find(text).length > 0,
  });
}
