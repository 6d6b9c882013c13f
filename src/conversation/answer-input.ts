import type { Inbound } from '../channels/channel.ts';
import type { Values } from '../delivery/outcome.ts';
import type { Advance } from '../engine/advance-result.ts';
import type { Input } from '../engine/input.ts';
import type { Question } from '../engine/question.ts';
import { foldText } from '../engine/tidy-text.ts';
import { readButton } from '../notify/button.ts';
import { sayAny } from '../notify/reader.ts';
import { isEmergency } from './intent/emergency.ts';
import { isWord } from './intent/known-words.ts';
import { numbersNamed, readTyped } from './intent/typed-option.ts';
import { playInput } from './play-input.ts';
import type { Reply } from './reply.ts';
import { showAgain } from './talk-control.ts';
import { activeTalk } from './turn-context.ts';

/** A cry for help is at most this long, characters; longer words may describe a place. */
const CRY_MAX = 6;

/** Plays an input into the active talk; without one, shows the menu. */
export function answerOrMenu(inbound: Inbound, asked: Question | undefined, reply: Reply): void {
  const playing = activeTalk(reply.context);
  if (!playing) {
    if (inbound.content.type === 'choice') return oldButton(reply);
    reply.say({ key: reply.context.person.contact ? 'common:menu_again' : 'common:welcome' });
    return reply.remind();
  }
  if (!asked) throw new Error(`The facts of ${playing.session.flow} were not loaded.`);
  const input = inputOf(inbound, asked, reply, playing.session.seal);
  // An emergency is answered first. Organisers at work only write about one: 冒烟先别坐电梯.
  const isAtWork = reply.reader.roles.length > 0 && asked.flow !== 'report-hazard';
  if (input.type !== 'text' || isAtWork || !isEmergency(input.text, reply.reader.say))
    return playInput(playing, input, reply, (result) => withExactReason(result, inbound));
  reply.say({ key: 'common:emergency' });
  if (asked.kind === 'place' && [...input.text].length <= CRY_MAX) return showAgain(reply);
  playInput(playing, input, reply, withoutReproach);
}

/** Answers a button of an earlier question: shows the current question, or the menu. */
export function oldButton(reply: Reply): void {
  const playing = activeTalk(reply.context);
  if (playing) return playInput(playing, NO_BUTTON, reply);
  reply.say({ key: 'common:old_button_idle' });
  reply.remind();
}

/** A tap that matches no question: the engine answers it as an old button. */
const NO_BUTTON = { type: 'choice', talk: '', step: '', option: '' } as const;

/** After the emergency numbers, a question that the words did not answer is repeated and nothing else. */
function withoutReproach(result: Advance): Advance {
  if (result.type !== 'asked' || result.because?.type !== 'again') return result;
  const { because: _because, ...asked } = result;
  return asked;
}

/** Explains content that is not accepted, such as a document or a live location. */
function withExactReason(result: Advance, { content }: Inbound): Advance {
  if (result.type !== 'asked' || result.because?.type !== 'again') return result;
  if (content.type !== 'other' || content.what === 'unknown') return result;
  return { ...result, because: { ...result.because, reason: content.what, misses: 1 } };
}

/**
 * Translates content into the engine's input. Typed words that name a button of this question count as that button, as the
 * person saw it last.
 */
function inputOf({ content }: Inbound, question: Question, reply: Reply, seen = question.seal): Input {
  switch (content.type) {
    case 'choice': {
      const button = readButton(content.id);
      return button?.type === 'answer' && button.flow === question.flow ? choiceOf(button, question, reply) : NO_BUTTON;
    }
    case 'text': {
      const { reader } = reply;
      // A share button sends no text, so its label was typed: the question is asked again.
      const shares = [reader.say('common:share_location'), reader.say('common:share_contact')].map(foldText);
      if (shares.includes(foldText(content.text))) return { type: 'other' };
      const option = readTyped(content.text, question, reader);
      if (option !== undefined) return choiceOf({ ...question, option, seal: seen }, question, reply);
      // At a card 没有照片 is no addition.
      if (question.review.length > 0 && isWord(foldText(content.text), reader.say, 'skip')) return { type: 'other' };
      const numbers = numbersNamed(content.text, question, reader);
      return numbers === undefined ? content : { type: 'text', text: numbers };
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

/** Builds a choice. Under a question for words, a button stands for the words that the question suggests. */
function choiceOf({ talk, step, option, seal }: Tap, question: Question, reply: Reply): Input {
  const choice = { type: 'choice', talk, step, option, seal } as const;
  const { suggestion } = question.values as Values;
  if (question.kind !== 'text' || suggestion === undefined) return choice;
  return { ...choice, says: String(sayAny(suggestion, reply.reader)) };
}
