import type { SeenMessage } from '../src/demo/wechat/seen-messages.ts';

/** A person with WeChat on a phone; all she can do goes through the /sim calls of the simulator. */
export class WechatPhone {
  readonly openid: string;
  private readonly url: string;

  private constructor(url: string, openid: string) {
    this.url = url;
    this.openid = openid;
  }

  /** A new phone whose owner follows the account, unless `follows` is false. */
  static async of(url: string, { name = '周阿姨', follows = true } = {}): Promise<WechatPhone> {
    const { id } = await post<{ id: string }>(`${url}/sim/people`, { name });
    const phone = new WechatPhone(url, id);
    if (follows) await phone.act('follow');
    return phone;
  }

  /** Sends a message, taps, scans, follows: any act by its name; throws the simulator's words of a refusal. */
  act<T = { readonly ok: true }>(act: string, body: object = {}): Promise<T> {
    return post(`${this.url}/sim/people/${this.openid}/${act}`, body);
  }

  send(body: object): Promise<{ readonly message_id: number }> {
    return this.act('send', body);
  }

  say(text: string): Promise<{ readonly message_id: number }> {
    return this.send({ text });
  }

  /** Taps the newest link with this text. */
  async tap(link: string): Promise<{ readonly url?: string }> {
    const message = (await this.messages()).findLast(({ links }) => links.some(({ text }) => text === link));
    if (!message) throw new Error(`No message has a link “${link}”.`);
    return this.act('tap', { message_id: message.message_id, link });
  }

  async messages(): Promise<readonly SeenMessage[]> {
    const response = await fetch(`${this.url}/sim/people/${this.openid}/messages`);
    return (await response.json()) as readonly SeenMessage[]; // the simulator's own answer
  }

  async newest(): Promise<SeenMessage | undefined> {
    return (await this.messages()).at(-1);
  }

  /** Waits until the newest message matches, and returns it. */
  async sees(pattern: RegExp, ms = 8000): Promise<SeenMessage> {
    const end = Date.now() + ms;
    for (let since = -1; Date.now() < end; ) {
      const response = await fetch(`${this.url}/sim/changes?since=${since}`, { signal: AbortSignal.timeout(ms) });
      since = ((await response.json()) as { changes: number }).changes; // the simulator's own answer
      const last = await this.newest();
      if (last && pattern.test(last.text ?? '')) return last;
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
