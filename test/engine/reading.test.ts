import { array, assert, constantFrom, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readDate } from '../../src/engine/dates/read-date.ts';
import { readNumber, readOrdinal } from '../../src/engine/read-number.ts';
import { readPhone } from '../../src/engine/read-phone.ts';
import { foldText, tidyText } from '../../src/engine/tidy-text.ts';

/** Sunday 22 November 2026, ten in the morning in China. */
const NOW = Date.parse('2026-11-22T02:00:00Z');

test.each([
  ['3', 3],
  ['３', 3],
  ['三', 3],
  ['十二', 12],
  ['二十五个', 25],
  ['两百', 200],
  ['两百五', 250],
  ['一百零五', 105],
  ['三千二', 3200],
  ['〇', 0],
  ['一一零', 110],
  ['二〇二六', 2026],
  ['3.5', 3.5],
  ['-2', -2],
  ['三个人', 3],
  ['212 个人。', 212],
  ['３位！', 3],
  ['个人', undefined],
  ['。', undefined],
  ['好多', undefined],
  ['', undefined],
  ['1e9', undefined],
  ['0x10', undefined],
])('“%s” is the number %s', (text, value) => {
  expect(readNumber(text)).toBe(value);
});

test.each([
  ['2', 2],
  ['２．', 2],
  ['第二个', 2],
  ['选3', 3],
  ['二', 2],
  ['0', undefined],
  ['1.5', undefined],
  ['第几个', undefined],
  ['3号楼', undefined],
  ['三幢', undefined],
  ['2人', undefined],
  ['三个人', undefined],
])('“%s” is the position %s', (text, value) => {
  expect(readOrdinal(text)).toBe(value);
});

test.each([
  ['5月1日', '2027-05-01'],
  ['五月一日', '2027-05-01'],
  ['11月30号', '2026-11-30'],
  ['２０２６年１２月１日', '2026-12-01'],
  ['今天', '2026-11-22'],
  ['明天', '2026-11-23'],
  ['后天', '2026-11-24'],
  ['三天后', '2026-11-25'],
  ['下周三', '2026-11-25'],
  ['周五上午', '2026-11-27'],
  ['12-05', '2026-12-05'],
  ['1/5', '2027-01-05'],
  ['2026/12/05', '2026-12-05'],
  ['二十五号', '2026-11-25'],
  ['3号', '2026-12-03'],
  ['下个月三号', '2026-12-03'],
  ['tomorrow', '2026-11-23'],
  ['11月22日', '2026-11-22'],
  ['31号', '2026-12-31'],
  ['2026-02-30', undefined],
  ['13/40', undefined],
  ['随便', undefined],
])('“%s” is the day %s', (text, day) => {
  expect(readDate(text, NOW)?.day).toBe(day);
});

test.each([
  ['明天下午三点', '2026-11-23', '15:00'],
  ['明天下午3点半', '2026-11-23', '15:30'],
  ['大后天晚上九点', '2026-11-25', '21:00'],
  ['2026-12-05 09:30', '2026-12-05', '09:30'],
])('“%s” is %s at %s', (text, day, time) => {
  expect(readDate(text, NOW)).toEqual({ day, time, over: false });
});

test.each([
  ['今天晚上七点', '2026-12-11', '19:00'],
  ['今晚七点', '2026-12-11', '19:00'],
  ['晚上七点', '2026-12-11', '19:00'],
  ['明天晚上九点', '2026-12-12', '21:00'],
  ['tomorrow 7pm', '2026-12-12', '19:00'],
])('early in the morning, when it is still yesterday elsewhere, %s is %s %s', (text, day, time) => {
  const early = Date.parse('2026-12-11T07:01:00+08:00');
  expect(readDate(text, early)).toEqual({ day, time, over: false });
});

test.each([
  ['三点三刻', '2026-11-22', '15:45'],
  ['差五分四点', '2026-11-22', '15:55'],
  ['今晚12点', '2026-11-23', '00:00'],
  ['明天24:00', '2026-11-24', '00:00'],
  ['傍晚6点', '2026-11-22', '18:00'],
  ['一个半小时后', '2026-11-22', '11:30'],
  ['三刻钟以后', '2026-11-22', '10:45'],
  ['下下周一', '2026-11-30', undefined],
  ['下週三', '2026-11-25', undefined],
  ['下个月十五号上午', '2026-12-15', undefined],
  ['月底', '2026-11-30', undefined],
  ['国庆前三天', '2027-09-28', undefined],
  ['端午节前一天', '2027-06-08', undefined],
  ['腊月廿三', '2027-01-30', undefined],
  ['除夕晚上八点', '2027-02-05', '20:00'],
  ['正月初五', '2027-02-10', undefined],
  ['冬至', '2026-12-22', undefined],
  ['20261205', '2026-12-05', undefined],
  ['12月3日(周四)下午3点', '2026-12-03', '15:00'],
  ['明朝夜里八点', '2026-11-23', '20:00'],
  ['今天八点', '2026-11-22', '20:00'],
  ['大概明天下午三点左右吧', '2026-11-23', '15:00'],
])('“%s” is %s %s', (text, day, time) => {
  expect(readDate(text, NOW)).toEqual({ day, over: false, ...(time ? { time } : {}) });
});

test.each([
  '周末',
  '周日',
  '过两天',
  '半个月后',
  '八点',
  '夜里两点',
  '3号到5号',
  '3-5号',
  '三点到五点',
  '明天或后天',
  '12月5日前',
  '12月3日(周五)',
  '不是明天是后天',
  '闰六月初三',
  '25:00',
  '12月32号',
  '十一',
  '越快越好',
  'tomorrow or Monday',
])('“%s” has several meanings, or a part that is not understood, so it is asked', (text) => {
  expect(readDate(text, NOW)).toBeUndefined();
});

test('an hour that may be before or after noon leaves the day, and is asked', () => {
  expect(readDate('明天八点', NOW)).toEqual({ day: '2026-11-23', over: false, either: true });
  expect(readDate('明天三点', NOW)).toEqual({ day: '2026-11-23', time: '15:00', over: false });
});

test('a day before today is over', () => {
  expect(readDate('2026-11-21', NOW)?.over).toBe(true);
  expect(readDate('昨天', NOW, 'past')).toMatchObject({ day: '2026-11-21', over: true });
});

test.each([
  ['2026-01-05', '元旦', '2026-01-01'],
  ['2026-01-05', '去年国庆', '2025-10-01'],
  ['2027-02-10', '春节', '2027-02-06'],
  ['2027-02-10', '春节前一天', '2027-02-05'],
  ['2027-02-10', '正月初三', '2027-02-08'],
  ['2027-02-10', '年初二', '2027-02-07'],
  ['2027-02-05', '除夕', '2027-02-05'],
  ['2027-02-05', '春节', '2026-02-17'],
])('on %s, %s of the past is %s, the last such day', (today, text, day) => {
  expect(readDate(text, Date.parse(`${today}T10:00+08:00`), 'past')?.day).toBe(day);
});

test.each(['五六个', '五六个人', '两三人', '三五位', '十五六个', '二三十人', '三四百', '一百七八', '七八十岁'])(
  '“%s” is about a number, and none',
  (text) => expect(readNumber(text)).toBeUndefined(),
);

test.each([
  ['13800000000', '13800000000'],
  ['１３８ ０００ ００００ ０', '13800000000'],
  ['+86 138-0000-0000', '13800000000'],
  ['0086 13800000000', '13800000000'],
  ['025-8888 8888', '02588888888'],
  ['0086-13800000000', '13800000000'],
  ['+86 25 8888 8888', '02588888888'],
  ['0086-571-8765432', '05718765432'],
  ['+86 10 8888 8888', '01088888888'],
  ['12345', undefined],
  ['12800000000', undefined],
  ['+8612800000000', undefined],
  ['我的号码', undefined],
])('“%s” is the phone number %s', (text, digits) => {
  expect(readPhone(text)).toBe(digits);
});

test('text is kept as it was written, without invisible characters', () => {
  expect(tidyText('  三幢\u202E楼\u200B道\u0007口\r\n\n\n\n有电线  ')).toBe('三幢楼道口\n\n有电线');
  expect(tidyText('坏\uD800字')).toBe('坏\uFFFD字');
  expect(tidyText('一家人👨‍👩‍👧')).toBe('一家人👨‍👩‍👧');
});

test('matching ignores width, case and spaces', () => {
  expect(foldText('Ａb １２ 号')).toBe('ab12号');
});

test('a plain text is tidied like every other text', () => {
  const characters = [...'楼道3A （）。，！~\t\n\r\0\u3000\u00e9e\u0301\uff21\ufeff\ud800鿿ꀀ'];
  const texts = array(constantFrom(...characters)).map((list) => list.join(''));
  // A hidden character keeps a text from the short way, and leaves no trace.
  const same = (text: string) => tidyText(text) === tidyText(`${text}\u200B`);
  assert(property(texts, same), { numRuns: 3000 });
  assert(property(string({ unit: 'grapheme' }), same));
});

test('a longer text is folded anew when it changes', () => {
  const [one, other] = ['Ａ号楼道'.repeat(12), 'Ｂ号楼道'.repeat(12)];
  const folded = [one, other, one].map(foldText);
  expect(folded).toEqual(['a号楼道'.repeat(12), 'b号楼道'.repeat(12), 'a号楼道'.repeat(12)]);
});
