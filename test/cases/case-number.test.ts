import { randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newCaseNumber, readCaseNumber, showCaseNumber } from '../../src/cases/case-number.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const numbers = fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 7, maxLength: 7 }).map((digits) => {
  let i = 0;
  return newCaseNumber(() => digits[i++] ?? 0);
});

test('a case number has eight characters without I, L, O and U, and can be read back', () => {
  fc.assert(
    fc.property(numbers, (number) => {
      expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
      expect(readCaseNumber(showCaseNumber(number).toLowerCase())).toBe(number);
    }),
  );
});

test('every single wrong character is detected', () => {
  fc.assert(
    fc.property(numbers, fc.nat(7), fc.constantFrom(...ALPHABET), (number, place, letter) => {
      const wrong = number.slice(0, place) + letter + number.slice(place + 1);
      expect(readCaseNumber(wrong)).toBe(letter === number[place] ? number : undefined);
    }),
    { numRuns: 2000 },
  );
});

test('every swap of two characters is detected', () => {
  fc.assert(
    fc.property(numbers, fc.nat(7), fc.nat(7), (number, a, b) => {
      const letters = [...number];
      [letters[a], letters[b]] = [letters[b] ?? '', letters[a] ?? ''];
      const swapped = letters.join('');
      expect(readCaseNumber(swapped)).toBe(swapped === number ? number : undefined);
    }),
    { numRuns: 2000 },
  );
});

test('O reads as 0, I and L as 1; full-width characters and blanks are accepted', () => {
  const number = newCaseNumber(() => 0);
  expect(readCaseNumber(number.replaceAll('0', 'O'))).toBe(number);
  const one = newCaseNumber(() => 1);
  expect(readCaseNumber(` ${showCaseNumber(one).replaceAll('1', 'l')} `)).toBe(one);
  expect(readCaseNumber('１１１１１１１')).toBeUndefined();
});

test('2,000 new numbers contain no repeat', () => {
  const created = Array.from({ length: 2000 }, () => newCaseNumber(randomInt));
  expect(new Set(created).size).toBe(created.length);
});
