import type { Server } from 'node:http';
import { createServer } from 'node:http';

/** A callback as it reached the product. */
export type Received = {
  readonly query: URLSearchParams;
  readonly body: string;
  readonly type: string;
};
/** An answer of the product. `hang`: none at all. */
export type Answer = { readonly status?: number; readonly body?: string; readonly hang?: true };

/** A stand-in for the product: it keeps every callback and answers as a test says. */
export type Product = {
  readonly url: string;
  readonly received: readonly Received[];
  /** Sets how the next callbacks are answered, one after the other; the last answer stays. */
  answers(...answers: readonly (Answer | (() => Promise<Answer>))[]): void;
  close(): Promise<void>;
};

/** Starts a stand-in. `challenge` answers the check of the address. */
export async function startProduct(challenge: (query: URLSearchParams) => string | Promise<string>): Promise<Product> {
  const received: Received[] = [];
  let planned: readonly (Answer | (() => Promise<Answer>))[] = [{ body: 'success' }];
  const server: Server = createServer(async (request, response) => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://product');
    if (request.method === 'GET') {
      response.end(await challenge(query));
      return;
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const [next = { body: 'success' }, ...others] = planned;
    if (others.length > 0) planned = others;
    received.push({ query, body, type: request.headers['content-type'] ?? '' });
    const answer = typeof next === 'function' ? await next() : next;
    if (!answer.hang) response.writeHead(answer.status ?? 200).end(answer.body ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/callback`,
    received,
    answers: (...answers) => {
      planned = answers;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
