import { readDayWord } from './day-words.ts';
import { chinaDay, isoOf } from './days.ts';

/** A past day at the start of a text. Numbers of houses look like dates, so that a date needs the word for its month. */
const FIRST_WORDS =
  /^(?:大前天|前天|昨天|昨日|昨(?=[早晚夜])|上?个?(?:周|星期|礼拜)[一二三四五六日天]|[\d一二三四五六七八九十]{1,2}天(?:之前|以前|前)|\d{1,2}月\d{1,2}[日号](?![楼幢栋线院]))/;
/** An older day tells since when something is so, rather than when it was seen. */
const DAYS_MAX = 14;

/** Reads the earlier day with which a text begins: 昨天晚上路灯全灭了. Undefined for today, and for a text that begins otherwise. */
export function readFirstDay(text: string, now: number): string | undefined {
  const said = text.trimStart();
  if (!FIRST_WORDS.test(said)) return undefined;
  const today = chinaDay(now);
  const day = readDayWord(said, 0, { today, lean: 'past' })?.day;
  return typeof day === 'number' && day < today && day >= today - DAYS_MAX ? isoOf(day) : undefined;
}
