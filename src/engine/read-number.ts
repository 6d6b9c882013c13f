import { onUse } from '../on-use.ts';
import { foldText } from './tidy-text.ts';

const nzh = onUse<typeof import('nzh').default>('nzh');

const CHINESE = /^[零〇一二两三四五六七八九十百千万亿]+$/;

/** What a number counts or names. */
const COUNTED = /(个人|个|人|岁|次|位|名|号楼|栋|幢)$/;

/** Two digits beside each other say “about”: 十五六个 is 15 or 16. Before a thing without a unit they do, too: 五六个. */
const ABOUT = /^(?=.*[十百千万亿]).*[一二两三四五六七八九]{2}|^[一二两三四五六七八九]{2,3}(?:个人|个|人|岁|次|位|名)$/;

/** Reads a typed number: 3, ３, 三, 两百五, 3.5, 3 号楼, 三个人。; undefined if it is none, or only about one: 五六个. */
export function readNumber(text: string): number | undefined {
  const said = foldText(text).replace(/[.。!！]$/, '');
  if (ABOUT.test(said)) return undefined;
  const folded = said.replace(COUNTED, '');
  if (/^-?\d{1,12}(\.\d{1,6})?$/.test(folded)) return Number(folded);
  if (!CHINESE.test(folded)) return undefined;
  return readChinese(folded.replaceAll('〇', '零').replaceAll('两', '二'));
}

const AGE_MAX = 120;

/** Reads a typed age in years: 68, 我今年六十八岁了; undefined if it is none. */
export function readAge(text: string): number | undefined {
  const bare = foldText(text)
    .replace(/^我?(今年)?/, '')
    .replace(/(了|啦)?[.。!！]?$/, '')
    .replace(/周岁$/, '岁');
  const age = readNumber(bare);
  return age !== undefined && age >= 0 && age <= AGE_MAX ? age : undefined;
}

/** Reads a typed position in a list, from 1: 2, 二, 第二个; undefined if it is none, such as 3号楼 or 3人. */
export function readOrdinal(text: string): number | undefined {
  const bare = foldText(text)
    .replace(/^(第|选)/, '')
    .replace(/(个|项|条|号)?[.。、)）]?$/, '');
  const value = COUNTED.test(bare) ? undefined : readNumber(bare);
  return value !== undefined && Number.isInteger(value) && value > 0 ? value : undefined;
}

/** Signs and words between several positions. */
const BETWEEN = /[\s,，、;；.。和跟与及]+/;

/** Reads several typed positions in a list: 1 3 5, 1、3, 第一个和第三个; undefined unless there are at least two. */
export function readOrdinals(text: string): readonly number[] | undefined {
  const parts = text.split(BETWEEN).filter((part) => part !== '');
  const read = parts.flatMap((part) => readOrdinal(part) ?? []);
  return read.length > 1 && read.length === parts.length ? read : undefined;
}

function readChinese(text: string): number | undefined {
  // House numbers and years are spoken digit by digit: 二〇二六, 一一零.
  if (!/[十百千万亿]/.test(text))
    return Number([...text].map((digit) => '零一二三四五六七八九'.indexOf(digit)).join(''));
  // Spoken short forms: 两百五 is 250, 三千二 is 3200.
  const short = /^(.*)([百千万])([一二三四五六七八九])$/.exec(text);
  const unit = short ? ({ 百: 10, 千: 100, 万: 1000 }[short[2] ?? ''] ?? 0) : 0;
  if (short && unit) {
    const head = nzh().cn.decodeS(`${short[1]}${short[2]}`);
    const tail = nzh().cn.decodeS(short[3] ?? '');
    return Number(head) + Number(tail) * unit;
  }
  const value = Number(nzh().cn.decodeS(text));
  return Number.isFinite(value) && (value !== 0 || /^零+$/.test(text)) ? value : undefined;
}
