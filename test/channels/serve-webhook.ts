import { createServer } from 'node:http';
import type { Channel } from '../../src/channels/channel.ts';

/** A small server that hands a platform's calls to the webhook of a channel. */
export async function serveWebhook({ webhook }: Channel): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const body = request.method === 'POST' ? { body: Buffer.concat(chunks) } : {};
    const call = new Request(`http://x${request.url}`, { method: request.method ?? 'GET', ...body });
    const answer = await webhook?.handle(call).catch(() => new Response(null, { status: 503 }));
    response.writeHead(answer?.status ?? 404).end((await answer?.text()) ?? '');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number }; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}${webhook?.path ?? '/'}`,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
