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
 * Builds the search of regions by typed words. The first way that finds any counts: a whole name in the words, a part of
 * a name, a name without its level, a known place, the sound of a name.
 */
export function regionSearch(
  all: readonly Region[],
  chain: Chain,
  book: PlaceBook,
): (text: string) => readonly string[] {
  const regions = all
    .filter(({ level }) => level !== 'grid' && level !== 'city')
    .map((region) => ({ ...region, folded: Object.values(region.names).map(foldText) }));
  // The book of places knows the sounds of communities.
  const larger = placeBook(regions.filter(({ level }) => level !== 'community').map(asPlace));
  const by = (fits: (name: string) => boolean) => regions.filter(({ folded }) => folded.some(fits)).map(({ id }) => id);
  const exactly = (fits: (name: string) => boolean) => mostExact(by(fits), chain);
  const short = (name: string) => name.replace(LEVEL_WORD, '');
  return (text) => {
    const said = foldText(text).replace(/[\p{P}\p{S}]/gu, '');
    if ([...said].length < PART_MIN) return [];
    const ways: readonly (() => readonly string[])[] = [
      () => exactly((name) => said.includes(name)),
      () => by((name) => name.includes(said)),
      () => exactly((name) => short(name).length >= PART_MIN && said.includes(short(name))),
      () => book.find(text).map(({ region }) => region),
      () => larger.find(text).map(({ region }) => region),
    ];
    for (const way of ways) {
      const found = [...new Set(way())];
      if (found.length > 0) return found;
    }
    return [];
  };
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
