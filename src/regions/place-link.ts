import type { Place } from '../engine/place.ts';
import { tidyText } from '../engine/tidy-text.ts';
import { isDetail, placeIn } from './place-in-words.ts';
import type { RegionTree } from './region-tree.ts';

/** Begins the payload after /start that opens a report at a place: at_<region>, or at_<region>_<building>. */
export const PLACE_LINK = 'at_';

/** Telegram's bound of a payload, in characters. */
const PAYLOAD_MAX = 64;

/** Builds the payload of a place. Words that are no building there, or too long, are left out. */
export function placePayload(region: string, words: string, regions: RegionTree): string {
  const alone = `${PLACE_LINK}${region}`;
  const exact = `${alone}_${Buffer.from(words).toString('base64url')}`;
  return exact.length <= PAYLOAD_MAX && buildingIn(region, words, regions) ? exact : alone;
}

/** Reads the place in a payload; undefined if its region is unknown. Anybody can write a link, so other words are dropped. */
export function placeOfPayload(payload: string, regions: RegionTree): Place | undefined {
  const [, region = '', encoded = ''] = /^at_(\w+?)(?:_([\w-]+))?$/.exec(payload) ?? [];
  const level = regions.levelOf(region);
  if (level !== 'community' && level !== 'grid') return undefined;
  return buildingIn(region, Buffer.from(encoded, 'base64url').toString(), regions) ?? { region };
}

/** Reads words as a building in the region: 十栋一单元, or behind the name of an estate there. */
function buildingIn(region: string, words: string, regions: RegionTree): Place | undefined {
  const text = tidyText(words);
  if (isDetail(text)) return { region, text };
  const named = placeIn(text, regions);
  return named?.text === text && regions.chain(named.region ?? '').includes(region) ? named : undefined;
}
