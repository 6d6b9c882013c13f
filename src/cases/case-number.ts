/** Crockford's base 32: without I, L, O and U, which are misread over the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** A case number as stored: 8 characters, the last one a check character. */
export type CaseNumber = string;

/** Makes an unguessable number: 35 random bits and a check character. */
export function newCaseNumber(random: (below: number) => number): CaseNumber {
  const digits = Array.from({ length: LENGTH - 1 }, () => random(32));
  return [...digits, checkDigit(digits)].map((digit) => ALPHABET[digit]).join('');
}

/** Formats a number for people: K7Q4-M2X2. */
export function showCaseNumber(number: CaseNumber): string {
  return `${number.slice(0, 4)}-${number.slice(4)}`;
}

/** Reads a typed number; undefined if its check fails. O counts as 0, I and L as 1; blanks and dashes are ignored. */
export function readCaseNumber(text: string): CaseNumber | undefined {
  const folded = text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\-–—]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (folded.length !== LENGTH) return undefined;
  const digits = [...folded].map((letter) => ALPHABET.indexOf(letter));
  if (digits.includes(-1)) return undefined;
  return digits.at(-1) === checkDigit(digits.slice(0, -1)) ? folded : undefined;
}

/**
 * Sums the weighted digits in GF(32). All weights differ and none is zero: the check detects every single wrong
 * character and every swap of two.
 */
function checkDigit(digits: readonly number[]): number {
  return digits.reduce((sum, digit, position) => sum ^ multiply(digit, position + 2), 0);
}

/** Multiplication in GF(2^5) modulo x^5 + x^2 + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit += 1) if (b & (1 << bit)) product ^= a << bit;
  for (let bit = 9; bit >= 5; bit -= 1) if (product & (1 << bit)) product ^= 0b100101 << (bit - 5);
  return product;
}
