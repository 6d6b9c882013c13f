import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { localizedContent } from '../src/broadcasts/broadcast.ts';
import { ANNOUNCEMENT_TEMPLATES } from '../src/broadcasts/compose/announcement-templates.ts';
import { momentOf } from '../src/calendar.ts';
import { cityOf } from '../src/city/city.ts';
import { DEFAULT_CATEGORIES, NEW_CITY } from '../src/city/new-city.ts';
import { optionLabels } from '../src/conversation/question-wording.ts';
import type { FlowKey, Key } from '../src/i18n.ts';
import { openWording } from '../src/i18n.ts';
import { readerOf } from '../src/notify/notify.ts';
import { inLanguage, sayAny } from '../src/notify/reader.ts';
import { chooseLanguage } from '../src/people/language-flow.ts';
import { Play } from './engine/play.ts';

/** A copy of locales/ with a Hong Kong Chinese that has only its name and one sentence. */
const folder = mkdtempSync(join(tmpdir(), 'locales-'));
cpSync(new URL('../locales/', import.meta.url), folder, { recursive: true });
rmSync(join(folder, 'zh-HK'), { recursive: true, force: true });
mkdirSync(join(folder, 'zh-HK', 'flows'), { recursive: true });
writeFileSync(join(folder, 'zh-HK', 'common.json'), JSON.stringify({ noted: '✓ 收到：{{label}}' }));
writeFileSync(
  join(folder, 'zh-HK', 'flows', 'choose-language.json'),
  JSON.stringify({ language: { options: { 'zh-HK': '繁體中文' } } }),
);
afterAll(() => rmSync(folder, { recursive: true }));

const wording = openWording(pathToFileURL(`${folder}/`));
const OWN = ['common:noted', 'flows/choose-language:language.options.zh-HK'];

/** All keys of the default language with their sentences, as `namespace:path`. */
const CHINESE = new Map(
  readdirSync(join(folder, 'zh-CN'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const tree = JSON.parse(readFileSync(join(folder, 'zh-CN', file), 'utf8')) as object;
      return sentencesIn(tree).map(([path, sentence]) => [`${file.slice(0, -5)}:${path}`, sentence] as const);
    }),
);

function sentencesIn(tree: object, start = ''): readonly (readonly [string, string])[] {
  return Object.entries(tree).flatMap(([name, value]: [string, unknown]) =>
    typeof value === 'string' ? [[start + name, value] as const] : sentencesIn(value as object, `${start}${name}.`),
  );
}

test.each([
  ['zh-HK', 'zh-HK'],
  ['zh-hk', 'zh-HK'],
  ['zh-hant', 'zh-HK'],
  ['zh-TW', 'zh-HK'],
  ['zh_MO', 'zh-HK'],
  ['zh-hant-raw', 'zh-HK'],
  ['zh-hans', 'zh-CN'],
  ['zh-CN', 'zh-CN'],
  ['zh-SG', 'zh-CN'],
  ['zh-hans-raw', 'zh-CN'],
  ['zh', 'zh-CN'],
  ['en-GB', 'en'],
  ['fr', 'zh-CN'],
  ['', 'zh-CN'],
  ['???', 'zh-CN'],
  [undefined, 'zh-CN'],
])('the tag %s falls to %s if zh-HK is offered', (tag, language) => {
  expect(wording.languageFor(tag)).toBe(language);
});

test('the missing keys of a partial language are listed', () => {
  const bare = [...CHINESE.keys()].map((key) => key.replace(/_(zero|one|two|few|many|other)$/, ''));
  const missing = [...new Set(bare)].filter((key) => !OWN.includes(key)).sort();
  expect(missing.length).toBeGreaterThan(500);
  expect(wording.missingKeys('zh-HK')).toEqual(missing);
});

test('a partial language says its own sentences, and all others in the default language', () => {
  const [own, usual] = [wording.in('zh-HK'), wording.in('zh-CN')];
  expect(own('common:noted', { label: '路燈' })).toBe('✓ 收到：路燈');
  for (const key of CHINESE.keys()) {
    if (OWN.includes(key)) continue;
    const said = own(key as Key);
    expect([key, said]).toEqual([key, usual(key as Key)]);
    expect(said).not.toBe(key.slice(key.indexOf(':') + 1));
    expect(wording.canSay('zh-HK', key)).toBe(true);
    expect(wording.has('zh-HK', key)).toBe(false);
  }
});

test('the words of categories and announcements fall back to the default language', () => {
  for (const { names } of DEFAULT_CATEGORIES) expect(inLanguage(names, 'zh-HK')).toBe(names['zh-CN']);
  for (const template of Object.keys(ANNOUNCEMENT_TEMPLATES)) {
    const key: FlowKey = `flows/announce:template.options.${template}`;
    expect(wording.in('zh-HK')(key)).toBe(CHINESE.get(key));
  }
  const content = { title: '防汛', words: { 'zh-CN': '请绕行。', en: 'Please take another road.' }, buttons: [] };
  expect(localizedContent(content, 'zh-HK')).toMatchObject({ title: '防汛', text: '请绕行。' });
});

test('a new language is offered to all readers under the name in its own file', () => {
  const { question } = new Play(chooseLanguage, { languages: wording.languageNames });
  const city = cityOf(NEW_CITY, wording.languageNames);
  for (const language of wording.languages) {
    const labels = optionLabels(question, readerOf(language, { wording, city }));
    expect(labels).toContainEqual({ option: 'zh-HK', label: '繁體中文' });
    expect(labels).toHaveLength(wording.languages.length);
  }
});

test.each([
  ['2026-12-05T17:49', '今天', 'today'],
  ['2026-12-06T09:00', '明天', 'tomorrow'],
  ['2026-12-12T09:00', '12月12日周六', 'Sat, December 12'],
  ['2027-01-02T09:00', '2027年1月2日周六', 'Sat, January 2, 2027'],
])('a day to come, %s, is worded without what people leave out', (day, chinese, english) => {
  const city = cityOf(NEW_CITY, wording.languageNames);
  const value = { due: momentOf(day), now: momentOf('2026-12-05T11:00') };
  expect(sayAny(value, readerOf('zh-CN', { wording, city }))).toBe(chinese);
  expect(sayAny(value, readerOf('en', { wording, city }))).toBe(english);
});

test('the English hours of one task read right', () => {
  const say = openWording().in('en');
  const values = { tasks: 1, hours: 1 };
  for (const key of ['flows/my-hours:next.ask', 'flows/my-hours:sheet.done', 'flows/check-certificate:done'] as const)
    expect(say(key as Key, values), key).not.toMatch(/\b1 (times|hours)\b/);
});
