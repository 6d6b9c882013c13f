import type { Say } from '../../i18n.ts';
import { foldedWords, isWord } from './known-words.ts';

/** What a short text says to the bot itself; each has its answer, `common:remarks.<id>`. */
const REMARKS = ['human', 'privacy', 'phone_number', 'upset'] as const;
export type Remark = (typeof REMARKS)[number] | 'fine';

/** A longer text tells about a place or a thing. In characters. */
const REMARK_MAX = 40;
/** Thanks with more words behind them tell something. In characters. */
const THANKS_MAX = 16;

/** Reads what a folded text says to the bot itself: a wish for a person, a question about privacy, anger. */
export function remarkIn(said: string, say: Say): Remark | undefined {
  return REMARKS.find((remark) => mentions(said, say, `${remark}_in`));
}

/** A folded text without the words of anger, which may name a hazard themselves: 垃圾东西. */
export function withoutAnger(said: string, say: Say): string {
  return foldedWords('common:words.upset_in', say).reduce((left, word) => left.replaceAll(word, ''), said);
}

/** True if a short folded text contains one of the words that locales list under this name. */
export function mentions(
  said: string,
  say: Say,
  name: `${(typeof REMARKS)[number] | 'stop' | 'forget' | 'quarrel'}_in`,
): boolean {
  return said.length <= REMARK_MAX && foldedWords(`common:words.${name}`, say).some((word) => said.includes(word));
}

/** True for thanks with a name or a compliment behind them: 谢谢你小姑娘. */
export function isThanks(said: string, say: Say): boolean {
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
export function isLatinSentence(text: string): boolean {
  return /^[\p{Script=Latin}\p{N}\p{P}\s]+$/u.test(text) && /\p{L}{2,}\s+\p{L}/u.test(text);
}
