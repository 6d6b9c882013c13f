import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  ANNOUNCEMENT_TEMPLATES,
  englishExample,
  filledTemplate,
  GAP_STEPS,
  gapStepsOf,
} from '../../src/broadcasts/compose/announcement-templates.ts';
import { openWording } from '../../src/i18n.ts';

const wording = openWording();
/** Template options: the listed templates, and the organiser's own text. */
const OPTIONS = [...Object.keys(ANNOUNCEMENT_TEMPLATES), 'own'];

test.each(OPTIONS.flatMap((template) => wording.languages.map((language) => [template, language] as const)))(
  'the announcement template %s is worded in %s',
  (template, language) => {
    const keys = [`template.options.${template}`, `templates.${template}.headline`, `templates.${template}.words`];
    const missing = keys.map((key) => `flows/announce:${key}`).filter((key) => !wording.has(language, key));
    expect(missing).toEqual([]);
  },
);

test('a template is filled once all of its blanks are answered, each by a question of its own', () => {
  for (const template of Object.keys(ANNOUNCEMENT_TEMPLATES)) {
    const gaps = gapStepsOf(template);
    const answers = Object.fromEntries(gaps.map((gap) => [gap, { text: `<${gap}>` }]));
    const { headline, words } = filledTemplate({ ...answers, template });
    const text = [headline, words].map((part) => (part && 'text' in part ? part.text : '')).join('\n');
    expect(text).not.toMatch(/[{}〔〕]/u);
    for (const gap of gaps) {
      expect(text).toContain(`<${gap}>`);
      const { [gap]: _open, ...rest } = answers;
      expect(filledTemplate({ ...rest, template }).words).toBeUndefined();
    }
    const other = englishExample(template);
    expect([...other.matchAll(/\{\{(\w+)\}\}/g)].map(([, gap]) => `gap_${gap}`).sort()).toEqual([...gaps].sort());
  }
  expect(GAP_STEPS.length).toBeGreaterThan(0);
  expect(filledTemplate({ template: 'own' })).toEqual({});
});

test.each(wording.languages)('every announcement template worded in %s is in the list', (language) => {
  const file = new URL(`../../locales/${language}/flows/announce.json`, import.meta.url);
  const words = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.keys(words.templates).sort()).toEqual([...OPTIONS].sort());
  expect(Object.keys(words.template.options).sort()).toEqual([...OPTIONS].sort());
});
