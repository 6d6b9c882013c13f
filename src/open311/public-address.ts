import { BlockList, isIPv6 } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/** How callers reach this server, and from where they call. */
export type PublicAddress = {
  /** The origin for links. A Host header never decides it: any caller can write one. */
  readonly origin: (c: Context) => string;
  /** The caller's address. */
  readonly caller: (c: Context) => string;
};

/** Opens the address. `site` is the configured origin; `proxies` are the addresses and subnets of trusted proxies. */
export function openPublicAddress(site: string | undefined, proxies: readonly string[]): PublicAddress {
  const trusted = subnets(proxies);
  // A proxy on this machine names callers without a setting. The host it forwards may be the caller's own.
  const naming = proxies.length > 0 ? trusted : subnets(['127.0.0.0/8', '::1']);
  return {
    origin(c) {
      if (site !== undefined) return site;
      const { address, localPort } = peerOf(c);
      return (includes(trusted, address) && forwardedOrigin(c)) || `http://127.0.0.1:${localPort}`;
    },
    caller(c) {
      const { address } = peerOf(c);
      return (includes(naming, address) && lastOf(c, 'x-forwarded-for')) || address;
    },
  };
}

/** The origin that a proxy names; undefined if it names none or a malformed one. */
function forwardedOrigin(c: Context): string | undefined {
  const [protocol, host] = [lastOf(c, 'x-forwarded-proto'), lastOf(c, 'x-forwarded-host')];
  const sound = /^https?$/.test(protocol ?? '') && /^([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?$/i.test(host ?? '');
  const url = `${protocol}://${host}`;
  return sound && URL.canParse(url) ? new URL(url).origin : undefined;
}

/** The last value of a header: the nearest proxy has written it, a caller may have written those before. */
function lastOf(c: Context, header: string): string | undefined {
  return c.req.header(header)?.split(',').at(-1)?.trim();
}

function subnets(list: readonly string[]): BlockList {
  const all = new BlockList();
  for (const one of list) {
    const [address = '', bits] = one.split('/');
    const family = address.includes(':') ? 'ipv6' : 'ipv4';
    all.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return all;
}

function includes(list: BlockList, address: string): boolean {
  return address !== '' && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

function peerOf(c: Context): { readonly address: string; readonly localPort: number } {
  try {
    const { incoming } = c.env as { readonly incoming: { readonly socket: { readonly localPort?: number } } };
    return { address: getConnInfo(c).remote.address ?? '', localPort: incoming.socket.localPort ?? 0 };
  } catch {
    return { address: '', localPort: 0 }; // the call came from a test, not from a connection
  }
}
