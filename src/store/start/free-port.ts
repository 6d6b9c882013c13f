import { createServer } from 'node:net';

/** A node in cluster mode also opens port + 10,000. */
const PORT_MAX = 55_000;

/** Finds a free loopback port. Another program may take it before it is used. */
export function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => (port > PORT_MAX ? freePort().then(done, fail) : done(port)));
    });
  });
}
