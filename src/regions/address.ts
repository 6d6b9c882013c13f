import { readNumber } from '../engine/read-number.ts';
import { foldText, rememberTexts } from '../engine/tidy-text.ts';

/** Digits or Chinese numerals, with a letter before or behind: 3, 十二, a3, 3b. */
const NUMBER = '(?:(?<![a-z])[a-z])?[0-9零〇一二两三四五六七八九十百]{1,5}[a-z]?';
const PLAIN = '[0-9零〇一二两三四五六七八九十百]{1,5}';
const BUILDING = '号楼|号樓|号幢|号栋|#楼|#栋|#幢|#|栋|棟|幢|座';
const ENTRANCE = '号门洞|号门栋|号单元|单元门|单元|號門|号门|门洞|门栋|梯';

/** Variants of one part of an address, each with its one spelling. Later patterns read what earlier ones wrote. */
const PARTS: readonly (readonly [pattern: RegExp, unit: string])[] = [
  [new RegExp(`(${PLAIN})(?:弄|巷(?=[0-9零一二三四五六七八九十]))`, 'g'), '弄'],
  [new RegExp(`(${NUMBER}|(?<![a-z])[a-z](?![a-z]))(?:${BUILDING})`, 'g'), '幢'],
  [new RegExp(`(${PLAIN})(?:${ENTRANCE})`, 'g'), '单元'],
  [new RegExp(`(?:负|地下)(${PLAIN})(?:层|楼)`, 'g'), '负'],
  [/(?<![a-z0-9])b(\d)(?:层|楼|f)?(?![a-z0-9])/g, '负'],
  [/(\d{1,2})f(?![a-z0-9])/g, '楼'],
  [new RegExp(`(${PLAIN})(?:层|楼)(?!道|梯|下|上|顶|栋)`, 'g'), '楼'],
  [new RegExp(`(${PLAIN})(?:室|房)(?!间|子|屋)`, 'g'), '室'],
  [new RegExp(`(${PLAIN})(?:号|號)(?!楼|幢|线|地铁)`, 'g'), '号'],
];

/** 12-3-501: building, entrance, room; 12-501: building, room. */
const DASHED = /(?<![\d-])(\d{1,3}|[a-z]\d{0,2})-(\d{1,2})-(\d{3,4})(?![\d-])/g;
const DASHED_SHORT = /(?<![\d-])(\d{1,3}|[a-z]\d{0,2})-(\d{3,4})(?![\d-])/g;
/** 3幢-2-501 */
const BEHIND_BUILDING = /(?<=幢)-(\d{1,2})-(\d{3,4})(?![\d-])/g;
/** 3幢-2单元-501, 3幢2单元501 */
const JOINTS = /(?<=[幢单元])[-—,，/]+(?=\d)/g;
const BARE_ROOM = /(?<=单元|幢)(\d{3,4})(?![\d号幢楼室弄])/g;

/** Writes an address in one spelling: half-width digits; 3栋, 三幢, 3号楼 and 3#楼 all become 3幢, and 12-3-501 12幢3单元501室. */
export const normaliseAddress: (text: string) => string = rememberTexts((text) => {
  const plain = foldText(text)
    .replaceAll('＃', '#')
    .replace(/廿(?=[一二三四五六七八九])/g, '二十')
    .replaceAll('廿', '二十')
    .replace(/卅/g, '三十')
    .replace(DASHED, '$1幢$2单元$3室')
    .replace(DASHED_SHORT, '$1幢$2室');
  const written = PARTS.reduce(
    (said, [pattern, unit]) => said.replace(pattern, (whole, number: string) => inOneSpelling(number, unit) ?? whole),
    plain,
  );
  return written.replace(BEHIND_BUILDING, '$1单元$2室').replace(JOINTS, '').replace(BARE_ROOM, '$1室');
});

function inOneSpelling(number: string, unit: string): string | undefined {
  const [, before = '', digits = '', behind = ''] = /^([a-z]?)([^a-z]*)([a-z]?)$/.exec(number) ?? [];
  const value = digits === '' ? '' : readNumber(digits);
  if (value === undefined) return undefined;
  const written = `${before.toUpperCase()}${value}${behind.toUpperCase()}`;
  return unit === '负' ? `负${written}楼` : `${written}${unit}`;
}

/** Returns the building of an address: 3 in 锦绣花园三号楼, A in A座; undefined if it names none. */
export function buildingOf(text: string): string | undefined {
  return /([A-Z]?\d+[A-Z]?|[A-Z])幢/.exec(normaliseAddress(text))?.[1];
}
