import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** RFC 6238 with the parameters that authenticator apps assume: SHA-1, six digits, steps of 30 s. */
const STEP_MS = 30_000;
const DIGITS = 6;
/** 160 bits, as RFC 4226 recommends. */
const SECRET_BYTES = 20;
/** Steps before and after the present one whose code counts: so far a phone's clock may be wrong. */
const DRIFT = [0, -1, 1];

/** Draws the secret that a server and an app share. */
export function newSecret(): Buffer {
  return randomBytes(SECRET_BYTES);
}

/** The number of the 30 s step at a time. */
export function stepAt(now: number): number {
  return Math.floor(now / STEP_MS);
}

/** The code of a step. */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 10 ** DIGITS;
  return String(number).padStart(DIGITS, '0');
}

/** Finds the step whose code was typed; undefined for a wrong one. Spaces and full-width digits are understood. */
export function stepOf(secret: Buffer, typed: string, now: number): number | undefined {
  const code = typed.normalize('NFKC').replace(/\s/g, '');
  if (!/^\d{6}$/.test(code)) return undefined;
  return DRIFT.map((drift) => stepAt(now) + drift).find((step) =>
    timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code)),
  );
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Writes a secret as apps read it: base32 (RFC 4648). Five bytes make eight signs, so 160 bits need no padding. */
export function base32Of(secret: Buffer): string {
  const bits = [...secret].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => BASE32[Number.parseInt(five, 2)]).join('');
}

/** The address that a QR code hands to an app. `issuer` and `account` are shown there. */
export function appLink(secret: Buffer, issuer: string, account: string): string {
  const label = encodeURIComponent(`${issuer}:${account}`);
  return `otpauth://totp/${label}?secret=${base32Of(secret)}&issuer=${encodeURIComponent(issuer)}`;
}
