import type { Place, Regions } from '../engine/place.ts';
import { tidyText } from '../engine/tidy-text.ts';
import { normaliseAddress } from './address.ts';

/** Parts of an address behind a place's name: 3幢2单元501室, 12号, B座, and where exactly. */
const PARTS =
  /^(?:[\s,，、-]*(?:[A-Za-z]?\d{1,4}[A-Za-z]?|[零一二三四五六七八九十百]{1,4}|[A-Za-z](?=[座栋幢]))(?:号楼|号门洞|号门|#楼?|＃楼?|号|幢|栋|座|单元|门洞|室|楼|层|弄|组))*(?:[东南西北]门|[东南西北]侧|门口|大门口?|路口|楼下|楼上|楼道口?|旁边?|对面|附近|前面|后面|里面?|拐角|地下室|车库|停车场|广场)?/u;

/** Words around a building that add nothing: 就在3号楼那里. */
const AROUND = /^(?:我?们?家?就?是?在)|(?:的?那里|这里|那边|这边|的)?[。.！!]?$/gu;

/** True if the words name only a building, an entrance, a floor or a room, with the spot there if it is said. */
export function isDetail(words: string): boolean {
  const said = normaliseAddress(tidyText(words).replace(AROUND, ''));
  return /[\dA-Z](?:[幢楼号室弄]|单元)/.test(said) && PARTS.exec(said)?.[0] === said;
}

/** Reads the place that a sentence names, with the building behind it; undefined unless exactly one is named by name. */
export function placeIn(words: string, regions: Regions): Place | undefined {
  const said = tidyText(words);
  const [only, ...more] = regions.find(said);
  if (!only || more.length > 0) return undefined;
  const at = said.indexOf(only.known);
  // A name that only sounds alike is asked about.
  if (at < 0) return undefined;
  const behind = PARTS.exec(said.slice(at + only.known.length))?.[0] ?? '';
  return { ...only.place, text: `${only.known}${behind}`.trim() };
}
