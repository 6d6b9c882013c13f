import { readCaseNumber } from '../../cases/case-number.ts';
import type { InboundContent } from '../../channels/channel.ts';
import type { Question } from '../../engine/question.ts';
import type { Session } from '../../engine/session.ts';
import type { Option } from '../../engine/step.ts';
import { foldText, tidyText } from '../../engine/tidy-text.ts';
import type { Say } from '../../i18n.ts';
import { readButton } from '../../notify/button.ts';
import type { Reader } from '../../notify/reader.ts';
import type { Talk } from '../../people/talk.ts';
import { isCertificateCode } from '../../volunteers/hours/volunteer-hours.ts';
import { FROM_HUB } from '../hub.ts';
import { TALKS, talkOf } from '../talk-list.ts';
import { isEmergency } from './emergency.ts';
import type { Intent } from './intent.ts';
import { commandIn } from './intent.ts';
import { bare, foldedWords, isRequest, isWord } from './known-words.ts';
import { labelledFlow, namedFlow } from './opening-words.ts';
import { asksOther, asksProgress, isClosing, mentions, readRemark, remarkIn, withoutAnger } from './remarks.ts';
import { openedByLink } from './start-link.ts';
import { readTyped } from './typed-option.ts';

/** A case number inside a sentence or copied with surrounding words. */
const CASE_NUMBER = /(?<![0-9A-Za-z])[0-9A-Za-z]{4}[-–—\s]?[0-9A-Za-z]{4}(?![0-9A-Za-z])/;

const CASE_TALKS: readonly string[] = ['my-work', 'my-cases'];

/** A code that joins two addresses, behind a word that tells it from a case number. */
const LINK_CODE = /^[\s:：]*([0-9a-z]{4}[-–—\s]?[0-9a-z]{4})$/;

/** A return code in a folded text, which holds no spaces. */
const RETURN_CODE = /^[:：]*((?:[0-9a-z][-–—]*){9}[0-9a-z])[。.]?$/;

/** The situation in which an input is read. */
type IntentContext = {
  readonly reader: Reader;
  /** The current question of the active talk. */
  readonly asked: Question | undefined;
  /** The active talk is light: a list or a setting, not a report. */
  readonly light: boolean;
  /** The person holds an organiser role. */
  readonly staff: boolean;
  /** The person may be drawn as a checker: an organiser or a volunteer. */
  readonly checks: boolean;
  /** The address can lose its identity, so a bare return code is understood. */
  readonly forgets: boolean;
  /** The newest paused talk. */
  readonly waiting: Session | undefined;
  /** True if the text names a category of hazards. */
  readonly isHazard: (text: string) => boolean;
  /** True if it leaves no doubt which one. */
  readonly isCertain: (text: string) => boolean;
};

/**
 * Reads the purpose of an input. In a question for free text, bare words such as “帮助” are the answer; commands and
 * menu buttons always leave it.
 */
export function readIntent(content: InboundContent, context: IntentContext): Intent {
  const { reader, asked, light, staff, checks, waiting, isHazard, isCertain } = context;
  const { say } = reader;
  if (content.type === 'start') return openedByLink(content.payload, reader.regions);
  const heard = checks && (!asked || (light && !asked.takesWords)) ? readHeard(content) : undefined;
  if (heard) return heard;
  const captioned = readCaption(content, context);
  if (captioned) return captioned;
  if (content.type === 'choice') {
    const button = readButton(content.id);
    if (button?.type === 'go') return openedBy(button) ?? { type: 'answer' };
    if (button?.type === 'fresh') {
      const { flow, argument } = button;
      const opened = argument === undefined ? undefined : openedBy({ flow, argument });
      return opened?.type === 'open' ? { ...opened, type: 'fresh' } : { type: 'fresh', flow };
    }
    return button && button.type !== 'answer' ? button : { type: 'answer' };
  }
  // At one case a photo belongs to that case; the next question asks for the action.
  const atCase = asked !== undefined && CASE_TALKS.includes(asked.flow) && asked.step !== 'case';
  if (content.type === 'photo' && !atCase && (!asked || (light && !asked.takesPhotos && asked.kind !== 'spot'))) {
    return { type: 'photo', flow: 'report-hazard', photo: content };
  }
  // A voice message or a location outside any talk opens a report too.
  if (content.type === 'voice' && !asked) {
    const { voice, seconds } = content;
    return { type: 'open', flow: 'report-hazard', known: { answers: { description: { voice, seconds } } } };
  }
  if (content.type === 'location' && !asked) return { type: 'location', flow: 'report-hazard', location: content };
  if (content.type !== 'text') return { type: 'answer' };
  const said = foldText(content.text);
  const command = commandIn(said);
  if (command) return command;
  const code = readCode('enter-code', LINK_CODE, said, say);
  if (code) return { type: 'open', flow: 'enter-code', known: { answers: { code: { text: code } } } };
  const returns = readReturnCode(said, context);
  if (returns) return { type: 'open', flow: 'come-back', known: { answers: { code: { text: returns } } } };
  const language = /^\/language(?:@\w+)?\s+(\S+)$/.exec(content.text.trim().toLowerCase())?.[1];
  if (language)
    return { type: 'open', flow: 'choose-language', known: { answers: { language: languageNamed(language) } } };
  const wanted = labelledFlow(said, say);
  if (wanted) return { type: 'open', flow: wanted };
  if (foldedWords('common:buttons.help', say)[0] === said) return { type: 'help' };
  // An answer to the current question wins over a word that opens a talk.
  const typed = asked && readTyped(content.text, asked, reader);
  if (typed !== undefined) return openedBy(asked?.options.find(({ id }) => id === typed)?.opens) ?? { type: 'answer' };
  if (asked?.takesWords) return (asked.kind === 'place' ? readAside(said, say) : undefined) ?? { type: 'answer' };
  const drafted = staff ? readDraft(content.text, say) : undefined;
  if (drafted) return drafted;
  if (isEmergency(content.text, say)) {
    // The emergency numbers come first; below them the words go to the question, or open a report if they name a hazard.
    if (asked) return { type: 'answer' };
    const report = isHazard(content.text) ? { description: { text: tidyText(content.text) } } : undefined;
    return { type: 'emergency', ...(report ? { report } : {}) };
  }
  const offered = waiting && !asked ? readOffer(said, waiting, say) : undefined;
  // At the list of cases, or at the card of one, a typed number names a case.
  const atCases = asked !== undefined && CASE_TALKS.includes(asked.flow);
  const inTalk = asked !== undefined && !(atCases && asked.step === 'case');
  const named = atCases && asked.step === 'next' ? caseNamed(content.text, staff) : undefined;
  const meant = offered ?? named ?? readWord(said, content.text, say, inTalk, staff);
  const search = staff && meant.type === 'answer' ? readSearch(content.text, context) : undefined;
  if (search) return search;
  if (meant.type !== 'answer') return meant;
  if (!asked && asksProgress(said, say)) return { type: 'open', flow: 'my-cases' };
  // A quarrel, a fraud or a crime is no hazard, unless the words leave no doubt about one: 吵架把花盆扔下来.
  const matter = asked ? undefined : MATTERS.find((one) => mentions(said, say, `${one}_in`));
  if (matter && !isCertain(content.text))
    return matter === 'quarrel' ? { type: 'open', flow: 'ask-mediator' } : { type: 'remark', remark: matter };
  const remark = readRemark(said, content.text, context);
  // The search for a hazard takes longer than the rest of a turn.
  if (asked && !remark) return meant;
  if (!asked && asksOther(said, say)) return remark ?? meant;
  const calm = withoutAnger(said, say);
  if (!isHazard(content.text) || (calm !== said && !isHazard(calm))) return remark ?? meant;
  if (asked) return meant;
  // “井盖没了” outside any talk opens a report.
  const description = { text: tidyText(content.text) };
  return { type: 'open', flow: 'report-hazard', known: { answers: { description } } };
}

/** A request for an announcement with its text behind it: the text becomes that of the draft. */
function readDraft(text: string, say: Say): Intent | undefined {
  const [, request = '', words = ''] = ANNOUNCED.exec(tidyText(text)) ?? [];
  if (namedFlow(foldText(request), say) !== 'announce') return undefined;
  return { type: 'open', flow: 'announce', known: { answers: { template: 'own', words: { text: words } } } };
}
/** A short beginning, a mark, a space or a line's end, and a sentence. */
const ANNOUNCED = /^([^\p{P}\p{S}\s]{2,12})[\p{P}\s]+(.{4,})$/su;

/** The talk that knows a message by its form; a checker's line of marks comes whenever the phone is online again. */
function readHeard(content: InboundContent): Intent | undefined {
  for (const { flow, hears } of TALKS as readonly Talk[]) {
    const answers = hears?.(content);
    if (answers) return { type: 'open', flow: flow.id, known: { answers } };
  }
  return undefined;
}

/** The code behind a word for it: 连 7F3K-9M2P, 返 7F3K9-M2P4R. */
function readCode(flow: 'enter-code' | 'come-back', form: RegExp, said: string, say: Say): string | undefined {
  const words = foldedWords(`common:words.${flow}`, say).filter((word) => said.startsWith(word));
  return words.flatMap((word) => form.exec(said.slice(word.length))?.[1] ?? [])[0];
}

/** A return code behind its word, or alone outside any talk where an identity can be lost. */
function readReturnCode(said: string, { forgets, asked, reader }: IntentContext): string | undefined {
  const bareCode = forgets && !asked && /\d/.test(said) ? RETURN_CODE.exec(said)?.[1] : undefined;
  return readCode('come-back', RETURN_CODE, said, reader.say) ?? bareCode;
}

/** Words that search the open work: 找…, words at the card of a case, and outside any talk words that report nothing. */
function readSearch(text: string, { reader, asked, isHazard }: IntentContext): Intent | undefined {
  const words = tidyText(text);
  const prefix = foldedWords('common:words.search', reader.say).find((word) => foldText(words).startsWith(word));
  const wanted = prefix && words.slice(prefix.length).replace(/^[\s:：]+/, '');
  const isShort = words.split(/\s+/).every((word) => [...word].length <= WORD_MAX) || !isHazard(text);
  const searches = asked ? asked.flow === FOUND_IN && asked.step === 'next' : wanted !== undefined || isShort;
  const found = wanted ?? words;
  // A greeting of one character and a question are no search.
  if (!searches || [...found].length < 2 || (wanted === undefined && isQuestion(words, reader.say))) return undefined;
  return { type: 'open', flow: FOUND_IN, known: { draft: talkOf(FOUND_IN)?.finds?.(found) } };
}
const FOUND_IN = 'my-work';
/** Single short words that name a hazard (井盖, 积水 17栋) search for it; a longer sentence reports one. In characters. */
const WORD_MAX = 4;

/** A question or a bare yes or no is talk, not a search. */
function isQuestion(words: string, say: Say): boolean {
  const said = foldText(words);
  const asks = foldedWords('common:words.question_ends', say).some((end) => said.endsWith(end));
  return asks || isWord(said, say, 'yes') || isWord(said, say, 'no');
}

/** What concerns people and no hazard. */
const MATTERS = ['quarrel', 'fraud', 'police'] as const;

/** What a caption says counts as in a text: an emergency, a command, a case number. */
function readCaption(content: InboundContent, context: IntentContext): Intent | undefined {
  const caption = 'caption' in content ? content.caption : undefined;
  if (caption === undefined) return undefined;
  const meant = readIntent({ type: 'text', text: caption }, context);
  const photos = content.type === 'photo' ? { photos: [content.photo] } : {};
  if (meant.type === 'emergency')
    return context.asked ? meant : { ...meant, report: { description: { text: tidyText(caption) }, ...photos } };
  if (meant.type === 'open' && meant.flow === 'my-cases' && meant.known)
    return {
      ...meant,
      known: { answers: { ...meant.known.answers, ...photos, ...(photos.photos ? { next: 'add' } : {}) } },
    };
  const isCommand = meant.type === 'stop' || meant.type === 'help' || caption.trim().startsWith('/');
  return isCommand && meant.type !== 'answer' ? meant : undefined;
}

/** The talk that a button or a typed option opens; undefined if its argument opens nothing. */
function openedBy(opens: Option['opens']): Intent | undefined {
  const talk = opens && talkOf(opens.flow);
  if (!talk) return undefined;
  if (opens.argument === FROM_HUB) return { type: 'open', flow: opens.flow };
  const answers = talk.opens?.(opens.argument);
  return answers ? { type: 'open', flow: opens.flow, known: { answers } } : undefined;
}

/** The tag of a language that is typed by tag or English name: en, zh, English. */
function languageNamed(typed: string): string {
  if (/^(?:zh|cn|chinese)/.test(typed)) return 'zh-CN';
  return typed.startsWith('en') ? 'en' : typed;
}

/** Reads a typed answer to “you have an unfinished report”. */
function readOffer(said: string, waiting: Session, say: Say): Intent | undefined {
  if (isWord(said, say, 'stay')) return { type: 'resume', talk: waiting.talk };
  if (isWord(said, say, 'drop') || isWord(said, say, 'leave')) return { type: 'drop', talk: waiting.talk };
  return bare(said) === bare(say('common:fresh')) ? { type: 'fresh', flow: waiting.flow } : undefined;
}

/** What is said at a question where in place of an answer: a talk to open, help, a stop, a remark to the bot. */
function readAside(said: string, say: Say): Intent | undefined {
  const meant = readWord(said, said, say, true, false);
  if (meant.type !== 'answer') return meant;
  if (mentions(said, say, 'stop_in')) return { type: 'stop' };
  const remark = remarkIn(said, say);
  return remark && { type: 'remark', remark };
}

function readWord(said: string, text: string, say: Say, inTalk: boolean, staff: boolean): Intent {
  const opened = namedFlow(said, say);
  if (opened) return { type: 'open', flow: opened };
  if (isRequest(said, say, 'help')) return { type: 'help' };
  if (isRequest(said, say, 'stop')) return { type: 'stop' };
  if (isRequest(said, say, 'human')) return { type: 'remark', remark: 'human' };
  if (inTalk) return { type: 'answer' };
  if (isWord(said, say, 'hello')) return { type: 'start' };
  if (isWord(said, say, 'thanks')) return { type: 'thanks' };
  if (isClosing(said, say)) return { type: 'remark', remark: 'fine' };
  const code = tidyText(text).toUpperCase();
  if (isCertificateCode(code)) return { type: 'open', flow: 'check-certificate', known: { answers: { code } } };
  return (
    caseNamed(text, staff) ??
    (CASE_NUMBER.exec(text)?.[0].includes('-') ? { type: 'wrong_number' } : { type: 'answer' })
  );
}

/** Opens the case whose number stands in the text. */
function caseNamed(text: string, staff: boolean): Intent | undefined {
  const number = readCaseNumber(CASE_NUMBER.exec(text)?.[0] ?? text);
  if (number === undefined) return undefined;
  return { type: 'open', flow: staff ? 'my-work' : 'my-cases', known: { answers: { case: number } } };
}
