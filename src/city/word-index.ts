import { foldText, tidyText } from '../engine/tidy-text.ts';

type IndexedPhrases = { readonly id: string; readonly phrases: readonly string[] };

/** Entries below this share of the best weight are dropped. */
const SHARE_OF_BEST_MIN = 0.45;

/**
 * Builds a search of entries by words: tf-idf over character bigrams, without Chinese word segmentation.
 * The rarer a bigram is among the entries, the more it weighs; a phrase contained whole counts twice.
 */
export function wordIndex(entries: readonly IndexedPhrases[]): (words: string) => readonly string[] {
  const known = entries.map(({ id, phrases }) => ({
    id,
    phrases: phrases.map((phrase) => ({ folded: foldText(phrase), pairs: pairsOf(phrase) })),
    pairs: new Set(phrases.flatMap(pairsOf)),
  }));
  const weightOf = (pair: string) => {
    const among = known.filter(({ pairs }) => pairs.has(pair)).length;
    return among === 0 ? 0 : Math.log(1 + known.length / among);
  };
  const weights = new Map(known.flatMap(({ pairs }) => [...pairs].map((pair) => [pair, weightOf(pair)] as const)));
  const sum = (pairs: Iterable<string>) => [...pairs].reduce((total, pair) => total + (weights.get(pair) ?? 0), 0);

  const search = (words: string): readonly string[] => {
    const said = foldText(words);
    const pairs = new Set(pairsOf(words));
    const scored = known.map(({ id, phrases, pairs: own }) => {
      const whole = new Set(phrases.flatMap(({ folded, pairs: of }) => (said.includes(folded) ? of : [])));
      return { id, whole: whole.size > 0, weight: sum([...pairs].filter((pair) => own.has(pair))) + sum(whole) };
    });
    const best = Math.max(...scored.map(({ weight }) => weight));
    return scored
      .filter(({ weight, whole }) => weight > 0 && weight >= best * SHARE_OF_BEST_MIN && (whole || best >= WEIGHT_MIN))
      .sort((a, b) => b.weight - a.weight)
      .map(({ id }) => id);
  };
  // One turn searches the same words several times.
  let last = { words: '', found: [] as readonly string[] };
  return (words) => {
    if (words !== last.words) last = { words, found: search(words) };
    return last.found;
  };
}

/** Least best weight without a whole phrase: one common bigram alone is no match. */
const WEIGHT_MIN = 5;

/** Splits a text into bigrams of letters; Latin words stay whole. */
function pairsOf(text: string): readonly string[] {
  const folded = tidyText(text).normalize('NFKC').toLowerCase();
  return folded.split(/([a-z0-9]+)/).flatMap((part) => {
    if (/^[a-z0-9]/.test(part)) return part.length > 2 ? [part] : [];
    const letters = [...part.replace(/[^\p{L}]/gu, '')];
    return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`);
  });
}
