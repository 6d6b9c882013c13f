import type { RequestListener } from 'node:http';
import type { Log } from '../log.ts';
import { createServer } from '../node-http.ts';
import { loadOnce } from '../on-use.ts';
import { secureAnswers } from '../security-headers.ts';

/** At the end, calls under way have this long, ms. */
const FINISH_MS = 5000;

/** The running web server and its actual port. */
export type WebServer = { readonly port: number; close(): Promise<void> };

type WebServerSettings = {
  readonly host: string;
  readonly port: number;
  /** Loaded at the first call: a bot that no one calls does not carry them. */
  readonly routes: () => Promise<RequestListener>;
  readonly log: Log;
};

/** Serves all of the product's HTTP on `host`. A proxy in front terminates TLS. Rejects if the port is taken. */
export function openWebServer({ host, port, routes, log }: WebServerSettings): Promise<WebServer> {
  const listener = loadOnce(routes);
  const server = createServer(async (request, response) => {
    try {
      (await listener())(request, response);
    } catch (error) {
      log.error({ err: error }, 'the pages could not be loaded');
      response.writeHead(500).end('Something went wrong here.');
    }
  });
  secureAnswers(server);
  const close = () => {
    // A client that does not read its answer must not hold up the end.
    const cut = setTimeout(() => server.closeAllConnections(), FINISH_MS);
    return new Promise<void>((closed) => server.close(() => closed())).finally(() => clearTimeout(cut));
  };
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      const address = server.address();
      done({ port: typeof address === 'object' && address ? address.port : port, close });
    });
  });
}
