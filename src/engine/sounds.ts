import { createRequire } from 'node:module';

type PinyinPro = { readonly pinyin: (text: string, options: { toneType: 'none'; type: 'array'; v: true }) => string[] };

/** Sounds that speakers of Wu and Jianghuai Mandarin do not tell apart, each with its one spelling. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/^zh/, 'z'],
  [/^ch/, 'c'],
  [/^sh/, 's'],
  [/^[nr]/, 'l'],
  [/^hu/, 'fu'],
  [/ng$/, 'n'],
];

let library: PinyinPro | undefined;

/**
 * The sounds of a text, one syllable a letter, without tones; `merged` spells alike what the region's speech merges.
 * The dictionary takes 30 MB and a tenth of a second, so it is loaded at the first need.
 */
export function soundsOf(text: string, merged = false): readonly string[] {
  library ??= createRequire(import.meta.url)('pinyin-pro') as PinyinPro; // as its types say
  const syllables = library.pinyin(text, { toneType: 'none', type: 'array', v: true });
  return merged ? syllables.map(merge) : syllables;
}

function merge(syllable: string): string {
  return ALIKE.reduce((sound, [pattern, spelling]) => sound.replace(pattern, spelling), syllable);
}
