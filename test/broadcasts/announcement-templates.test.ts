import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ANNOUNCEMENT_TEMPLATES } from '../../src/broadcasts/compose/announcement-templates.ts';
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

test.each(wording.languages)('every announcement template worded in %s is in the list', (language) => {
  const file = new URL(`../../locales/${language}/flows/announce.json`, import.meta.url);
  const words = JSON.parse(readFileSync(file, 'utf8'));
  expect(Object.keys(words.templates).sort()).toEqual([...OPTIONS].sort());
  expect(Object.keys(words.template.options).sort()).toEqual([...OPTIONS].sort());
});
