import { onUse } from '../on-use.ts';

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

const library = onUse<PinyinPro>('pinyin-pro');

/**
 * The sounds of a text, one syllable a letter, without tones.
 * The dictionary takes 30 MB and a tenth of a second, so it is loaded at the first need.
 */
export function soundsOf(text: string): readonly string[] {
  return library().pinyin(text, { toneType: 'none', type: 'array', v: true });
}

/** The sounds of several texts of Chinese letters; one call of the library takes a fifth of the time of many. */
export function soundsOfEach(texts: readonly string[]): readonly (readonly string[])[] {
  const syllables = soundsOf(texts.join('\n'));
  let at = 0;
  return texts.map((text) => {
    const own = syllables.slice(at, at + [...text].length);
    at += own.length + 1;
    return own;
  });
}

/** Spells alike what the region's speech merges. */
export function mergedSounds(syllables: readonly string[]): readonly string[] {
  return syllables.map(merge);
}

function merge(syllable: string): string {
  return ALIKE.reduce((sound, [pattern, spelling]) => sound.replace(pattern, spelling), syllable);
}
