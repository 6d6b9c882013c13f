import { expect, test } from 'vitest';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import type { LocalizedMessage } from '../../src/delivery/outcome.ts';
import { openWording } from '../../src/i18n.ts';
import { readerOf } from '../../src/notify/notify.ts';
import { renderMessage } from '../../src/notify/render-message.ts';
import { regionTree } from '../../src/regions/region-tree.ts';

const regions = regionTree([
  { id: 'city', level: 'city', names: { 'zh-CN': '安宁市' } },
  { id: 'home', level: 'community', parent: 'city', names: { 'zh-CN': '梅园社区' } },
  { id: 'home-1', level: 'grid', parent: 'home', names: { 'zh-CN': '第一网格' } },
]);
const wording = openWording();
const city = cityOf(NEW_CITY, wording.languageNames);
const resident = { ...readerOf('zh-CN', { wording, city }), regions };
const said: LocalizedMessage = {
  key: 'common:place.join',
  values: { region: { place: { region: 'home-1' } }, text: '东门' },
  many: true,
};

test('a message for many is worded once for residents, and apart for an organiser, who reads the grid', () => {
  const first = renderMessage(said, resident);
  expect(first.text).toContain('梅园社区');
  expect(renderMessage(said, resident)).toBe(first);
  expect(renderMessage(said, { ...resident, roles: ['grid_worker'] }).text).toContain('第一网格');
  expect(renderMessage(said, resident)).toBe(first);
});

test('people of two languages do not share a message', () => {
  const english = { ...readerOf('en', { wording, city }), regions };
  expect(renderMessage(said, english)).not.toBe(renderMessage(said, resident));
});
