import { readNumber } from '../engine/read-number.ts';
import { foldText } from '../engine/tidy-text.ts';

const DIGITS = '[0-9零〇一二两三四五六七八九十百]{1,5}';
/** Variants of building, entrance, floor and house number, each with its one spelling. */
const PARTS: readonly (readonly [RegExp, string])[] = [
  [new RegExp(`(${DIGITS})(?:号楼|号幢|栋|幢|座|號樓)`, 'g'), '幢'],
  [new RegExp(`(${DIGITS})(?:单元|號門|号门|门洞|梯)`, 'g'), '单元'],
  [new RegExp(`(${DIGITS})(?:层|楼)(?!道|梯|下|上|顶|栋)`, 'g'), '楼'],
  [new RegExp(`(${DIGITS})(?:号|號)(?!楼|幢|线)`, 'g'), '号'],
];

/** Writes an address in one spelling: half-width digits; 3栋, 三幢 and 3号楼 all become 3幢. */
export function normaliseAddress(text: string): string {
  return PARTS.reduce(
    (written, [pattern, unit]) =>
      written.replace(pattern, (whole, number: string) => {
        const value = readNumber(number);
        return value === undefined ? whole : `${value}${unit}`;
      }),
    foldText(text),
  );
}

/** Returns the building number of an address: 3 in 锦绣花园三号楼; undefined if it names none. */
export function buildingOf(text: string): string | undefined {
  return /(\d+)幢/.exec(normaliseAddress(text))?.[1];
}
