import { isIPv6 } from 'node:net';
import { HOUR_MS } from '../../calendar.ts';
import { openCallWindows } from '../../call-windows.ts';

/** New browsers from one block of addresses in an hour. A mobile network puts many people behind one block. */
const NEWCOMERS_MAX = 120;
/** Files of one browser in an hour. */
const UPLOADS_MAX = 60;
/** Counted blocks and browsers; beyond these, the oldest window is dropped. */
const COUNTED_MAX = 20_000;

/** Bounds what costs the server something before a person is known. It lives in this process alone. */
export type NewcomerLimit = {
  /** False if too many new browsers came from this caller's block. */
  admit(caller: string): boolean;
  /** False if this browser sent too many files. */
  uploads(address: string): boolean;
  /** Seconds until a refused caller may try again, at most. */
  waitS(): number;
};

export function openNewcomerLimit(now: () => number): NewcomerLimit {
  const windows = openCallWindows(now, HOUR_MS, COUNTED_MAX);
  return {
    admit: (caller) => windows.count(blockOf(caller)) <= NEWCOMERS_MAX,
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
