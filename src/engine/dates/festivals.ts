import type { Day } from './days.ts';
import { dayFrom, nextLunar, weekdayOf, yearOf } from './days.ts';

/** Finds the first such day from a day on. */
type Finder = (from: Day) => Day | undefined;

const solar =
  (month: number, date: number): Finder =>
  (from) => {
    const year = yearOf(from);
    return [year, year + 1].map((one) => dayFrom(one, month, date)).find((day) => day !== undefined && day >= from);
  };
const lunar =
  (month: number, date: number, shift = 0): Finder =>
  (from) => {
    const day = nextLunar(from - shift, month, date);
    return day === undefined ? undefined : day + shift;
  };
/** The n-th Sunday of a month. */
const sunday =
  (month: number, n: number): Finder =>
  (from) => {
    const inYear = (year: number) => {
      const first = dayFrom(year, month, 1) ?? 0;
      return first + ((7 - weekdayOf(first)) % 7) + 7 * (n - 1);
    };
    return [yearOf(from), yearOf(from) + 1].map(inYear).find((day) => day >= from);
  };
/** A solar term of this century, by 寿星公式: the date is ⌊Y·0.2422 + C⌋ − L with Y the year in the century. */
const term =
  (month: number, constant: number): Finder =>
  (from) => {
    const inYear = (year: number) => {
      const y = year - 2000;
      const leaps = Math.floor((month <= 2 ? y - 1 : y) / 4);
      return dayFrom(year, month, Math.floor(y * 0.2422 + constant) - leaps);
    };
    return [yearOf(from), yearOf(from) + 1].map(inYear).find((day) => day !== undefined && day >= from);
  };

/** Festivals and solar terms by the names that people type, longer names first. */
const FESTIVALS: readonly (readonly [names: string, find: Finder])[] = [
  ['元旦节?|阳历年', solar(1, 1)],
  ['大年三十|年三十|除夕夜?|大年夜|年夜', lunar(1, 1, -1)],
  ['大年初一|年初一|春节|新年初一', lunar(1, 1)],
  ['元宵节?|正月半', lunar(1, 15)],
  ['清明节?', term(4, 4.81)],
  ['五一劳动节|五一节?|劳动节', solar(5, 1)],
  ['端午节?', lunar(5, 5)],
  ['七夕节?', lunar(7, 7)],
  ['中元节?|七月半', lunar(7, 15)],
  ['中秋节?|八月半', lunar(8, 15)],
  ['国庆节?', solar(10, 1)],
  ['重阳节?', lunar(9, 9)],
  ['腊八节?', lunar(12, 8)],
  ['平安夜', solar(12, 24)],
  ['圣诞节?', solar(12, 25)],
  ['情人节', solar(2, 14)],
  ['三八妇女节|三八节?|妇女节', solar(3, 8)],
  ['植树节', solar(3, 12)],
  ['五四青年节|五四|青年节', solar(5, 4)],
  ['六一儿童节|六一节?|儿童节', solar(6, 1)],
  ['七一建党节|七一|建党节', solar(7, 1)],
  ['八一建军节|八一|建军节', solar(8, 1)],
  ['教师节', solar(9, 10)],
  ['母亲节', sunday(5, 2)],
  ['父亲节', sunday(6, 3)],
  ['立春', term(2, 3.87)],
  ['春分', term(3, 20.646)],
  ['立夏', term(5, 5.52)],
  ['夏至', term(6, 21.37)],
  ['立秋', term(8, 7.5)],
  ['秋分', term(9, 23.042)],
  ['立冬', term(11, 7.438)],
  ['冬至', term(12, 21.94)],
];

/** A pattern that matches every name; the match is looked up with `findFestival`. */
export const FESTIVAL_NAMES = FESTIVALS.map(([names]) => names).join('|');

/** The first day from a day on that has this name, as FESTIVAL_NAMES matched it. */
export function findFestival(name: string, from: Day): Day | undefined {
  const found = FESTIVALS.find(([names]) => new RegExp(`^(?:${names})$`).test(name));
  return found?.[1](from);
}
