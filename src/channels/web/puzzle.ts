import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import { MINUTE_MS } from '../../calendar.ts';
import { openCallWindows } from '../../call-windows.ts';

/** Time to solve a puzzle: an old phone takes seconds, ms. */
const PUZZLE_MS = 5 * MINUTE_MS;
/** Kept solutions; beyond these the oldest could be used again. Each one costs its sender the work. */
const SOLVED_MAX = 50_000;
/** Digits of a nonce: with the puzzle it fits into one block of SHA-256. */
const NONCE = /^\d{1,9}$/;

/** A puzzle for a page: find a nonce with which the SHA-256 of `<text>.<nonce>` begins with this many zero bits. */
export type Puzzle = { readonly text: string; readonly bits: number };
export type Solution = { readonly puzzle: string; readonly nonce: string };

/** Puzzles of this process. Another process refuses their solutions and gives a puzzle of its own. */
export type Puzzles = {
  ask(block: string, bits: number): Puzzle;
  /** True once for the solution of a puzzle that this block was asked. */
  accepts(block: string, solution: Solution | undefined): boolean;
};

export function openPuzzles(now: () => number): Puzzles {
  const key = randomBytes(32);
  const solved = openCallWindows(now, PUZZLE_MS, SOLVED_MAX);
  const sign = (text: string, block: string) =>
    createHmac('sha256', key).update(`${text} ${block}`).digest('base64url').slice(0, 16);
  return {
    ask(block, bits) {
      const open = `${(now() + PUZZLE_MS).toString(36)}.${bits}.${randomBytes(6).toString('base64url')}`;
      return { text: `${open}.${sign(open, block)}`, bits };
    },
    accepts(block, solution) {
      if (!solution || !NONCE.test(solution.nonce)) return false;
      const { puzzle, nonce } = solution;
      const [until = '', bits = '', random = '', signature = ''] = puzzle.split('.');
      const open = `${until}.${bits}.${random}`;
      const [a, b] = [Buffer.from(signature), Buffer.from(sign(open, block))];
      // Text behind the signature would make two solutions of one puzzle.
      if (puzzle !== `${open}.${signature}` || a.length !== b.length || !timingSafeEqual(a, b)) return false;
      if (now() > Number.parseInt(until, 36)) return false;
      const digest = createHash('sha256').update(`${puzzle}.${nonce}`).digest();
      return Math.clz32(digest.readUInt32BE(0)) >= Number(bits) && solved.count(puzzle) === 1;
    },
  };
}

const Solved = v.object({ puzzle: v.pipe(v.string(), v.maxLength(100)), nonce: v.pipe(v.string(), v.maxLength(9)) });
const Greeting = v.object({ code: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))) });

/** What a new browser sends first. `code`: what the QR code that led it here holds. */
export type Greeting = { readonly code?: string | undefined; readonly solution: Solution | undefined };

/** Reads the body of a greeting. Malformed fields are left out. */
export function readGreeting(body: unknown): Greeting {
  const [greeting, solution] = [v.safeParse(Greeting, body), v.safeParse(Solved, body)];
  return {
    ...(greeting.success ? greeting.output : {}),
    solution: solution.success ? solution.output : undefined,
  };
}
