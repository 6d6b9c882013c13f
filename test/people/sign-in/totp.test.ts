import { expect, test } from 'vitest';
import { appLink, base32Of, codeOf, newSecret, stepAt, stepOf } from '../../../src/people/sign-in/totp.ts';

/** The key of RFC 6238, appendix B, for SHA-1. */
const RFC_KEY = Buffer.from('12345678901234567890');

// The vectors have eight digits; six are their last six, because both are the same number modulo a power of ten.
test.each([
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
])('RFC 6238 at %i s', (seconds, code) => {
  const now = seconds * 1000;
  expect(codeOf(RFC_KEY, stepAt(now))).toBe(code.slice(-6));
  expect(stepOf(RFC_KEY, code.slice(-6), now)).toBe(stepAt(now));
});

test('a code counts in its step and in the steps beside it, however it is typed', () => {
  const now = 1_800_000_000_000;
  const code = codeOf(RFC_KEY, stepAt(now));
  const full = [...code].map((digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)).join('');
  for (const typed of [code, `${code.slice(0, 3)} ${code.slice(3)}`, ` ${full} `])
    expect(stepOf(RFC_KEY, typed, now)).toBe(stepAt(now));
  const drifts = [-60, -30, 0, 30, 60].map((seconds) => stepOf(RFC_KEY, code, now + seconds * 1000));
  expect(drifts).toEqual([undefined, stepAt(now), stepAt(now), stepAt(now), undefined]);
  for (const typed of ['', code.slice(1), `${code}0`, 'abcdef', `-${code.slice(1)}`])
    expect(stepOf(RFC_KEY, typed, now)).toBeUndefined();
});

test('an app reads the secret as base32, and the link holds what it assumes', () => {
  // RFC 4648 has no vector of 20 bytes; this is the key of RFC 6238 as apps write it.
  expect(base32Of(RFC_KEY)).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ');
  expect(newSecret()).toHaveLength(20);
  const link = new URL(appLink(RFC_KEY, '安邻后台', 'A3F2'));
  expect([link.protocol, link.host, decodeURIComponent(link.pathname)]).toEqual(['otpauth:', 'totp', '/安邻后台:A3F2']);
  expect(Object.fromEntries(link.searchParams)).toEqual({ secret: base32Of(RFC_KEY), issuer: '安邻后台' });
});
