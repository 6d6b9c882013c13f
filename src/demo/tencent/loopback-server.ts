import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { createServer } from '../../node-http.ts';
import { secureAnswers } from '../../security-headers.ts';
import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { sendRefusal } from '../simulator/send-json.ts';
import type { Fields } from './platform-json.ts';

type Route = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** A server that can refuse connections for a while. */
export type LoopbackServer = {
  readonly url: string;
  /** Refuses connections until the returned function is called. */
  stopListening(): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

/** Starts a server on loopback, which needs no password. */
export async function startLoopbackServer(port: number, route: Route): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    Promise.resolve()
      .then(() => refuseStrangers(request))
      .then(() => route(request, response, url))
      .catch((error) => sendRefusal(response, error));
  });
  secureAnswers(server);
  const bound = await listen(server, port);
  const stop = async () => {
    if (!server.listening) return;
    const closed = new Promise((done) => server.close(done));
    server.closeAllConnections();
    await closed;
  };
  return {
    url: `http://127.0.0.1:${bound}`,
    close: stop,
    stopListening: async () => {
      await stop();
      // Meanwhile clients of this process see that their kept connections are closed.
      await isRefused(bound);
      return async () => void (server.listening || (await listen(server, bound)));
    },
  };
}

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/** Refuses calls that a web page elsewhere makes through this machine's browser. */
function refuseStrangers({ headers: { host = '', origin } }: IncomingMessage): void {
  if (!LOOPBACK.test(host)) throw new ApiRefusal(403, 'Forbidden: the simulator is reached as 127.0.0.1');
  if (origin !== undefined && origin !== `http://${host}`)
    throw new ApiRefusal(403, 'Forbidden: the call comes from another page');
}

/** Reads the JSON of a call below /sim. */
export function readSimJson(type: string | undefined, text: string): Fields {
  if (text === '') return {};
  // A page elsewhere can send other types without asking first.
  if (!/^application\/json\b/.test(type ?? ''))
    throw new ApiRefusal(415, 'Unsupported Media Type: send application/json');
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null) return body as Fields; // each reader checks its fields
  } catch {
    // The refusal below covers invalid JSON.
  }
  throw badRequest("can't parse JSON object");
}

/** Resolves once a connection to the port fails. */
function isRefused(port: number): Promise<void> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => socket.destroy());
    socket.on('error', () => {});
    socket.on('close', () => done());
  });
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', fail);
      const address = server.address();
      done(typeof address === 'object' && address ? address.port : port);
    });
  });
}
