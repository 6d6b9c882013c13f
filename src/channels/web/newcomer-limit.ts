import { isIPv6 } from 'node:net';
import { HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import { openCallWindows } from '../../call-windows.ts';

/** New browsers from one block of addresses in an hour. A mobile network puts many people behind one block. */
const NEWCOMERS_MAX = 120;
/** Files of one browser in an hour. */
const UPLOADS_MAX = 60;
/** More new browsers than this of all blocks in ten minutes are a surge: each further one solves a puzzle. */
const SURGE_MIN = 200;
const SURGE_MS = 10 * MINUTE_MS;
/** More new browsers in an hour by the QR code of one stairwell are a surge. Few homes of a stairwell scan it in one hour. */
const STAIRWELL_MIN = 60;
/** Work of a puzzle: 2^16 hashes, a second on an old phone; twice as many for each doubling of the surge. */
const PUZZLE_BITS = { least: 16, most: 20 } as const;
/** Counted blocks, browsers and codes; beyond these, the oldest window is dropped. */
const COUNTED_MAX = 20_000;

/** Bounds what costs the server something before a person is known. It lives in this process alone. */
export type NewcomerLimit = {
  /** False if too many new browsers came from this caller's block. `code`: what the QR code that led here holds. */
  admit(caller: string, code?: string): boolean;
  /** Zero bits that a new browser's puzzle asks for now; 0 without a surge. */
  puzzleBits(code?: string): number;
  /** False if this browser sent too many files. */
  uploads(address: string): boolean;
  /** Seconds until a refused caller may try again, at most. */
  waitS(): number;
};

export function openNewcomerLimit(now: () => number): NewcomerLimit {
  const windows = openCallWindows(now, HOUR_MS, COUNTED_MAX);
  const surge = openCallWindows(now, SURGE_MS, 1);
  const codes = openCallWindows(now, HOUR_MS, COUNTED_MAX);
  return {
    admit(caller, code) {
      const isAdmitted = windows.count(blockOf(caller)) <= NEWCOMERS_MAX;
      if (isAdmitted) surge.count('all');
      if (isAdmitted && code) codes.count(code);
      return isAdmitted;
    },
    puzzleBits(code = '') {
      const excess = Math.max(surge.callsOf('all') / SURGE_MIN, codes.callsOf(code) / STAIRWELL_MIN);
      return excess < 1 ? 0 : Math.min(PUZZLE_BITS.most, PUZZLE_BITS.least + Math.floor(Math.log2(excess)));
    },
    uploads: (address) => windows.count(address) <= UPLOADS_MAX,
    waitS: () => HOUR_MS / 1000,
  };
}

/** The block that one household or antenna has: 24 bits of IPv4, 56 bits of IPv6. */
export function blockOf(caller: string): string {
  const plain = caller.replace(/^::ffff:/, '');
  if (!isIPv6(plain)) return plain.split('.').slice(0, 3).join('.');
  const [head = '', tail = ''] = plain.split('::');
  const left = head.split(':').filter(Boolean);
  const right = tail.split(':').filter(Boolean);
  const groups = [...left, ...Array<string>(Math.max(0, 8 - left.length - right.length)).fill('0'), ...right];
  const [a = '0', b = '0', c = '0', d = '0'] = groups.map((group) => group.padStart(4, '0'));
  return [a, b, c, d.slice(0, 2)].join(':');
}
