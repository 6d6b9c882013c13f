import type { Http } from '../../http.ts';
import { AnswerLost, openHttp } from '../../http.ts';
import { vapidKeyOf } from './vapid.ts';

/** Rings at the push services of browsers (RFC 8030). A ring has no content. */
export type WebPush = {
  /** With this key a browser subscribes. */
  readonly publicKey: string;
  /** True for the address of a subscription at a known push service. */
  takes(endpoint: unknown): endpoint is string;
  ring(endpoint: string): Promise<RingOutcome>;
  close(): Promise<void>;
};

/** The answer to a ring. `gone`: the subscription has ended. `later`: `afterMs` is the pause that the service asks for. */
export type RingOutcome =
  | { readonly type: 'rung' }
  | { readonly type: 'gone' }
  | { readonly type: 'later'; readonly why: string; readonly afterMs: number }
  | { readonly type: 'refused'; readonly why: string };

type Settings = {
  /** The city's secret, of which the key is derived. */
  readonly secret: string;
  /** The configured origin of this server. */
  readonly site: string | undefined;
  /** The origin of one further push service. */
  readonly further?: string | undefined;
};

/** The server calls these hosts and their subdomains alone: an address from a browser must not lead it elsewhere. */
const SERVICES = ['fcm.googleapis.com', 'push.services.mozilla.com', 'push.apple.com', 'notify.windows.com'] as const;
const ENDPOINT_MAX = 1024;
/** Push services with open connections; of a further one the oldest is closed. */
const SERVICES_OPEN = 20;
const CALL_TIMEOUT_MS = 5000;
/** The service keeps a ring for a phone that is off for this long, s. */
const TTL_S = 86_400;
/** A later ring replaces one that waits at the service. */
const TOPIC = 'anlin';

/** Opens the rings of a city. */
export function openWebPush({ secret, site, further }: Settings): WebPush {
  const key = vapidKeyOf(secret, site?.startsWith('https:') ? site : undefined);
  const clients = new Map<string, Http>();
  const clientOf = (origin: string): Http => {
    const client = clients.get(origin) ?? openHttp(origin);
    clients.delete(origin);
    clients.set(origin, client);
    const [oldest] = clients;
    if (oldest && clients.size > SERVICES_OPEN) {
      clients.delete(oldest[0]);
      void oldest[1].close();
    }
    return client;
  };
  return {
    publicKey: key.publicKey,
    takes(endpoint): endpoint is string {
      if (typeof endpoint !== 'string' || endpoint.length > ENDPOINT_MAX || !URL.canParse(endpoint)) return false;
      const { protocol, hostname, port, username, password, hash, origin } = new URL(endpoint);
      if (username || password || hash) return false;
      if (origin === further) return true;
      const isKnown = SERVICES.some((host) => hostname === host || hostname.endsWith(`.${host}`));
      return isKnown && protocol === 'https:' && port === '';
    },
    async ring(endpoint) {
      const { origin, pathname, search } = new URL(endpoint);
      const headers = {
        // The push service reads the time of the world; the demo has a clock of its own.
        authorization: key.authorize(origin, Date.now()),
        ttl: String(TTL_S),
        urgency: 'normal',
        topic: TOPIC,
      };
      try {
        return outcomeOf(await clientOf(origin).post(pathname + search, '', CALL_TIMEOUT_MS, undefined, headers));
      } catch (error) {
        // It may have rung. A second ring would be worse than a missing one.
        if (error instanceof AnswerLost) return { type: 'rung' };
        return { type: 'later', why: error instanceof Error ? error.message : String(error), afterMs: 0 };
      }
    },
    async close() {
      await Promise.all([...clients.values()].map((client) => client.close()));
    },
  };
}

function outcomeOf({
  status,
  retryAfter,
}: {
  readonly status: number;
  readonly retryAfter?: string | undefined;
}): RingOutcome {
  if (status >= 200 && status < 300) return { type: 'rung' };
  if (status === 404 || status === 410) return { type: 'gone' };
  const why = `the push service answered ${status}`;
  if (status !== 429 && status < 500) return { type: 'refused', why };
  return { type: 'later', why, afterMs: (Number(retryAfter) || 0) * 1000 };
}
