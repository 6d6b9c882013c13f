/** Crockford's base 32: no I, L, O, U, so that a number survives being read out on the phone. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 8;

/** A case number as it is stored: 8 characters, the last of which checks the others. */
export type CaseNumber = string;

/** A number that nobody can guess: 35 random bits and a check character. */
export function newCaseNumber(random: (below: number) => number): CaseNumber {
  const digits = Array.from({ length: LENGTH - 1 }, () => random(32));
  return [...digits, checkDigit(digits)].map((digit) => ALPHABET[digit]).join('');
}

/** The number as people see it: K7Q4-M2X2. */
export function showCaseNumber(number: CaseNumber): string {
  return `${number.slice(0, 4)}-${number.slice(4)}`;
}

/** The number that somebody typed, with O for 0, I or L for 1, spaces or dashes; undefined if its check fails. */
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
 * The sum of each digit times a weight of its own, in GF(32). Since all weights differ and none is zero, every single
 * wrong character and every swap of two is found.
 */
function checkDigit(digits: readonly number[]): number {
  return digits.reduce((sum, digit, place) => sum ^ times(digit, place + 2), 0);
}

/** Multiplication in GF(2^5) modulo x^5 + x^2 + 1. */
function times(a: number, b: number): number {
  let product = 0;
  for (let bit = 0; bit < 5; bit += 1) if (b & (1 << bit)) product ^= a << bit;
  for (let bit = 9; bit >= 5; bit -= 1) if (product & (1 << bit)) product ^= 0b100101 << (bit - 5);
  return product;
}
