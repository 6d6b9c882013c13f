import { createECDH, createPrivateKey, hkdfSync, sign } from 'node:crypto';

/** Lifetime of a token, s. A push service refuses more than a day (RFC 8292, 2). */
const TOKEN_S = 12 * 3600;
const CURVE = 'prime256v1';

/** The key that names this city to the push services. */
export type VapidKey = {
  /** The point of the curve, uncompressed, as browsers and push services take it. */
  readonly publicKey: string;
  /** The value of the header `authorization` for a push service; `now` in ms. */
  authorize(origin: string, now: number): string;
};

/** Derives the city's key from its secret: subscriptions stay valid over restarts. `contact`: an https address. */
export function vapidKeyOf(secret: string, contact: string | undefined): VapidKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'anlin-web-push', 32));
  // A number below the order of the curve.
  seed[0] = 0;
  const pair = createECDH(CURVE);
  pair.setPrivateKey(seed);
  const point = pair.getPublicKey();
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), seed];
  const jwk = { kty: 'EC', crv: 'P-256', x: text(x), y: text(y), d: text(d) };
  const key = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = text(point);
  return {
    publicKey,
    authorize(origin, now) {
      const claims = { aud: origin, exp: Math.floor(now / 1000) + TOKEN_S, ...(contact ? { sub: contact } : {}) };
      const said = [{ typ: 'JWT', alg: 'ES256' }, claims]
        .map((part) => text(Buffer.from(JSON.stringify(part))))
        .join('.');
      const signature = text(sign('sha256', Buffer.from(said), { key, dsaEncoding: 'ieee-p1363' }));
      return `vapid t=${said}.${signature}, k=${publicKey}`;
    },
  };
}

const text = (bytes: Buffer): string => bytes.toString('base64url');
