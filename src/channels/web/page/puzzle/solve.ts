/** The first 32 bits of the fractions of the first primes' roots: the constants of SHA-256 (FIPS 180-4). */
const [INITIAL, ROUNDS] = constants();

/** Finds the nonce with which the SHA-256 of `<text>.<nonce>` begins with this many zero bits, at most 32. */
export function solve(text: string, bits: number): string {
  for (let nonce = 0; ; nonce += 1) if (Math.clz32(firstWord(`${text}.${nonce}`)) >= bits) return String(nonce);
}

const words = new Int32Array(64);

/** Computes the first word of the SHA-256 of an ASCII text of at most 55 characters: one block. */
export function firstWord(text: string): number {
  words.fill(0);
  for (let i = 0; i < text.length; i += 1)
    words[i >> 2] = at(words, i >> 2) | (text.charCodeAt(i) << (24 - (i % 4) * 8));
  words[text.length >> 2] = at(words, text.length >> 2) | (0x80 << (24 - (text.length % 4) * 8));
  words[15] = text.length * 8;
  for (let i = 16; i < 64; i += 1) {
    const [w, v] = [at(words, i - 15), at(words, i - 2)];
    const s0 = turn(w, 7) ^ turn(w, 18) ^ (w >>> 3);
    const s1 = turn(v, 17) ^ turn(v, 19) ^ (v >>> 10);
    words[i] = at(words, i - 16) + s0 + at(words, i - 7) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = INITIAL;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + at(ROUNDS, i) + at(words, i)) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  return (a + at(INITIAL, 0)) | 0;
}

function turn(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function at(list: Int32Array, i: number): number {
  return list[i] ?? 0;
}

function constants(): readonly [Int32Array, Int32Array] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
  const fraction = (root: number) => ((root % 1) * 2 ** 32) | 0;
  return [
    Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime))),
    Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime))),
  ];
}
