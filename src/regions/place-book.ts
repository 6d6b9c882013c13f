import { foldText } from '../engine/tidy-text.ts';
import { normaliseAddress } from './address.ts';

/** A named place: a housing estate, a road, a landmark. `words` are its other names. */
export type KnownPlace = {
  readonly id: string;
  readonly name: string;
  readonly words?: readonly string[];
  readonly region: string;
};

/** The search over a city's named places. */
export type PlaceBook = {
  /** Places that match the text, best first. */
  readonly find: (text: string) => readonly KnownPlace[];
};

const FOUND_MAX = 4;

/** Builds the search: by exact name, else by a name with one wrong character. */
export function placeBook(places: readonly KnownPlace[]): PlaceBook {
  const named = places.flatMap((place) =>
    [place.name, ...(place.words ?? [])].map((name) => ({ name: normaliseAddress(name), place })),
  );
  const find = (text: string): readonly KnownPlace[] => {
    const said = normaliseAddress(text);
    const whole = named.filter(({ name }) => said.includes(name));
    // The longest name wins, so that 锦绣花园东区 does not match 锦绣花园.
    const longest = Math.max(0, ...whole.map(({ name }) => name.length));
    const exact = whole.filter(({ name }) => name.length === longest);
    return distinct((exact.length > 0 ? exact : findSimilar(said)).map(({ place }) => place)).slice(0, FOUND_MAX);
  };
  /** Names of four or more characters with one wrong character: 锦秀花园. */
  const findSimilar = (said: string) => {
    const close = named
      .filter(({ name }) => [...name].length >= 4)
      .map((one) => ({
        ...one,
        off: Math.min(...windows(said, one.name.length).map((part) => mismatches(part, one.name))),
      }))
      .filter(({ off }) => off <= 1);
    return close.sort((a, b) => a.off - b.off || b.name.length - a.name.length);
  };
  return { find };
}

/** All substrings of this length. */
function windows(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(1, text.length - length + 1) }, (_, i) => text.slice(i, i + length));
}

/** Counts differing characters; a shorter part differs in all. */
function mismatches(a: string, b: string): number {
  if (a.length !== b.length) return b.length;
  return [...b].filter((letter, i) => letter !== a[i]).length;
}

function distinct(places: readonly KnownPlace[]): readonly KnownPlace[] {
  return [...new Map(places.map((place) => [place.id, place])).values()];
}

/** Derives a place's id from name and region, so that a repeated import finds the same record. */
export function placeId(name: string, region: string): string {
  return `${region}.${[...foldText(name)].reduce((sum, c) => (Math.imul(sum, 31) + (c.codePointAt(0) ?? 0)) >>> 0, 7).toString(36)}`;
}
