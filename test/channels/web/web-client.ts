import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BotBubble } from '../../../src/channels/web/page/chat.ts';
import { apply, EMPTY } from '../../../src/channels/web/page/chat.ts';
import type { ShownEntry } from '../../../src/channels/web/shown.ts';
import { PATIENCE_MS } from '../../patience.ts';

type Call = (request: Request) => Promise<Response>;

/** A browser without a screen: it keeps its cookie and sends its acts one after the other until each is taken. */
export class WebClient {
  cookie: string | undefined;
  private readonly call: Call;
  private readonly origin: string;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(origin: string, call: Call = fetch) {
    this.origin = origin;
    this.call = call;
  }

  request(method: 'GET' | 'POST', path: string, body?: string | Uint8Array, headers: Record<string, string> = {}) {
    return new Request(`${this.origin}${path}`, {
      method,
      headers: {
        host: new URL(this.origin).host,
        ...(method === 'POST' ? { origin: this.origin, 'content-type': 'application/json' } : {}),
        ...(this.cookie ? { cookie: this.cookie } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: body as BodyInit }),
    });
  }

  async send(request: Request): Promise<Response> {
    const answer = await this.call(request);
    const [set] = answer.headers.getSetCookie();
    if (set) this.cookie = set.split(';')[0];
    return answer;
  }

  get(path: string, headers?: Record<string, string>): Promise<Response> {
    return this.send(this.request('GET', path, undefined, headers));
  }

  post(path: string, body: object, headers?: Record<string, string>): Promise<Response> {
    return this.send(this.request('POST', path, JSON.stringify(body), headers));
  }

  hello(): Promise<Response> {
    return this.post('/w/hello', {});
  }

  /** Queues an act; it is sent again until the server takes it. */
  act(kind: string, fields: object = {}, id: string = randomUUID()): Promise<void> {
    const work = async () => {
      for (let tries = 0; tries < 100; tries += 1) {
        if (!this.cookie) await this.hello();
        const { status } = await this.post('/w/in', { id, kind, ...fields });
        if (status === 200) return;
        if (status < 500) throw new Error(`The act was refused with ${status}.`);
        await sleep(20);
      }
      throw new Error('The act was not taken.');
    };
    const done = this.queue.then(work);
    this.queue = done.catch(() => {});
    return done;
  }

  say(text: string): Promise<void> {
    return this.act('text', { text });
  }

  start(payload = ''): Promise<void> {
    return this.act('start', { payload });
  }

  async upload(bytes: Uint8Array, type = 'image/jpeg'): Promise<Response> {
    return this.send(this.request('POST', '/w/file', bytes, { 'content-type': type }));
  }

  async sendPhoto(bytes: Uint8Array): Promise<void> {
    const { file } = (await (await this.upload(bytes)).json()) as { file: string };
    await this.act('photo', { file });
  }

  async log(after = 0): Promise<{ known: boolean; entries: ShownEntry[]; lost: boolean }> {
    return (await (await this.get(`/w/log?after=${after}`)).json()) as never; // the server's own answer
  }

  /** Tells the server that the page has shown everything. */
  async saw(): Promise<Response> {
    return this.post('/w/seen', { n: (await this.log()).entries.at(-1)?.n ?? 0 });
  }

  /** What the page shows now. */
  async bubbles(): Promise<readonly BotBubble[]> {
    return apply(EMPTY, (await this.log()).entries).bubbles;
  }

  /** Waits until the newest message matches, and returns it. */
  sees(what: RegExp, ms?: number): Promise<BotBubble> {
    return this.until((shown) => (what.test(shown.at(-1)?.text ?? '') ? shown.at(-1) : undefined), what, ms);
  }

  /** Waits until any message matches: another one may follow it at any moment. */
  hasSeen(what: RegExp, ms?: number): Promise<BotBubble> {
    return this.until((shown) => shown.findLast(({ text }) => what.test(text)), what, ms);
  }

  private async until(
    find: (shown: readonly BotBubble[]) => BotBubble | undefined,
    what: RegExp,
    ms = PATIENCE_MS,
  ): Promise<BotBubble> {
    const end = Date.now() + ms;
    for (;;) {
      const shown = await this.bubbles();
      const found = find(shown);
      if (found) return found;
      if (Date.now() > end) throw new Error(`Waited for ${what}; the page shows: ${shown.at(-1)?.text}`);
      await sleep(15);
    }
  }

  /** Taps a button of the newest message that has it. */
  async tap(label: string): Promise<void> {
    for (const { n, choices = [] } of (await this.bubbles()).toReversed()) {
      const found = choices.flat().find((one) => one.label.includes(label));
      if (found) return this.act('choice', { choice: found.id, ref: String(n) });
    }
    throw new Error(`No message has the button ${label}.`);
  }
}
