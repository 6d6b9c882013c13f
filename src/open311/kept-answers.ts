import type { Context, MiddlewareHandler } from 'hono';

/** Bounds of the kept answers: their number, the bytes of one, and the bytes of all. */
const ANSWERS_MAX = 200;
const ANSWER_MAX_BYTES = 2_000_000;
const ALL_MAX_BYTES = 16_000_000;

type Answer = { readonly until: number; readonly body: Uint8Array<ArrayBuffer>; readonly headers: Headers };

type KeptAnswersSettings = {
  /** How long an answer serves further callers, ms; 0: not at all. */
  readonly keptMs: number;
  /** The origin of the links in answers. */
  readonly origin: (c: Context) => string;
  readonly clock?: () => number;
};

/**
 * Serves equal reads without an API key from one answer for seconds; calls at the same time wait for one reading. An answer
 * depends on path, query and origin only, so it needs no Vary. With a key, and for errors, nothing is kept here or by the caller.
 */
export function keptAnswers({
  keptMs,
  origin,
  clock = () => performance.now(),
}: KeptAnswersSettings): MiddlewareHandler {
  const kept = new Map<string, Answer>();
  const underWay = new Map<string, Promise<Answer | undefined>>();
  let bytes = 0;

  const drop = (key: string) => {
    bytes -= kept.get(key)?.body.length ?? 0;
    kept.delete(key);
  };
  const keep = (key: string, answer: Answer) => {
    drop(key);
    kept.set(key, answer);
    bytes += answer.body.length;
    // All are kept equally long, so the oldest end first.
    for (const [other, { until }] of kept) {
      if (until > clock() && kept.size <= ANSWERS_MAX && bytes <= ALL_MAX_BYTES) break;
      drop(other);
    }
  };
  const respond = (c: Context, { until, body, headers }: Answer) => {
    const seconds = Math.max(0, Math.ceil((until - clock()) / 1000));
    const own = Object.fromEntries(headers);
    return c.body(body, 200, { 'cache-control': `public, max-age=${seconds}`, ...own });
  };

  return async (c, next) => {
    if (!['GET', 'HEAD'].includes(c.req.method) || keptMs === 0) return next();
    if (c.req.queries('api_key')) {
      await next();
      c.header('cache-control', 'no-store');
      return;
    }
    const key = keyOf(c, origin(c));
    const other = underWay.get(key);
    const shared = other ? await other : kept.get(key);
    if (shared && shared.until > clock()) return respond(c, shared);

    const { promise, resolve } = Promise.withResolvers<Answer | undefined>();
    underWay.set(key, promise);
    let answer: Answer | undefined;
    try {
      await next();
      answer = await answerOf(c, clock() + keptMs);
      if (answer && answer.body.length <= ANSWER_MAX_BYTES) keep(key, answer);
    } finally {
      if (underWay.get(key) === promise) underWay.delete(key);
      resolve(answer);
    }
    if (!answer) c.header('cache-control', 'no-store');
    // The response of the reading itself is replaced, so that it says the same as those that follow.
    else c.res = respond(c, answer);
  };
}

/** The same reads have the same key, whatever the order of their parameters. */
function keyOf(c: Context, origin: string): string {
  const query = new URL(c.req.url).searchParams;
  query.sort();
  return `${origin} ${c.req.path}?${query}`;
}

async function answerOf({ res }: Context, until: number): Promise<Answer | undefined> {
  if (res.status !== 200) return undefined;
  const body = new Uint8Array(await res.clone().arrayBuffer());
  const headers = new Headers();
  for (const name of ['content-type', 'cache-control']) {
    const value = res.headers.get(name);
    if (value) headers.set(name, value);
  }
  return { until, body, headers };
}
