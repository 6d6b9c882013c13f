import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomFrom as sameRowFrom } from '../../src/random.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export type Ended = { readonly code: number | null; readonly signal: string | null; readonly output: string };

/** The bot in a process of its own, as an operator runs it, with a supervisor that starts it again when it dies. */
export class BotProcess {
  output = '';
  deaths = 0;
  private child: ChildProcess | undefined;
  private supervised = true;
  private readonly env: Record<string, string>;
  private readonly folder: string;

  constructor(folder: string, env: Record<string, string>) {
    this.folder = folder;
    this.env = env;
    mkdirSync(folder, { recursive: true });
  }

  /** Starts it; `once` is only in the environment of this first life. */
  start(once: Record<string, string> = {}): void {
    // In a folder of its own, so that a developer's .env does not reach the test.
    const env = { PATH: process.env.PATH ?? '', ...FAST, ...this.env, ...once };
    const child = spawn(process.execPath, [MAIN], { cwd: this.folder, env });
    this.child = child;
    child.stdout?.on('data', (bytes) => {
      this.output += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      this.output += bytes;
    });
    child.once('exit', () => {
      if (this.child !== child || !this.supervised) return;
      this.deaths += 1;
      this.start();
    });
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child?.kill(signal);
  }

  async untilReady(): Promise<void> {
    const end = Date.now() + 20_000;
    while (!this.output.includes('is running')) {
      if (Date.now() > end) throw new Error(`The bot did not start:\n${this.output}`);
      await sleep(20);
    }
  }

  /** Ends it in order, or with a kill, and waits for it. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.supervised = false;
    return this.ended(() => this.kill(signal));
  }

  /** Waits until it ends by itself. */
  async runToEnd(): Promise<Ended> {
    this.supervised = false;
    this.start();
    return this.ended(() => {});
  }

  private ended(act: () => void): Promise<Ended> {
    const { child } = this;
    return new Promise((done) => {
      if (!child || child.exitCode !== null || child.signalCode !== null) {
        return done({ code: child?.exitCode ?? null, signal: child?.signalCode ?? null, output: this.output });
      }
      child.once('close', (code, signal) => done({ code, signal, output: this.output }));
      act();
    });
  }
}

/** What the pace and the chat limit would cost a test of something else. */
const FAST = { SEND_RATE: '100000', SEND_RATE_BULK: '100000', SEND_RATE_CHAT: '100000', LOG_LEVEL: 'warn', PORT: '0' };

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Whole numbers below a bound that look random and come again with the same seed. */
export function randomFrom(seed: number): (below: number) => number {
  const random = sameRowFrom(seed);
  return (below) => Math.floor(random() * below);
}

/** The seed of this run, printed so that a failure can be played again: SEED=123 npm test. */
export function seedOf(name: string): number {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 1e6));
  console.log(`${name}: SEED=${seed}`);
  return seed;
}
