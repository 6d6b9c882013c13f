import { foldText, rememberTexts } from '../../engine/tidy-text.ts';
import type { FixedKey, Say } from '../../i18n.ts';

/** True if the text names an emergency and is no denial of one. */
export function isEmergency(text: string, say: Say): boolean {
  // “没有人受伤” contains emergency words but denies them.
  const said = foldedWords('common:words.not_emergency', say).reduce(
    (left, words) => left.replaceAll(words, ''),
    foldText(text),
  );
  return foldedWords('common:words.emergency', say).some((word) => said.includes(word));
}

/** True if the folded text is one of the words that locales list under this name. */
export function isWord(said: string, say: Say, name: string): boolean {
  const words = foldedWords(`common:words.${name}` as FixedKey, say);
  return words.includes(said) || words.includes(withoutMarks(said));
}

/** 停止！ and STOP. are the words without their marks. A turn compares one text with all lists. */
export function withoutMarks(said: string): string {
  if (last.said !== said) last = { said, bare: said.replace(/[\p{P}\p{S}]+$/u, '') };
  return last.bare;
}
let last = { said: '', bare: '' };

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
