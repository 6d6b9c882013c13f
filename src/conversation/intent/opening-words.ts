import type { FixedKey, Say } from '../../i18n.ts';
import { TALKS } from '../talk-list.ts';
import { foldedWords, requestsIn, withoutMarks } from './known-words.ts';

/** Returns the flow whose button has this folded label; the first of several. */
export function labelledFlow(said: string, say: Say): string | undefined {
  return TALKS[wordsOf(say).labels.get(said) ?? -1]?.flow.id;
}

/** Returns the flow that one of its words opens, also inside a request (我要报隐患); the first of several. */
export function namedFlow(said: string, say: Say): string | undefined {
  const { words } = wordsOf(say);
  const own = [words.get(said), words.get(withoutMarks(said))].filter((place) => place !== undefined);
  if (own.length > 0) return TALKS[Math.min(...own)]?.flow.id;
  for (const asked of requestsIn(said, say)) {
    const place = words.get(asked);
    if (place !== undefined) return TALKS[place]?.flow.id;
  }
  return undefined;
}

/** Places in the list of talks, by folded label and by folded word. */
type OpeningWords = { readonly labels: ReadonlyMap<string, number>; readonly words: ReadonlyMap<string, number> };

/** A typed text is looked up among the words of all talks, so each language has one index of them. */
const KNOWN = new WeakMap<Say, OpeningWords>();

function wordsOf(say: Say): OpeningWords {
  const known = KNOWN.get(say);
  if (known) return known;
  const made = {
    labels: firstPlaces((flow) => foldedWords(`common:buttons.${flow}` as FixedKey, say).slice(0, 1)),
    words: firstPlaces((flow) => foldedWords(`common:words.${flow}` as FixedKey, say)),
  };
  KNOWN.set(say, made);
  return made;
}

function firstPlaces(wordsOfFlow: (flow: string) => readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  for (const [place, { flow }] of TALKS.entries())
    for (const word of wordsOfFlow(flow.id)) if (!places.has(word)) places.set(word, place);
  return places;
}
