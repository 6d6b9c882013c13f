import { foldText } from '../../engine/tidy-text.ts';
import type { FixedKey, Say } from '../../i18n.ts';
import { foldedWords } from './known-words.ts';

/**
 * True if the text tells of an emergency now: by its words, or by a victim and a harm. What may happen, what happened long
 * ago and what is only told of (容易着火, 防溺水标牌) is none.
 */
export function isEmergency(text: string, say: Say): boolean {
  const said = foldText(text);
  const { words, pattern } = patternsOf(say);
  if (!words.test(said)) return false;
  return pattern.test(listed('not_emergency', say).reduce((left, denial) => left.replaceAll(denial, ''), said));
}

type List = 'emergency' | `emergency_${'victims' | 'harms' | 'blows' | 'not_yet' | 'told'}` | 'not_emergency';

function listed(name: List, say: Say): readonly string[] {
  return foldedWords(`common:words.${name}` as FixedKey, say);
}

/** `words`: each match of the pattern holds one; nearly no text does. */
type Patterns = { readonly words: RegExp; readonly pattern: RegExp };
const PATTERNS = new WeakMap<Say, Patterns>();

function patternsOf(say: Say): Patterns {
  const known = PATTERNS.get(say);
  if (known) return known;
  const oneOf = (name: List) => `(?:${listed(name, say).map(escaped).join('|')})`;
  const [victim, notYet] = [oneOf('emergency_victims'), oneOf('emergency_not_yet')];
  const inClause = '[^\\p{P}]';
  const between = (most: number) => `(?:(?!${notYet})${inClause}){0,${most}}?`;
  const [plain, harm, blow] = [oneOf('emergency'), oneOf('emergency_harms'), oneOf('emergency_blows')];
  const found = `${plain}|${victim}${between(8)}${harm}|${blow}${between(3)}${victim}`;
  const patterns = {
    words: new RegExp(`${plain}|${harm}|${blow}`, 'u'),
    pattern: new RegExp(`(?<!${notYet}${inClause}{0,6})(?:${found})(?!${inClause}?${oneOf('emergency_told')})`, 'u'),
  };
  PATTERNS.set(say, patterns);
  return patterns;
}

function escaped(words: string): string {
  return words.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
