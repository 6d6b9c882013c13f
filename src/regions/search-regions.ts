import { foldText } from '../engine/tidy-text.ts';
import type { PlaceBook } from './place-book.ts';
import { placeBook } from './place-book.ts';
import type { Region } from './region.ts';

/** Fewer characters name no region. */
const PART_MIN = 2;
/** The word for the level at the end of a name, which people leave out. */
const LEVEL_WORD = /(?:街道|地区|区|县|市|镇|乡|社区|村)$/;

type Chain = (region: string) => readonly string[];

/**
 * Finds regions by typed words. The first that matches counts: a whole name in the words, a part of a name, a name
 * without its level, a known place, the sound of a name.
 */
export function searchRegions(text: string, all: readonly Region[], chain: Chain, book: PlaceBook): readonly string[] {
  const said = foldText(text).replace(/[\p{P}\p{S}]/gu, '');
  if ([...said].length < PART_MIN) return [];
  const regions = all.filter(({ level }) => level !== 'grid' && level !== 'city');
  const by = (fits: (name: string) => boolean) =>
    regions.filter(({ names }) => Object.values(names).some((name) => fits(foldText(name)))).map(({ id }) => id);
  const short = (name: string) => name.replace(LEVEL_WORD, '');
  const ways: readonly (() => readonly string[])[] = [
    () =>
      mostExact(
        by((name) => said.includes(name)),
        chain,
      ),
    () => by((name) => name.includes(said)),
    () =>
      mostExact(
        by((name) => short(name).length >= PART_MIN && said.includes(short(name))),
        chain,
      ),
    () => book.find(text).map(({ region }) => region),
    () =>
      // The book of places knows the sounds of communities.
      placeBook(regions.filter(({ level }) => level !== 'community').map(asPlace))
        .find(text)
        .map(({ region }) => region),
  ];
  for (const way of ways) {
    const found = [...new Set(way())];
    if (found.length > 0) return found;
  }
  return [];
}

/** Of regions that the words name together, such as a street and its community, the smallest with the most named. */
function mostExact(named: readonly string[], chain: Chain): readonly string[] {
  const depth = new Map(named.map((id) => [id, chain(id).filter((one) => named.includes(one)).length]));
  const most = Math.max(0, ...depth.values());
  return named.filter((id) => depth.get(id) === most);
}

function asPlace({ id, names }: Region) {
  return { id, region: id, name: names['zh-CN'] ?? id };
}
