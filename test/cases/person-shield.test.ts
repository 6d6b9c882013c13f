import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DESCRIPTIONS } from '../../src/cases/report/person-descriptions.ts';
import { LATIN_NAMES, NAMES } from '../../src/cases/report/person-names.ts';
import { NICKNAMES } from '../../src/cases/report/person-nicknames.ts';
import { personShield } from '../../src/cases/report/person-shield.ts';
import type { Sentence } from './measure-shield.ts';
import { measureShield } from './measure-shield.ts';

describe('on held-out sentences, unseen while the rules were written', () => {
  const { caught, toCatch, alarms, toPass } = measureShield(
    JSON.parse(readFileSync(new URL('person-shield.sentences.json', import.meta.url), 'utf8')),
  );

  test('has at least 100 sentences of each kind', () => expect(Math.min(toCatch, toPass)).toBeGreaterThanOrEqual(100));
  test('catches at least 95 % of sentences that identify a person', () =>
    expect(caught / toCatch).toBeGreaterThanOrEqual(0.95));
  test('passes at least 95 % of all other sentences', () => expect(alarms / toPass).toBeLessThanOrEqual(0.05));
});

test.each([
  ['井盖没了，打我电话 138 0013 8000', 'phone', '井盖没了，打我电话 ＊＊＊'],
  ['是王建国把杂物堆在楼道的', 'accused_person', '是有人把杂物堆在楼道的'],
  ['苏A·12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['井盖没了，call 13800138000', 'phone', '井盖没了，call ＊＊＊'],
  ['苏A/12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['苏A_12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['WJ苏1234X 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['军A12345 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['使014578 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['沪A1234领 停在消防通道', 'plate', '＊＊＊ 停在消防通道'],
  ['身份证99010119840316****，路灯不亮', 'identity_number', '身份证＊＊＊，路灯不亮'],
  ['井盖没了，打+86 25 8888 8888', 'phone', '井盖没了，打+＊＊＊'],
  ['井盖没了，打+86 025 8888 8888', 'phone', '井盖没了，打+＊＊＊'],
  ['井盖没了，打138\n0013\n8000', 'phone', '井盖没了，打＊＊＊'],
  ['身份证990101198403162715，路灯不亮', 'identity_number', '身份证＊＊＊，路灯不亮'],
  ['404室信教，天天一屋子人点蜡烛', 'person_trait', '有人天天一屋子人点蜡烛'],
  ['楼上离婚那女的半夜砸墙', 'person_trait', '有人半夜砸墙'],
  ['那谁，真名王伍，把栏杆拆走了', 'nickname', '那谁，把栏杆拆走了'],
  ['戚老五和崔大柱为了车位打架，把栏杆撞断了', 'accused_person', '有人为了车位打架，把栏杆撞断了'],
  ['真名王伍的那个把栏杆拆了', 'nickname', '有人把栏杆拆了'],
  ['1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣7️⃣0️⃣2️⃣6️⃣ 是房东的', 'phone', '＊＊＊ 是房东的'],
  ['王经理收了钱让小李他们停', 'accused_person', '有人收了钱让人停'],
])('“%s” is held back as %s, and offered without it', (text, what, without) => {
  expect(personShield(text)).toMatchObject({ what, without });
  expect(personShield(without)).toBeUndefined();
});

test.each([
  ['驼背的路灯杆一吹风就晃', '那个驼背把路灯杆拆了'],
  ['山东会馆的屋檐瓦片松了', '山东老头把会馆的瓦揭了'],
  ['东北大娘在结冰的台阶滑倒', '东北大娘往台阶上泼水，有人滑倒'],
  ['像小偷撬过一样的门锁其实是锈坏的', '那个男的像小偷，撬了门锁'],
  ['老孙家泡馍的排风扇短路', '孙家老二点了垃圾桶'],
  ['改造使123456户受益，井盖却没了', '使123456堵在门口'],
  ['0571开头的诈骗电话说我中奖', '那个0571室的诈骗，说我中奖'],
  ['阿里山路的路灯不亮', '阿里木偷电'],
  ['平头哥卤味的煤气管老化', '失信的老板把车停在消防通道'],
])('“%s” passes, and “%s” is held back', (passed, held) => {
  expect(personShield(passed)).toBeUndefined();
  expect(personShield(held)).toBeDefined();
});

test.each(['公安', '卫健', '商会', '妇联', '居委', '税务', '消防'])(
  '%s is an institution in a warning against fraud, not a person',
  (name) => expect(personShield(`${name}不会让您转账，说要转账的是骗人的`)).toBeUndefined(),
);

test('the offered replacement never identifies a person', () => {
  const list = JSON.parse(readFileSync(new URL('person-shield.tuning.json', import.meta.url), 'utf8')) as {
    text: string;
  }[];
  const left = list.flatMap(({ text }) => personShield(text) ?? []).filter(({ without }) => personShield(without));
  expect(left).toEqual([]);
});

test('a text that never ends its door number is read at once', () => {
  const startedAt = performance.now();
  personShield(`${'3幢2单元'.repeat(80)}${'1-'.repeat(200)}${'十'.repeat(400)}井盖坏了`);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

describe('characters that a reader does not see do not hide a number or a name', () => {
  const PHONE = '13800138000';
  const between = (unseen: string, text = PHONE) => [...text].join(unseen);
  test.each([
    ['zero-width joiners', between('\u200d')],
    ['zero-width non-joiners', between('\u200c')],
    ['variation selectors', between('\ufe0f')],
    ['variation selectors of plane 14', between('\u{e0101}')],
    ['tag characters', between('\u{e0031}')],
    ['combining grapheme joiners', between('\u034f')],
    ['Hangul fillers', between('\u3164')],
    ['half-width Hangul fillers', between('\uffa0')],
    ['Khmer inherent vowels', between('\u17b4')],
    ['soft hyphens', between('\u00ad')],
    ['braille blanks', between('\u2800')],
    ['keycaps', `${between('\ufe0f\u20e3')}\ufe0f\u20e3`],
    ['combining low lines', between('\u0332')],
    ['mathematical digits', [...PHONE].map((digit) => String.fromCodePoint(0x1d7ce + Number(digit))).join('')],
    [
      'circled digits',
      [...PHONE].map((digit) => (digit === '0' ? '⓪' : String.fromCodePoint(0x245f + Number(digit)))).join(''),
    ],
  ])('%s', (_what, hidden) => {
    const text = `井盖没了，打我电话 ${hidden} 谢谢`;
    const screened = personShield(text);
    expect(screened).toMatchObject({ what: 'phone' });
    expect(personShield(screened?.without ?? '')).toBeUndefined();
    expect(screened?.without).toMatch(/^井盖没了，打我电话 ＊＊＊.* 谢谢$/u);
    expect(screened?.without).not.toMatch(/\d/);
  });

  test('also in a name, and emoji in other texts are kept', () => {
    expect(personShield(`是${between('\u200d', '王建国')}把杂物堆在楼道的`)).toMatchObject({ what: 'accused_person' });
    expect(personShield('路灯坏了👨‍👩‍👧，孩子害怕❤️')).toBeUndefined();
  });
});

test('what a rule needs stands in each of its matches', () => {
  const read = (file: string) => readFileSync(new URL(file, import.meta.url), 'utf8');
  const lists = ['person-shield.sentences.json', 'person-shield.tuning.json'].flatMap((file): readonly Sentence[] =>
    JSON.parse(read(file)),
  );
  const texts = [...lists.map(({ text }) => text), ...read('../words/shield.tsv').split(/[\t\n]/)].map((text) =>
    text.toUpperCase(),
  );
  for (const { needs, pattern: patternOf } of [...DESCRIPTIONS, ...NAMES, ...LATIN_NAMES, ...NICKNAMES]) {
    const pattern = patternOf();
    const once = new RegExp(pattern, pattern.flags.replace('g', ''));
    const matching = texts.filter((text) => once.test(text));
    expect(matching, `texts that ${pattern} finds`).not.toEqual([]);
    for (const part of needs)
      expect(
        matching.filter((text) => !part.test(text)),
        `matches without ${part}`,
      ).toEqual([]);
  }
});
