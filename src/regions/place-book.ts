import { foldText } from '../engine/tidy-text.ts';
import { normaliseAddress } from './address.ts';

/** A place that people call by name: a housing estate, a road, a landmark; with other names for it. */
export type KnownPlace = {
  readonly id: string;
  readonly name: string;
  readonly words?: readonly string[];
  readonly region: string;
};

/** The names of a city's places, ready to be looked through. */
export type PlaceBook = {
  /** The places that somebody's words may mean, best first. */
  readonly find: (text: string) => readonly KnownPlace[];
};

const FOUND_MAX = 4;

export function placeBook(places: readonly KnownPlace[]): PlaceBook {
  const named = places.flatMap((place) =>
    [place.name, ...(place.words ?? [])].map((name) => ({ name: normaliseAddress(name), place })),
  );
  const find = (text: string): readonly KnownPlace[] => {
    const said = normaliseAddress(text);
    const whole = named.filter(({ name }) => said.includes(name));
    // The longest name wins: 锦绣花园东区 is not 锦绣花园.
    const longest = Math.max(0, ...whole.map(({ name }) => name.length));
    const exact = whole.filter(({ name }) => name.length === longest);
    return distinct((exact.length > 0 ? exact : nearly(said)).map(({ place }) => place)).slice(0, FOUND_MAX);
  };
  /** One wrong or missing character in a name of four or more: 锦秀花园. */
  const nearly = (said: string) => {
    const close = named
      .filter(({ name }) => [...name].length >= 4)
      .map((one) => ({ ...one, off: Math.min(...windows(said, one.name.length).map((part) => wrong(part, one.name))) }))
      .filter(({ off }) => off <= 1);
    return close.sort((a, b) => a.off - b.off || b.name.length - a.name.length);
  };
  return { find };
}

function windows(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.max(1, text.length - length + 1) }, (_, i) => text.slice(i, i + length));
}

function wrong(a: string, b: string): number {
  if (a.length !== b.length) return b.length;
  return [...b].filter((letter, i) => letter !== a[i]).length;
}

function distinct(places: readonly KnownPlace[]): readonly KnownPlace[] {
  return [...new Map(places.map((place) => [place.id, place])).values()];
}

/** The id of a place by its name and region: the same when a list is imported again. */
export function placeId(name: string, region: string): string {
  return `${region}.${[...foldText(name)].reduce((sum, c) => (Math.imul(sum, 31) + (c.codePointAt(0) ?? 0)) >>> 0, 7).toString(36)}`;
}
