import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { OUTER_KEY } from '../outer-key.ts';
import { BOT_BUNDLE } from './bot-bundle.ts';

/** The end of a process. `output` is everything it printed. */
export type Ended = { readonly code: number | null; readonly signal: string | null; readonly output: string };

/** The bot in a process of its own. A supervisor starts it again when it dies. */
export class BotProcess {
  output = '';
  deaths = 0;
  /** Added to the environment of the next process alone. */
  next: Record<string, string> = {};
  private child: ChildProcess | undefined;
  private supervised = true;
  private readonly env: Record<string, string>;
  private readonly folder: string;

  constructor(folder: string, env: Record<string, string>) {
    this.folder = folder;
    this.env = env;
    mkdirSync(folder, { recursive: true });
  }

  /** Starts the bot. `once` is in the environment of this process only, not of its successors. */
  start(once: Record<string, string> = {}): void {
    // The folder is its own, so that a developer's .env does not reach the test.
    const env = { PATH: process.env.PATH ?? '', ...TEST_ENV, ...this.env, ...once };
    const child = spawn(process.execPath, [BOT_BUNDLE], { cwd: this.folder, env });
    this.child = child;
    child.stdout?.on('data', (bytes) => {
      this.output += bytes;
    });
    child.stderr?.on('data', (bytes) => {
      this.output += bytes;
    });
    // A bot that dies after its test finds its folder gone.
    child.once('error', (error) => {
      this.output += error.message;
    });
    child.once('exit', () => {
      if (this.child !== child || !this.supervised) return;
      this.deaths += 1;
      const once = this.next;
      this.next = {};
      this.start(once);
    });
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.child?.kill(signal);
  }

  untilReady(): Promise<void> {
    return this.untilItPrints('is running');
  }

  async untilItPrints(text: string): Promise<void> {
    const end = Date.now() + 60_000;
    while (!this.output.includes(text)) {
      if (Date.now() > end) throw new Error(`The bot did not print “${text}”:\n${this.output}`);
      await sleep(20);
    }
  }

  /** Ends the bot by a signal and waits for its exit. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Ended> {
    this.supervised = false;
    return this.ended(() => this.kill(signal));
  }

  /** Starts the bot and waits until it ends by itself. */
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

/** No pace and no chat limit: only tests of the pace need them. */
const TEST_ENV = {
  // The bots of one stage share a store, but not a folder with a key file.
  DATA_KEY: OUTER_KEY.key,
  SEND_RATE: '100000',
  SEND_RATE_BULK: '100000',
  SEND_RATE_CHAT: '100000',
  LOG_LEVEL: 'warn',
  PORT: '0',
  NODE_COMPILE_CACHE: COMPILE_CACHE,
};
