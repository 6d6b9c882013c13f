import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A way to Redis that can be cut, slowed or blocked. */
export class RedisProxy {
  port = 0;
  /** How often the connection was cut. */
  cuts = 0;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private cutAfter: ((request: Buffer) => boolean) | undefined;
  private closedDoor = false;
  private silent = false;
  private delayMs = 0;

  private constructor(target: number) {
    this.server = createServer((client) => {
      if (this.closedDoor) return client.destroy();
      const upstream = connect(target, '127.0.0.1');
      const pair = [client, upstream] as const;
      this.pairs.add(pair);
      let cutting = false;
      client.on('data', (request) => {
        if (this.cutAfter?.(request)) {
          this.cutAfter = undefined;
          cutting = true;
        }
        if (this.silent) return;
        this.later(() => upstream.write(request));
      });
      upstream.on('data', (answer) => {
        if (this.silent) return;
        if (!cutting) return this.later(() => client.write(answer));
        // Redis has done it, and nobody hears so.
        this.cuts += 1;
        this.end(pair);
      });
      for (const socket of pair) {
        socket.on('error', () => this.end(pair));
        socket.on('close', () => this.end(pair));
      }
    });
    this.server.on('error', () => {});
  }

  static async to(target: number): Promise<RedisProxy> {
    const proxy = new RedisProxy(target);
    await new Promise<void>((done) => proxy.server.listen(0, '127.0.0.1', done));
    const address = proxy.server.address();
    proxy.port = typeof address === 'object' && address ? address.port : 0;
    return proxy;
  }

  /** Cuts the connection once, after the next request with this text was answered by Redis and before the answer arrives. */
  cutOnce(text: string): void {
    this.cutAfter = (request) => request.includes(text);
  }

  /** Swallows everything without a word: connections stay open and nothing comes back. */
  blackHole(): void {
    this.silent = true;
  }

  /** Ends the silence; what was begun in it is cut, as a router does that comes back. */
  wakeUp(): void {
    this.silent = false;
    for (const pair of this.pairs) this.end(pair);
  }

  /** Everything takes this much longer, each way. */
  slow(ms: number): void {
    this.delayMs = ms;
  }

  /** Lets nobody through, and cuts whoever is. */
  block(): void {
    this.closedDoor = true;
    for (const pair of this.pairs) this.end(pair);
  }

  unblock(): void {
    this.closedDoor = false;
  }

  close(): void {
    this.server.close();
    for (const pair of this.pairs) this.end(pair);
  }

  private later(write: () => unknown): void {
    if (this.delayMs === 0) write();
    else setTimeout(write, this.delayMs);
  }

  private end(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
