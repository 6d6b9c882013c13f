import type { Question } from '../../engine/question.ts';
import type { Say } from '../../i18n.ts';
import type { Reader } from '../../notify/reader.ts';
import type { Intent, Remark } from './intent.ts';
import { foldedWords, isWord } from './known-words.ts';

/** What a short text may say to the bot itself, the first of several. */
const REMARKS = ['human', 'privacy', 'phone_number', 'upset'] as const satisfies readonly Remark[];

/** A longer text tells about a place or a thing. In characters. */
const REMARK_MAX = 40;
/** Thanks with more words behind them tell something. In characters. */
const THANKS_MAX = 16;

/** A remark to the bot, which names no hazard; in a talk only what is no answer. */
export function readRemark(
  said: string,
  text: string,
  { asked, light, reader }: { readonly asked: Question | undefined; readonly light: boolean; readonly reader: Reader },
): Intent | undefined {
  const { say, language } = reader;
  if (!asked || light) {
    if (mentions(said, say, 'forget_in')) return { type: 'open', flow: 'forget-me' };
    if (mentions(said, say, 'stop_in')) return { type: 'stop' };
  }
  const remark = remarkIn(said, say);
  if (asked) return remark && { type: 'remark', remark };
  if (mentions(said, say, 'praise_in')) return { type: 'open', flow: 'honours' };
  if (remark) return { type: 'remark', remark };
  if (mentions(said, say, 'service_in')) return { type: 'remark', remark: 'service' };
  if (isThanks(said, say)) return { type: 'thanks' };
  return language === 'zh-CN' && isLatinSentence(text) ? { type: 'open', flow: 'choose-language' } : undefined;
}

/** Reads what a folded text says to the bot itself: a wish for a person, a question about privacy, anger. */
export function remarkIn(said: string, say: Say): Remark | undefined {
  return REMARKS.find((remark) => mentions(said, say, `${remark}_in`));
}

/** True for a question about an earlier report: 我上个月报的路灯修了没. It names a hazard and is no report of one. */
export function asksProgress(said: string, say: Say): boolean {
  return mentions(said, say, 'reported_in') && mentions(said, say, 'progress_in');
}

/** True for a question about a service that names no damage: 社区食堂几点开饭. Its place is a word of a hazard. */
export function asksOther(said: string, say: Say): boolean {
  return mentions(said, say, 'asks_in') && !mentions(said, say, 'damage_in');
}

/** A folded text without the words of anger, which may name a hazard themselves: 垃圾东西. */
export function withoutAnger(said: string, say: Say): string {
  return foldedWords('common:words.upset_in', say).reduce((left, word) => left.replaceAll(word, ''), said);
}

type WordList =
  | (typeof REMARKS)[number]
  | 'stop'
  | 'forget'
  | 'quarrel'
  | 'fraud'
  | 'police'
  | 'service'
  | 'praise'
  | 'reported'
  | 'progress'
  | 'asks'
  | 'damage';

/** True if a short folded text contains one of the words that locales list under this name. */
export function mentions(said: string, say: Say, name: `${WordList}_in`): boolean {
  return said.length <= REMARK_MAX && foldedWords(`common:words.${name}`, say).some((word) => said.includes(word));
}

/** True for thanks with a name or a compliment behind them: 谢谢你小姑娘. */
function isThanks(said: string, say: Say): boolean {
  return (
    said.length <= THANKS_MAX && foldedWords('common:words.thanks_starts', say).some((word) => said.startsWith(word))
  );
}

/** True for words that only end a talk: 好的, 算了, 哦. */
export function isClosing(said: string, say: Say): boolean {
  const names = ['yes', 'no', 'back', 'skip', 'leave', 'done', 'later', 'drop', 'closing'] as const;
  return names.some((name) => isWord(said, say, name));
}

/** True for a sentence of two words or more in Latin letters alone. */
function isLatinSentence(text: string): boolean {
  return /^[\p{Script=Latin}\p{N}\p{P}\s]+$/u.test(text) && /\p{L}{2,}\s+\p{L}/u.test(text);
}
