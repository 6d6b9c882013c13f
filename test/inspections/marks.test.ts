import { expect, test } from 'vitest';
import { lookDistance } from '../../src/cases/photos/photo-look.ts';
import { agreementOf } from '../../src/inspections/visits/agreement.ts';
import type { Mark } from '../../src/inspections/visits/read-marks.ts';
import { isMarks, readMarks } from '../../src/inspections/visits/read-marks.ts';

/** The marks of a line as text: 1-5 full, 6 none 灯坏了. */
function shown(line: string, count = 9): string {
  const { marks } = readMarks(line, count);
  return [...marks]
    .toSorted(([a], [b]) => a - b)
    .map(([no, { mark, words = '' }]) => `${no}${mark}${words}`)
    .join(' ');
}

const ALL = '1full 2full 3full 4full 5full 6none灯坏了 7half 8half 9na';

test.each([
  ['1-5对 6错灯坏了 7,8半 9无', ALL],
  ['１－５对　６错灯坏了　７，８半　９无', ALL],
  ['1~5√ 6×灯坏了 7、8半 9无', ALL],
  ['1到5行，6不行灯坏了，7,8半，9无', ALL],
  ['1-5对6错灯坏了 7，8半9无', ALL],
  ['1-5 ok 6 no 灯坏了 7,8 half 9 n/a', ALL],
  ['1-5：对\n6号错：灯坏了\n7,8半\n9无', ALL],
  ['6错3号楼2楼灯坏了', '6none3号楼2楼灯坏了'],
  ['1, 3-4 , 6对', '1full 3full 4full 6full'],
  ['2错 2对', '2full'],
  ['2 no: not lit 3 ok', '2nonenot lit 3full'],
  ['一到五对 六错灯坏了 七、八半 九无', ALL],
  ['1——5都对 第6条错：灯坏了 7号、8号半 9项无', ALL],
  ['1-5✔️ 6❌灯坏了 7️⃣、8️⃣半 9无', ALL],
  ['1-5👌 6👎灯坏了 7,8半 9无', ALL],
  ['1-5v 6X灯坏了 7,8半 9无', ALL],
  ['1、对 2.错灯坏了 3）半', '1full 2none灯坏了 3half'],
  ['6错灯坏了\n7半\r\n8无', '6none灯坏了 7half 8na'],
  // Chinese numbers that count things are words.
  ['6错 一半灯不亮 7半', '6none一半灯不亮 7half'],
  ['6错 一对夫妻占道', '6none一对夫妻占道'],
  ['6错1.5米高 3x4米的洞', '6none1.5米高 3x4米的洞'],
  ['１－５ＯＫ　６Ｘ灯坏了　７，８ｈａｌｆ　９无', ALL],
  // Invisible characters neither hide a number nor stay in the words.
  ['1-5对\u200b6错\u202e灯\u001f坏了\u2069 7,8半\u200d9无', ALL],
])('%s is read', (line, wanted) => {
  expect(shown(line)).toBe(wanted);
});

test('what cannot be read is handed back and never guessed', () => {
  expect(readMarks('3-1对', 9)).toMatchObject({ reversed: ['3-1'], marks: new Map() });
  expect(readMarks('1对 1错', 9)).toMatchObject({ twice: [1] });
  expect(readMarks('1对 12错', 9)).toMatchObject({ unknown: [12] });
  expect(readMarks('都挺好的 1对', 9)).toMatchObject({ unread: '都挺好的' });
  expect(readMarks('灯坏了', 9)).toMatchObject({ unread: '灯坏了', marks: new Map() });
  // A number behind words belongs to the words: the list of missing numbers shows it.
  expect(shown('6错灯坏了7半')).toBe('6none灯坏了7半');
});

test.each([
  ['对', '对'],
  ['5', '5'],
  ['6不亮', '6不亮'],
  ['6🙅', '6🙅'],
  ['6.5对', '6.5对'],
  ['1-5-7对', '1-5-7对'],
  ['①对', '①对'],
  ['6错灯坏了 全都不合格', ''],
])('of %s nothing is noted that it does not say', (line, unread) => {
  expect(readMarks(line, 9)).toMatchObject({ unread, rest: false });
  expect(shown(line)).toBe(unread === '' ? '6none灯坏了 全都不合格' : '');
});

test.each([
  ['全对', ''],
  ['都对', ''],
  ['全部合格，6错灯坏了', '6none灯坏了'],
  ['6错灯坏了 其余都对', '6none灯坏了'],
])('%s stands for each number that has no mark', (line, wanted) => {
  expect(readMarks(line, 9)).toMatchObject({ rest: true, twice: [], unread: '' });
  expect(shown(line)).toBe(wanted);
});

test.each([
  ['全对', true],
  ['都对', false],
  ['1-5对 6错灯坏了', true],
  ['3-1对', true],
  ['我家3号楼灯坏了', false],
  ['5', false],
  ['对', false],
  ['好的 1对', false],
  // A case number may begin as a line of marks does.
  ['090X-H4MS', false],
  ['090x h4ms', false],
  ['90X 8V', true],
])('outside a talk, %s opens a sheet: %s', (line, is) => {
  expect(isMarks(line)).toBe(is);
});

test('Cohen’s κ of a published table comes out', () => {
  // 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: p₀ .7, pₑ .5, κ .4.
  const pairs = (n: number, pair: readonly [Mark, Mark]) => Array.from({ length: n }, () => pair);
  const table = [
    ...pairs(20, ['full', 'full']),
    ...pairs(5, ['full', 'none']),
    ...pairs(10, ['none', 'full']),
    ...pairs(15, ['none', 'none']),
  ];
  expect(agreementOf(table)).toMatchObject({ n: 50, equal: 0.7 });
  expect(agreementOf(table).kappa).toBeCloseTo(0.4, 10);
  expect(agreementOf(pairs(9, ['full', 'full']))).toEqual({ n: 9, equal: 1, kappa: undefined });
  expect(agreementOf([])).toEqual({ n: 0, equal: 0, kappa: undefined });
});

test('two looks are as far apart as the bits in which they differ', () => {
  expect(lookDistance('0000000000000000', 'ffffffffffffffff')).toBe(64);
  expect(lookDistance('8000000000000001', '8000000000000000')).toBe(1);
  expect(lookDistance('00000000000000ff', '0000000000000000')).toBe(8);
});
