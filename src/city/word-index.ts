import { phraseIndex } from '../engine/phrase-index.ts';
import { mergedSounds, soundsOf, soundsOfEach } from '../engine/sounds.ts';
import { foldText, tidyText } from '../engine/tidy-text.ts';

type IndexedPhrases = { readonly id: string; readonly phrases: readonly string[] };

/** The search: `surely` leaves out entries that only a few common letters suggest. */
export type WordIndex = {
  readonly surely: (words: string) => readonly string[];
  readonly perhaps: (words: string) => readonly string[];
  /** The entry that is named whole and weighs far more than every other. */
  readonly certain: (words: string) => string | undefined;
};

/** Entries below this share of the best weight are dropped. */
const SHARE_OF_BEST_MIN = 0.3;
/** Least best weight without a whole phrase: one common bigram alone is no match. */
const WEIGHT_MIN = 5;
/** Least number of bigrams in words without a whole phrase. */
const PAIRS_MIN = 7;
/** A search takes time with the length of the words: who writes more has named the kind before. Characters. */
const SEARCHED_MAX = 300;
/** Letters a phrase must have to be found by its sound, by a merged sound, and with one wrong letter. */
const SOUND_MIN = 2;
const MERGED_MIN = 3;
const TYPO_MIN = 4;
/** Least best weight of a suggestion: more than the rarest bigram weighs. */
const PERHAPS_MIN = 4.2;
/** Weight of the whole phrases of a certain entry above the next. */
const CERTAIN_MIN = 1.5;
/** Value of a phrase by its sound, by a sound that the region merges, and with one wrong letter. */
const SHARES = { sound: 0.9, merged: 0.7, typo: 0.6 } as const;

type Phrase = { readonly folded: string; readonly pairs: readonly string[] };
type Entry = { readonly id: string; readonly phrases: readonly Phrase[]; readonly pairs: ReadonlySet<string> };
type Found = {
  readonly sure: readonly string[];
  readonly all: readonly string[];
  readonly certain: string | undefined;
};
type Scored = { readonly id: string; readonly weight: number; readonly whole: number };

let newest: { readonly phrases: string; readonly index: WordIndex } | undefined;

/** Keeps the newest index: few changes of a city touch these phrases, and a new index delays a reply by 0.2 s. */
export function wordIndexOf(entries: readonly IndexedPhrases[]): WordIndex {
  const phrases = JSON.stringify(entries);
  if (newest?.phrases !== phrases) newest = { phrases, index: builtOnUse(() => wordIndex(entries)) };
  return newest.index;
}

/** A process that searches nothing, such as a command or a sender, builds no index. */
function builtOnUse(build: () => WordIndex): WordIndex {
  let built: WordIndex | undefined;
  const index = () => (built ??= build());
  return {
    surely: (words) => index().surely(words),
    perhaps: (words) => index().perhaps(words),
    certain: (words) => index().certain(words),
  };
}

/**
 * Builds a search of entries by words: tf-idf over character bigrams, without Chinese word segmentation.
 * The rarer a bigram is among the entries, the more it weighs; a phrase contained whole counts twice.
 * Words without a whole phrase are searched again by their sound and with one wrong letter: most typing errors are homophones.
 */
function wordIndex(entries: readonly IndexedPhrases[]): WordIndex {
  const known = entries.map(({ id, phrases }): Entry => {
    const read = phrases.map((phrase) => ({ folded: foldText(phrase), pairs: pairsOf(phrase) }));
    return { id, phrases: read, pairs: new Set(read.flatMap(({ pairs }) => pairs)) };
  });
  const among = new Map<string, number>();
  for (const { pairs } of known) for (const pair of pairs) among.set(pair, (among.get(pair) ?? 0) + 1);
  const weights = new Map([...among].map(([pair, count]) => [pair, Math.log(1 + known.length / count)]));
  const weigh = (pairs: Iterable<string>) => [...pairs].reduce((total, pair) => total + (weights.get(pair) ?? 0), 0);
  const withPair = Map.groupBy(
    known.flatMap(({ pairs }, entry) => [...pairs].map((pair) => ({ pair, entry }))),
    ({ pair }) => pair,
  );
  const phrasesIn = phraseIndex(
    known.flatMap(({ phrases }, entry) => phrases.map((phrase) => ({ ...phrase, entry }))),
    ({ folded }) => folded,
  );

  const byLetters = (words: string): readonly Scored[] => {
    const said = foldText(words);
    // Only entries that share letters with the words are looked at.
    const wholes = new Map<number, Set<string>>();
    for (const { phrase } of phrasesIn(said)) {
      const whole = wholes.get(phrase.entry) ?? new Set();
      for (const pair of phrase.pairs) whole.add(pair);
      wholes.set(phrase.entry, whole);
    }
    const shared = new Map<number, number>();
    for (const pair of new Set(pairsOf(words))) {
      const weight = weights.get(pair) ?? 0;
      for (const { entry } of withPair.get(pair) ?? []) shared.set(entry, (shared.get(entry) ?? 0) + weight);
    }
    return known.map(({ id }, entry) => {
      const whole = weigh(wholes.get(entry) ?? []);
      return { id, whole, weight: (shared.get(entry) ?? 0) + whole };
    });
  };
  const byErrors = openErrorSearch(known, weigh);

  const search = (words: string): Found => {
    const exact = byLetters(words);
    const errors = exact.some(({ whole, weight }) => whole > 0 && weight > 2 * WEIGHT_MIN)
      ? NO_ERRORS
      : byErrors(words);
    const scored = exact.map(({ id, weight, whole }) => ({
      id,
      whole,
      weight: weight + (errors.get(id)?.weight ?? 0),
    }));
    const best = Math.max(...scored.map(({ weight }) => weight));
    const sorted = scored
      .filter(({ weight }) => weight > 0 && weight >= best * SHARE_OF_BEST_MIN)
      .sort((a, b) => b.weight - a.weight);
    const bestLetters = Math.max(...exact.map(({ weight }) => weight));
    // One bigram alone, however rare, suggests nothing: 我想问一下.
    const isSaid = best > PERHAPS_MIN || sorted.some(({ id, whole }) => whole > 0 || errors.get(id)?.sure === true);
    // Common letters alone suggest an entry in a longer text only: 我没有照片.
    const isLong = new Set(pairsOf(words)).size >= PAIRS_MIN;
    const isByLetters = isLong && bestLetters >= WEIGHT_MIN;
    const isSure = ({ id, whole }: Scored) => whole > 0 || errors.get(id)?.sure === true || isByLetters;
    const [first] = sorted;
    const others = Math.max(0, ...sorted.slice(1).map(({ whole }) => whole));
    const certain = first && first.whole > CERTAIN_MIN * others ? first.id : undefined;
    return { sure: sorted.filter(isSure).map(({ id }) => id), all: isSaid ? sorted.map(({ id }) => id) : [], certain };
  };
  // One turn searches the same words several times.
  let last: (Found & { readonly words: string }) | undefined;
  const cached = (text: string): Found => {
    const words = text.slice(0, SEARCHED_MAX);
    if (words !== last?.words) last = { words, ...search(words) };
    return last;
  };
  return {
    surely: (words) => cached(words).sure,
    perhaps: (words) => cached(words).all,
    certain: (words) => cached(words).certain,
  };
}

/** `sure`: a phrase of three letters or more has the sound of the words. */
type ByError = { readonly weight: number; readonly sure: boolean };
const NO_ERRORS: ReadonlyMap<string, ByError> = new Map();

/** Finds entries by a phrase that sounds like the words, or has one wrong letter. */
function openErrorSearch(known: readonly Entry[], weigh: (pairs: readonly string[]) => number) {
  type Heard = {
    readonly id: string;
    readonly letters: string;
    readonly sound: string;
    readonly merged: string;
    readonly weight: number;
  };
  let heard: readonly Heard[] | undefined;
  const listen = (): readonly Heard[] => {
    const phrases = known.flatMap(({ id, phrases: own }) =>
      own
        .filter(({ folded }) => /^\p{Script=Han}+$/u.test(folded) && folded.length >= SOUND_MIN)
        .map(({ folded, pairs }) => ({ id, letters: folded, weight: weigh(pairs) })),
    );
    const sounds = soundsOfEach(phrases.map(({ letters }) => letters));
    return phrases.map((phrase, i) => {
      const syllables = sounds[i] ?? [];
      return { ...phrase, sound: joined(syllables), merged: joined(mergedSounds(syllables)) };
    });
  };
  return (words: string): ReadonlyMap<string, ByError> => {
    const letters = foldText(words).replace(/[^\p{Script=Han}]/gu, '');
    if (letters.length < SOUND_MIN) return NO_ERRORS;
    heard ??= listen();
    const syllables = soundsOf(letters);
    const [sound, merged] = [joined(syllables), joined(mergedSounds(syllables))];
    const found = new Map<string, ByError>();
    for (const { id, letters: phrase, sound: own, merged: mergedOwn, weight } of heard) {
      const share = sound.includes(own)
        ? SHARES.sound
        : phrase.length >= MERGED_MIN && merged.includes(mergedOwn)
          ? SHARES.merged
          : phrase.length >= TYPO_MIN && hasTypo(letters, phrase)
            ? SHARES.typo
            : 0;
      const before = found.get(id);
      const sure = share === SHARES.sound && phrase.length >= MERGED_MIN;
      if (share > 0)
        found.set(id, {
          weight: Math.max(before?.weight ?? 0, 2 * share * weight),
          sure: sure || before?.sure === true,
        });
    }
    return found;
  };
}

/** Syllables with a mark before each, so that one syllable never matches a part of another. */
const joined = (syllables: readonly string[]): string => `${syllables.map((one) => `-${one}`).join('')}-`;

/** True if the phrase is in the text but for one letter. */
function hasTypo(text: string, phrase: string): boolean {
  for (let at = 0; at + phrase.length <= text.length; at += 1) {
    let wrong = 0;
    for (let i = 0; i < phrase.length && wrong < 2; i += 1) if (text[at + i] !== phrase[i]) wrong += 1;
    if (wrong < 2) return true;
  }
  return false;
}

/** Splits a text into bigrams of letters; Latin words stay whole. */
function pairsOf(text: string): readonly string[] {
  const folded = tidyText(text).normalize('NFKC').toLowerCase();
  return folded.split(/([a-z0-9]+)/).flatMap((part) => {
    if (/^[a-z0-9]/.test(part)) return part.length > 2 ? [part] : [];
    const letters = [...part.replace(/[^\p{L}]/gu, '')];
    return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
  });
}
