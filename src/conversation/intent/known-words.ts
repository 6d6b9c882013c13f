import { foldText, rememberTexts } from '../../engine/tidy-text.ts';
import type { FixedKey, Say } from '../../i18n.ts';

/** True if the folded text is one of the words that locales list under this name. */
export function isWord(said: string, say: Say, name: string): boolean {
  const words = foldedWords(`common:words.${name}` as FixedKey, say);
  return words.includes(said) || words.includes(withoutMarks(said));
}

/** Characters of the longest text that is read as a request; a longer one tells something. */
const REQUEST_MAX = 32;

/**
 * What a short folded text may ask for once polite words and fillers are left out, the longest first: 我想报个隐患 asks for
 * 报个隐患, or for 报隐患.
 */
export function requestsIn(said: string, say: Say): ReadonlySet<string> {
  if (lastRead.said !== said || lastRead.say !== say) lastRead = { said, say, found: readRequests(said, say) };
  return lastRead.found;
}
/** A turn looks for talks, help and a stop in one text. */
let lastRead: { readonly said?: string; readonly say?: Say; readonly found: ReadonlySet<string> } = {
  found: new Set(),
};

function readRequests(said: string, say: Say): ReadonlySet<string> {
  const found = new Set([withoutMarks(said)]);
  if (said.length > REQUEST_MAX) return found;
  const list = (name: 'starts' | 'ends' | 'fillers') => foldedWords(`common:words.request_${name}`, say);
  // A set also visits what is added meanwhile; each text is shorter than the one it comes from.
  for (const text of found) {
    for (const start of list('starts'))
      if (text.startsWith(start)) found.add(text.slice(start.length).replace(/^[\p{P}\p{S}]+/u, ''));
    for (const end of list('ends')) if (text.endsWith(end)) found.add(withoutMarks(text.slice(0, -end.length)));
    for (const filler of list('fillers')) if (text.includes(filler)) found.add(text.replace(filler, ''));
  }
  return found;
}

/** True if the folded text asks for one of the words that locales list under this name. */
export function isRequest(said: string, say: Say, name: string): boolean {
  const words = foldedWords(`common:words.${name}` as FixedKey, say);
  const asked = requestsIn(said, say);
  return words.some((word) => word === said || asked.has(word));
}

/** 停止！ and STOP. are the words without their marks. A turn compares one text with all lists. */
export function withoutMarks(said: string): string {
  if (last.said !== said) last = { said, bare: said.replace(/[\p{P}\p{S}]+$/u, '') };
  return last.bare;
}
let last = { said: '', bare: '' };

/** Strips a word of thanks at either end: 修好了，谢谢 is 修好了. Thanks alone stay. */
export function withoutThanks(said: string, say: Say): string {
  const thanks = foldedWords('common:words.thanks', say);
  const find = (isAtEnd: (word: string) => boolean) =>
    thanks.filter(isAtEnd).reduce((longest, word) => Math.max(longest, word.length), 0);
  const plain = withoutMarks(said);
  const end = find((word) => plain.endsWith(word));
  if (end > 0) return withoutMarks(plain.slice(0, -end)) || said;
  return plain.slice(find((word) => plain.startsWith(word))).replace(/^[\p{P}\p{S}]+/u, '') || said;
}

/** Folds a list of words from locales; cached per language. */
export function foldedWords(key: FixedKey, say: Say): readonly string[] {
  const words = say(key);
  const known = FOLDED.get(words);
  if (known) return known;
  const folded = words.split('|').map(foldText);
  FOLDED.set(words, folded);
  return folded;
}
const FOLDED = new Map<string, readonly string[]>();

/** Strips emoji and punctuation from a label. */
export const bare: (label: string) => string = rememberTexts(
  (label) => foldText(label).replace(/[^\p{L}\p{N}]/gu, '') || label,
);
