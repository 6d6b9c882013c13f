import type { SeenMessage } from '../src/demo/tencent/seen-messages.ts';
import { PATIENCE_MS } from './patience.ts';

/** A phone in the simulator of WeChat or WeCom. */
export class PlatformPhone {
  readonly id: string;
  private readonly url: string;

  protected constructor(url: string, id: string) {
    this.url = url;
    this.id = id;
  }

  /** Adds a person; returns the id. */
  protected static async join(url: string, body: object): Promise<string> {
    return (await post<{ readonly id: string }>(`${url}/sim/people`, body)).id;
  }

  /** Sends a message, taps, scans, follows: any act by its name; throws the simulator's words of a refusal. */
  act<T = { readonly ok: true }>(act: string, body: object = {}): Promise<T> {
    return post(`${this.url}/sim/people/${this.id}/${act}`, body);
  }

  send(body: object): Promise<{ readonly message_id: number }> {
    return this.act('send', body);
  }

  say(text: string): Promise<{ readonly message_id: number }> {
    return this.send({ text });
  }

  async messages(): Promise<readonly SeenMessage[]> {
    const response = await fetch(`${this.url}/sim/people/${this.id}/messages`);
    return (await response.json()) as readonly SeenMessage[]; // the simulator's own answer
  }

  async newest(): Promise<SeenMessage | undefined> {
    return (await this.messages()).at(-1);
  }

  /** Waits until the newest message matches, and returns it. What the person wrote does not count. */
  async sees(pattern: RegExp, ms = PATIENCE_MS): Promise<SeenMessage> {
    const end = Date.now() + ms;
    for (let since = -1; Date.now() < end; ) {
      const response = await fetch(`${this.url}/sim/changes?since=${since}`, { signal: AbortSignal.timeout(ms) });
      since = ((await response.json()) as { changes: number }).changes; // the simulator's own answer
      const last = (await this.messages()).findLast(({ from }) => from !== 'person');
      if (last && pattern.test(last.text ?? last.card?.title ?? '')) return last;
    }
    throw new Error(`Waited ${ms} ms for ${pattern}. The phone shows: ${JSON.stringify(await this.messages())}`);
  }
}

async function post<T>(url: string, body: object): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${(answer as { description?: string }).description}`);
  return answer as T; // the simulator's own answer
}
