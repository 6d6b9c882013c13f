import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutText, lastCutBefore } from '../../src/engine/cut-text.ts';

const FAMILY = '👨‍👩‍👧';
const SEGMENTS = new Intl.Segmenter('zh', { granularity: 'grapheme' });
const graphemes = (text: string) => Array.from(SEGMENTS.segment(text), ({ segment }) => segment);
const TEXTS = fc.array(fc.constantFrom('井', '盖', 'a', '😀', FAMILY, '🇨🇳', 'é', '\r\n', ' '), { maxLength: 60 });

test('a cut keeps whole graphemes and marks what is missing', () => {
  expect(cutText(`井盖${FAMILY}😀`, 3, '…')).toBe(`井盖${FAMILY}…`);
  expect(cutText('井盖', 2, '…')).toBe('井盖');
  fc.assert(
    fc.property(TEXTS, fc.nat(40), (parts, max) => {
      const text = parts.join('');
      expect(cutText(text, max)).toBe(graphemes(text).slice(0, max).join(''));
    }),
  );
});

test('a limit in code units falls between graphemes', () => {
  expect(lastCutBefore(`井${FAMILY}`, 5)).toBe(1);
  fc.assert(
    fc.property(TEXTS, fc.integer({ min: 12, max: 80 }), (parts, max) => {
      const text = parts.join('');
      const cut = lastCutBefore(text, max);
      const whole = graphemes(text);
      const ends = whole.map((_, i) => whole.slice(0, i + 1).join('').length);
      expect(cut).toBe(ends.findLast((end) => end <= max) ?? 0);
    }),
  );
  expect(lastCutBefore(`a${'\u0301'.repeat(200)}`, 50)).toBe(50);
});
