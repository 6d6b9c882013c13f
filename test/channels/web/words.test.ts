import { expect, test } from 'vitest';
import { language } from '../../../src/channels/web/page/language.ts';
import { dayText, timeText } from '../../../src/channels/web/page/words.ts';

test('the page shows the city’s day and time, wherever the browser is', () => {
  const [today, yesterday] = language === 'en' ? ['Today', 'Yesterday'] : ['今天', '昨天'];
  const at = (text: string) => Date.parse(`${text}+08:00`);
  const now = at('2026-11-29T23:00');
  expect(timeText(at('2026-11-29T00:30'))).toBe('00:30');
  expect(dayText(at('2026-11-29T00:30'), now)).toBe(today);
  expect(dayText(at('2026-11-28T23:59'), now)).toBe(yesterday);
  expect(dayText(at('2026-11-27T23:59'), now)).toMatch(/27/);
});
