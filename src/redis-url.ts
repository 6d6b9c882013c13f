/** One primary whose address the sentinels know. */
export type Sentinels = {
  readonly name: string;
  readonly sentinels: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string;
  readonly password?: string;
};

const SENTINEL_URL = /^redis\+sentinel:\/\/(?:([^:@/]*):([^@/]*)@)?([^/@]+)\/([\w.-]+)$/;

/** Reads redis+sentinel://[user:password@]host:26379,host:26379/name; undefined for another URL. */
export function sentinelsOf(url: string): Sentinels | undefined {
  const read = SENTINEL_URL.exec(url.trim());
  if (!read) return undefined;
  const [, username, password, hosts = '', name = ''] = read;
  const sentinels = hosts.split(',').map((one) => {
    const [host = '', port = '26379'] = one.split(':');
    return { host, port: /^\d{1,5}$/.test(port) ? Number(port) : 0 };
  });
  if (sentinels.some(({ host, port }) => host === '' || !(port > 0 && port < 65_536))) return undefined;
  return {
    name,
    sentinels,
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
}
