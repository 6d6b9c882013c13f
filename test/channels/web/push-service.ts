import { createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the service answers next at a subscription. */
type Fault = { readonly status: number; readonly retryAfter?: number };

/** A strict push service (RFC 8030, RFC 8292) that takes rings without content alone. */
export type PushService = {
  readonly origin: string;
  /** A browser subscribes under the key of a server. Returns the endpoint. */
  subscribe(key: string): string;
  /** Rings that this subscription took. */
  rings(endpoint: string): number;
  /** The calls so far, refused ones too. */
  readonly calls: readonly string[];
  fail(endpoint: string, fault: Fault | undefined): void;
  close(): Promise<void>;
};

const DAY_S = 86_400;

export async function startPushService(): Promise<PushService> {
  const keys = new Map<string, string>();
  const rings = new Map<string, number>();
  const faults = new Map<string, Fault>();
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += (chunk as Buffer).length;
    const endpoint = `${origin}${request.url}`;
    const fault = faults.get(endpoint);
    const status = refusal(request, bytes, keys.get(endpoint), origin) ?? fault?.status ?? 201;
    calls.push(`${request.method} ${request.url} ${status}`);
    if (status === 201) rings.set(endpoint, (rings.get(endpoint) ?? 0) + 1);
    if (fault?.retryAfter) response.setHeader('retry-after', String(fault.retryAfter));
    response.writeHead(status).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    subscribe(key) {
      const endpoint = `${origin}/push/${keys.size + 1}?v=2`;
      keys.set(endpoint, key);
      return endpoint;
    },
    rings: (endpoint) => rings.get(endpoint) ?? 0,
    calls,
    fail: (endpoint, fault) => void (fault ? faults.set(endpoint, fault) : faults.delete(endpoint)),
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The status with which a call is refused; undefined for a right one. */
function refusal(
  { method, headers }: IncomingMessage,
  bytes: number,
  key: string | undefined,
  origin: string,
): number | undefined {
  if (method !== 'POST') return 405;
  if (key === undefined) return 404;
  if (!/^\d+$/.test(String(headers.ttl))) return 400;
  if (bytes > 0 || headers['content-length'] !== '0' || headers['content-type'] || headers['content-encoding'])
    return 413;
  if (!/^(very-low|low|normal|high)$/.test(String(headers.urgency))) return 400;
  if (!/^[\w-]{1,32}$/.test(String(headers.topic))) return 400;
  return isAuthorized(String(headers.authorization), key, origin) ? undefined : 403;
}

function isAuthorized(authorization: string, key: string, origin: string): boolean {
  const [, head = '', claims = '', signature = '', given = ''] =
    /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  if (given !== key || read(head).alg !== 'ES256' || read(head).typ !== 'JWT') return false;
  const point = Buffer.from(key, 'base64url');
  const [x, y] = [point.subarray(1, 33).toString('base64url'), point.subarray(33).toString('base64url')];
  const publicKey = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  const by = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  if (!verify('sha256', Buffer.from(`${head}.${claims}`), by, Buffer.from(signature, 'base64url'))) return false;
  const { aud, exp, sub } = read(claims);
  const leftS = Number(exp) - Date.now() / 1000;
  return aud === origin && leftS > 0 && leftS <= DAY_S && /^https:\/\//.test(String(sub));
}

function read(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString() || '{}') as Record<string, unknown>;
}
