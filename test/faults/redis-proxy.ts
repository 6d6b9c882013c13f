import type { Server, Socket } from 'node:net';
import { connect, createServer } from 'node:net';

/** A TCP proxy before Redis that a test can cut, slow down, silence or block. */
export class RedisProxy {
  port = 0;
  /** Number of connections that `cutOnce` has cut. */
  cuts = 0;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private cutAfter: ((request: Buffer) => boolean) | undefined;
  private refusing = false;
  private silent = false;
  private delayMs = 0;
  private dueAt = 0;
  private delayed = 0;

  private target: number;

  private constructor(target: number) {
    this.target = target;
    this.server = createServer((client) => {
      if (this.refusing) return client.destroy();
      const upstream = connect(this.target, '127.0.0.1');
      const pair = [client, upstream] as const;
      this.pairs.add(pair);
      let cutting = false;
      client.on('data', (request) => {
        if (this.cutAfter?.(request)) {
          this.cutAfter = undefined;
          cutting = true;
        }
        if (this.silent) return;
        this.pass(() => upstream.write(request));
      });
      upstream.on('data', (answer) => {
        if (this.silent) return;
        if (!cutting) return this.pass(() => client.write(answer));
        // Redis has run the command, and its answer is lost.
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

  /** Cuts one connection: Redis runs the next request with this text, and its answer is lost. */
  cutOnce(text: string): void {
    this.cutAfter = (request) => request.includes(text);
  }

  /** Drops all data in both directions; connections stay open. */
  dropAll(): void {
    this.silent = true;
  }

  /** Passes data again. Connections from the time of silence are cut, as by a router that restarts. */
  passAgain(): void {
    this.silent = false;
    for (const pair of this.pairs) this.end(pair);
  }

  /** Leads new connections to another server; open ones stay. */
  leadTo(target: number): void {
    this.target = target;
  }

  /** Delays data in each direction, ms. */
  delay(ms: number): void {
    this.delayMs = ms;
  }

  /** Cuts all connections and refuses new ones. */
  block(): void {
    this.refusing = true;
    for (const pair of this.pairs) this.end(pair);
  }

  unblock(): void {
    this.refusing = false;
  }

  close(): void {
    this.server.close();
    for (const pair of this.pairs) this.end(pair);
  }

  private pass(write: () => unknown): void {
    // Bytes keep their order also after the delay was changed.
    this.dueAt = Math.max(this.dueAt, performance.now() + this.delayMs);
    const wait = this.dueAt - performance.now();
    if (wait <= 0 && this.delayed === 0) return void write();
    this.delayed += 1;
    setTimeout(() => {
      this.delayed -= 1;
      write();
    }, wait);
  }

  private end(pair: readonly [Socket, Socket]): void {
    this.pairs.delete(pair);
    for (const socket of pair) socket.destroy();
  }
}
