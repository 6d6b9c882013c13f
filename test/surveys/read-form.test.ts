import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import type { ReadForm } from '../../src/surveys/questionnaire/form-draft.ts';
import { plainText, withoutMarkdown } from '../../src/surveys/questionnaire/plain-text.ts';
import type { SurveyQuestion } from '../../src/surveys/questionnaire/questionnaire.ts';
import { QUESTIONNAIRES } from '../../src/surveys/questionnaire/questionnaire.ts';
import { fromSurveyJs } from '../../src/surveys/questionnaire/read-survey-js.ts';
import { fromXlsForm } from '../../src/surveys/questionnaire/read-xls-form.ts';
import { toSurveyJs } from '../../src/surveys/questionnaire/survey-js.ts';
import { toXlsForm } from '../../src/surveys/questionnaire/xls-form.ts';
import { readForm } from '../../src/surveys/survey-cli.ts';

type Rows = readonly (readonly (string | number)[])[];

const YES_NO: Rows = [
  ['list name', 'name', 'label'],
  ['yn', 1, '是'],
  ['yn', 0, '否'],
];

/** Reads an XLSForm without a sheet of settings. `$A1` in a cell is a reference to A1. */
async function readXls(survey: Rows): Promise<ReadForm> {
  const cells = survey.map((row) => row.map((one) => String(one).replace(/\$(\w+)/g, '$\u007b$1}')));
  return fromXlsForm(
    await writeXlsx([
      { name: 'Survey', rows: cells },
      { name: 'Choices', rows: YES_NO },
    ]),
  );
}

const readElements = (...elements: readonly object[]): ReadForm =>
  fromSurveyJs({ title: '街道', pages: [{ elements }] });

function questionsIn({ questionnaire, inventory }: ReadForm): readonly SurveyQuestion[] {
  expect(inventory.refused).toEqual([]);
  return questionnaire?.questions ?? [];
}

const placesOf = (items: readonly { readonly at: string }[]): readonly string[] => items.map(({ at }) => at);

describe.each(QUESTIONNAIRES.map((one) => [one.key, one] as const))('%s survives export and import', (_key, one) => {
  test('as SurveyJS', () => {
    expect(fromSurveyJs(JSON.parse(JSON.stringify(toSurveyJs(one)))).questionnaire).toEqual(one);
  });

  test('as XLSForm', async () => {
    const read = await fromXlsForm(await writeXlsx(toXlsForm(one)));
    expect(read.questionnaire).toEqual(one);
    expect(read.inventory.ignored).toEqual([]);
  });
});

describe('XLSForm', () => {
  test('conditions of groups, hints and group labels are carried to the questions', async () => {
    const read = await readXls([
      ['type', 'name', 'label', 'Hint', 'bind::relevant', 'required'],
      ['today', 'today', '', '', '', ''],
      ['select_one yn', 'A1', '暗吗？', '只说晚上', '', 'yes'],
      ['begin group', 'g', '关于路灯', '', 'selected($A1, ‘1’)', ''],
      ['select_multiple yn or_other', 'A2', '**哪里**暗？', '', '', ''],
      ['end group', '', '', '', '', ''],
    ]);
    const showIf = { question: 'A1', in: ['1'] };
    const options = [
      { code: '1', text: { 'zh-CN': '是' } },
      { code: '0', text: { 'zh-CN': '否' } },
    ];
    const other = { code: 'other', text: { 'zh-CN': '其他', en: 'Other' }, role: 'other' };
    expect(questionsIn(read)).toEqual([
      { code: 'A1', type: 'single', text: { 'zh-CN': '暗吗？\n只说晚上' }, options },
      { code: 'T1', type: 'info', text: { 'zh-CN': '关于路灯' }, showIf },
      { code: 'A2', type: 'several', text: { 'zh-CN': '哪里暗？' }, options: [...options, other], showIf },
      {
        code: 'T2',
        type: 'text',
        text: expect.objectContaining({ 'zh-CN': expect.stringContaining('其他') }),
        showIf: { question: 'A2', in: ['other'] },
      },
    ]);
    expect(read.questionnaire?.valid).toEqual(['A1']);
    expect(placesOf(read.inventory.ignored)).toEqual(['survey!A2 "type"']);
  });

  test('all refusals stand in the account at once, with row and column', async () => {
    const { questionnaire, inventory } = await readXls([
      ['type', 'name', 'label', 'Relevant', 'choice_filter', 'disabled'],
      ['integer', 'A0', '几岁？', '', '', ''],
      ['select_one yn', 'A1', '暗吗？', "$A0 > 3 and $A9 = '1'", 'x = 1', ''],
      ['select_one no', 'A2', '吵吗？', '', '', ''],
      ['begin repeat', 'A3', '', '', '', ''],
      ['rank yn', 'A4', '', '', '', 'yes'],
      ['', 'A5', '没有题型', '', '', ''],
      ['text', '', '没有题号', '', '', ''],
      ['begin group', 'A6', '', '', '', ''],
    ]);
    expect(questionnaire).toBeUndefined();
    expect(placesOf(inventory.refused)).toEqual([
      'survey!A2 "type"',
      'survey!D3 "Relevant"',
      'survey!E3 "choice_filter"',
      'survey!A4 "type"',
      'survey!A5 "type"',
      'survey row 7',
      'survey row 8',
      'survey!A9 "type"',
    ]);
    expect(placesOf(inventory.ignored)).toEqual(['survey!F6 "disabled"']);
  });

  test('cells that the Excel reader drops are refused: a formula without a result', async () => {
    const cell = (value: string) => ({ value, type: String });
    const row = [cell('note'), cell('A1'), { value: '="a"&"b"', type: 'Formula' as const }];
    const sheets = [{ sheet: 'survey', data: [['type', 'name', 'label'].map(cell), row] }];
    const read = await fromXlsForm(await writeXlsxFile(sheets).toBuffer());
    expect(placesOf(read.inventory.refused)).toEqual(['sheet 1, cell C2']);
  });

  test('a survey without a column of types is refused, not empty', async () => {
    const { inventory } = await readXls([['my form'], ['type', 'name'], ['note', 'A1']]);
    expect(placesOf(inventory.refused)).toEqual(['survey row 1']);
  });

  test('a condition of a question inside a group with another condition is refused', async () => {
    const { inventory } = await readXls([
      ['type', 'name', 'label', 'relevant'],
      ['select_one yn', 'A1', '一', ''],
      ['select_one yn', 'A2', '二', ''],
      ['begin_group', 'g', '', '$A1 = 1'],
      ['text', 'A3', '三', "$A2 = '1'"],
      ['text', 'A4', '四', "$A1 = '1'"],
      ['end_group', '', '', ''],
    ]);
    expect(placesOf(inventory.refused)).toEqual(['survey!D5 "relevant"']);
  });
});

describe('SurveyJS', () => {
  test('a plain form is imported', () => {
    const read = readElements(
      {
        type: 'radiogroup',
        name: 'A1',
        title: 'Is it dark?',
        choices: ['yes', { value: 'no', text: 'No' }, 'so|So so'],
      },
      { type: 'checkbox', name: 'A2', choices: ['a'], choicesOrder: 'random', visibleIf: "{A1} = 'yes'" },
      { type: 'comment', name: 'A3', title: '说说', visible: false },
    );
    const choice = (code: string, text: string) => ({ code, text: { 'zh-CN': text } });
    expect(questionsIn(read)).toEqual([
      {
        code: 'A1',
        type: 'single',
        text: { 'zh-CN': 'Is it dark?' },
        options: [choice('yes', 'yes'), choice('no', 'No'), choice('so', 'So so')],
      },
      {
        code: 'A2',
        type: 'several',
        text: { 'zh-CN': 'A2' },
        order: 'shuffled',
        showIf: { question: 'A1', in: ['yes'] },
        options: [choice('a', 'a')],
      },
    ]);
    expect(placesOf(read.inventory.ignored)).toContain('$.pages[0].elements[2]');
  });

  test('options that a flag or a type adds are carried', () => {
    const [yesNo, rating, rates, several, words] = questionsIn(
      readElements(
        { type: 'boolean', name: 'A1', labelTrue: '暗', showDontKnowItem: true },
        { type: 'rating', name: 'A2', rateMax: 3, minRateDescription: '差', visibleIf: '{A1} = true' },
        {
          type: 'rating',
          name: 'A3',
          rateValues: [{ value: 0, text: '差' }, 10, { value: 'x', text: '说不清', anlinRole: 'dont_know' }],
        },
        {
          type: 'checkbox',
          name: 'A4',
          choices: ['a', { value: 'b', isExclusive: true }],
          hasNone: true,
          hasOther: true,
        },
      ),
    );
    expect(yesNo?.options?.map(({ code, text }) => [code, text['zh-CN']])).toEqual([
      ['true', '暗'],
      ['false', '否'],
      ['dontknow', '说不清'],
    ]);
    expect(rating).toMatchObject({ type: 'scale', showIf: { question: 'A1', in: ['true'] } });
    expect(rating?.options?.map(({ text, score }) => [text['zh-CN'], score])).toEqual([
      ['1 差', 0],
      ['2', 50],
      ['3', 100],
    ]);
    expect(rates?.options?.map(({ code, score, role }) => [code, score, role])).toEqual([
      ['0', 0, undefined],
      ['10', 100, undefined],
      ['x', undefined, 'dont_know'],
    ]);
    expect(several?.options?.map(({ code, role }) => [code, role])).toEqual([
      ['a', undefined],
      ['b', 'none'],
      ['none', 'none'],
      ['other', 'other'],
    ]);
    expect(words).toMatchObject({ type: 'text', showIf: { question: 'A4', in: ['other'] } });
  });

  test('pages and panels pass on their condition; nested ones too', () => {
    const inner = { type: 'panel', elements: [{ type: 'comment', name: 'A3', title: '三' }] };
    const read = readElements(
      { type: 'radiogroup', name: 'A1', choices: ['1', '10'] },
      { type: 'panel', title: '路灯', visibleIf: "{A1} contains '1'", elements: [inner] },
      { type: 'panel', visible: false, elements: [{ type: 'matrix', name: 'A4' }] },
    );
    // A part of a single answer is what SurveyJS finds.
    const showIf = { question: 'A1', in: ['1', '10'] };
    expect(questionsIn(read).slice(1)).toEqual([
      { code: 'T1', type: 'info', text: { 'zh-CN': '路灯' }, showIf },
      { code: 'A3', type: 'text', text: { 'zh-CN': '三' }, showIf },
    ]);
  });

  test('a text is taken from the Chinese locales, and no other language stands in for it', () => {
    const title = (text: unknown, locale?: string) =>
      questionsIn(fromSurveyJs({ locale, elements: [{ type: 'comment', name: 'A1', title: text }] }))[0]?.text;
    expect(title({ default: 'Dark?', 'zh-cn': '暗吗', fr: 'Sombre ?', 'zh-tw': '暗嗎' })).toEqual({ 'zh-CN': '暗吗' });
    expect(title({ default: '暗吗', en: 'Dark?' })).toEqual({ 'zh-CN': '暗吗', en: 'Dark?' });
    expect(title({ zh: '暗吗' })).toEqual({ 'zh-CN': '暗吗' });
    expect(title({ fr: 'Sombre ?' })).toEqual({});
    expect(title('Dark?', 'en')).toEqual({ en: 'Dark?' });
  });

  test('a file of any content is read to its end', () => {
    const keys = [
      'pages',
      'elements',
      'type',
      'name',
      'title',
      'choices',
      'visibleIf',
      'rateValues',
      'value',
      'constructor',
    ];
    const values = [
      'panel',
      'radiogroup',
      'rating',
      'boolean',
      'toString',
      "{A1} = '1'",
      '{constructor} constructor 1',
    ];
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'medium' },
        fc.constantFrom(...values),
        fc.jsonValue({ maxDepth: 1 }),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(fc.constantFrom(...keys), tie('any'), { noNullPrototype: true }),
    }));
    fc.assert(
      fc.property(fc.array(any, { maxLength: 4 }), (elements) => {
        const { questionnaire, inventory } = fromSurveyJs({ title: '街道', elements });
        return (questionnaire === undefined) === inventory.refused.length > 0;
      }),
      { numRuns: 300 },
    );
  });

  test('a file that is not SurveyJS is refused', () => {
    expect(placesOf(fromSurveyJs([]).inventory.refused)).toEqual(['$']);
    expect(placesOf(fromSurveyJs({ type: 'FeatureCollection' }).inventory.refused)).toEqual(['$']);
  });
});

test.each([
  ['<p>暗吗？</p><p>说说</p>', '暗吗？\n说说'],
  ['<b>很</b>暗 &amp; 很吵&nbsp;&#x6697;&#26263;', '很暗 & 很吵 暗暗'],
  ['<!-- 注 -->好<br/>坏', '好\n坏'],
  ['<a href="https://a.cn">这里</a>', '这里 (https://a.cn)'],
  ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
  ['5 < 6 且 <5 岁', '5 < 6 且 <5 岁'],
  ['一\n二  三', '一\n二  三'],
])('%j is the plain text %j', (html, text) => {
  expect(plainText(html)).toBe(text);
});

test.each(['若 x<b 且 c>d，选哪个？', 'x<b and c>d', '<b 且>\n两行'])('%j holds no tag and stays as it is', (text) => {
  expect(plainText(text)).toBe(text);
});

test.each(['<img src="a.png">', '10<sup>2</sup>', '<script>x</script>', '&foo;', '&#xD800;'])(
  '%j is refused',
  (html) => {
    expect(plainText(html)).toEqual({ refused: expect.any(String) });
  },
);

test('Markdown of labels becomes plain text', () => {
  expect(withoutMarkdown('# 一 **二** *三* _四_ [五](https://a.cn) 3*4*5 a_b_c ____ \\*六\\*')).toBe(
    '一 二 三 四 五 (https://a.cn) 3*4*5 a_b_c ____ *六*',
  );
});

describe('the format of a file is told by its content', () => {
  const json = JSON.stringify(toSurveyJs(QUESTIONNAIRES[0] as (typeof QUESTIONNAIRES)[number]));

  test.each([
    ['UTF-8 with a byte order mark', Buffer.from(`\uFEFF${json}`)],
    ['UTF-16', Buffer.from(`\uFEFF${json}`, 'utf16le')],
  ])('%s', async (_encoding, bytes) => {
    expect((await readForm(bytes)).questionnaire).toEqual(QUESTIONNAIRES[0]);
  });

  test('an Excel workbook of any name', async () => {
    const bytes = await writeXlsx(toXlsForm(QUESTIONNAIRES[0] as (typeof QUESTIONNAIRES)[number]));
    expect((await readForm(bytes)).questionnaire).toEqual(QUESTIONNAIRES[0]);
  });

  test.each([
    ['GB 18030 bytes', Buffer.from([0x7b, 0x22, 0xbe, 0xae, 0xb8, 0xc7])],
    ['an old .xls workbook', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1])],
    ['an archive that is no workbook', Buffer.from('PK\u0003\u0004nothing')],
    ['a script', Buffer.from('const json = {};')],
  ])('%s are refused with the cure', async (_what, bytes) => {
    const { questionnaire, inventory } = await readForm(bytes);
    expect(questionnaire).toBeUndefined();
    expect(placesOf(inventory.refused)).toContain('file');
  });
});
