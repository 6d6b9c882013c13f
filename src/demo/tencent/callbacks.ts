import { setTimeout as sleep } from 'node:timers/promises';
import type { CallbackKeys, SealedMessage } from '../../channels/wechat/message-crypto.ts';
import { sealMessage, signatureOf } from '../../channels/wechat/message-crypto.ts';
import { readReply } from './passive-reply.ts';
import type { XmlContent } from './xml.ts';
import { xml } from './xml.ts';

/** The product must answer a callback within this time; a try after a failed one begins when it is over. */
export const ANSWER_WITHIN_MS = 5000;
const TRIES = 3;
const ANSWER_MAX_BYTES = 65_536;

/** The differences between the callbacks of WeChat and WeCom. */
export type CallbackForm = {
  /** The query of a POST. */
  readonly query: (sealed: SealedMessage, from: string, plainSignature: string) => Readonly<Record<string, string>>;
  /** Elements of the envelope besides the ciphertext. */
  readonly envelope: { readonly [name: string]: XmlContent };
  /** WeCom encrypts the challenge of the address check; WeChat sends it in the clear. */
  readonly sealsChallenge: boolean;
  readonly checkWithinMs: number;
};

/** A callback that was posted. `tries`: answers or failures so far. */
export type Delivery = {
  readonly n: number;
  readonly person: string;
  readonly about: string;
  readonly outcome: 'open' | 'taken' | 'lost';
  /** The reason of each refused try. */
  readonly refusals: readonly string[];
};

/** A callback to post. `onReply` gets the text of a passive reply; `onLost` runs after the third failed try. */
export type Callback = {
  readonly person: string;
  readonly about: string;
  readonly message: { readonly [name: string]: XmlContent | undefined };
  readonly onReply: (text: string) => void;
  readonly onLost: () => void;
};

type Options = {
  readonly keys: CallbackKeys;
  readonly form: CallbackForm;
  readonly now: () => number;
  readonly answerWithinMs: number;
};

/** Posts encrypted callbacks to the product: 5 s, three tries of the same bytes, any number at the same time. */
export class Callbacks {
  readonly deliveries: Delivery[] = [];
  private url: string | undefined;
  private readonly options: Options;
  private readonly closing = new AbortController();

  constructor(options: Options) {
    this.options = options;
  }

  /** Checks an address as the platform does when it is entered. Returns the reason of a refusal, else keeps it. */
  async setUrl(url: string): Promise<string | undefined> {
    const { keys, form } = this.options;
    const challenge = String(Math.floor(Math.random() * 1e15));
    const sealed = sealMessage(challenge, keys, this.fields());
    const { timestamp, nonce } = sealed;
    const query = form.sealsChallenge
      ? { msg_signature: sealed.signature, timestamp, nonce, echostr: sealed.encrypted }
      : { signature: signatureOf(keys.token, sealed), timestamp, nonce, echostr: challenge };
    const answer = await this.call(withQuery(url, query), {}, form.checkWithinMs);
    if (typeof answer === 'string') return answer;
    if (answer.body !== challenge) return 'another answer than echostr';
    this.keepUrl(url);
    return undefined;
  }

  /** Keeps an address that has passed the check. */
  keepUrl(url: string): void {
    this.url = url;
  }

  /** Posts a callback as many times at once as `copies` says. Without an address, nothing is posted. */
  post(callback: Callback, copies = 1): void {
    const { keys, form } = this.options;
    const { url } = this;
    if (!url) return;
    const sealed = sealMessage(xml(callback.message), keys, this.fields());
    const address = withQuery(url, form.query(sealed, callback.person, signatureOf(keys.token, sealed)));
    const body = xml({ ...form.envelope, Encrypt: sealed.encrypted });
    for (let i = 0; i < copies; i += 1) void this.deliver(callback, address, body);
  }

  close(): void {
    this.closing.abort();
  }

  private async deliver(callback: Callback, address: string, body: string): Promise<void> {
    const { person, about } = callback;
    const n = this.deliveries.length;
    const note = (outcome: Delivery['outcome'], refusals: readonly string[]) => {
      this.deliveries[n] = { n: n + 1, person, about, outcome, refusals };
    };
    const refusals: string[] = [];
    note('open', []);
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const next = Date.now() + this.options.answerWithinMs;
      const refusal = await this.attempt(callback, address, body);
      if (this.closing.signal.aborted) return;
      if (refusal === undefined) return note('taken', refusals);
      refusals.push(refusal);
      note('open', [...refusals]);
      if (attempt < TRIES) await this.until(next);
      if (this.closing.signal.aborted) return;
    }
    note('lost', refusals);
    callback.onLost();
  }

  /** Posts once. Returns the reason if the platform does not take the answer. */
  private async attempt(callback: Callback, address: string, body: string): Promise<string | undefined> {
    const post = { method: 'POST', headers: { 'content-type': 'text/xml' }, body };
    const answer = await this.call(address, post, this.options.answerWithinMs);
    if (typeof answer === 'string') return answer;
    if (answer.body === '' || answer.body === 'success') return undefined;
    const text = readReply(answer.body, this.options.keys);
    if (text === undefined) return 'the answer is neither empty, success nor an encrypted reply';
    callback.onReply(text);
    return undefined;
  }

  /** Returns the body of an answer with HTTP 200 in time, else the reason. */
  private async call(url: string, init: RequestInit, withinMs: number): Promise<{ readonly body: string } | string> {
    const signal = AbortSignal.any([AbortSignal.timeout(withinMs), this.closing.signal]);
    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      const bytes = await response.arrayBuffer();
      if (response.status !== 200) return `HTTP ${response.status}`;
      return bytes.byteLength > ANSWER_MAX_BYTES ? 'too long an answer' : { body: Buffer.from(bytes).toString() };
    } catch (error) {
      return signal.aborted ? `no answer in ${withinMs} ms` : `no connection: ${error}`;
    }
  }

  private fields() {
    const timestamp = String(Math.floor(this.options.now() / 1000));
    return { timestamp, nonce: String(Math.floor(Math.random() * 1e10)) };
  }

  private async until(at: number): Promise<void> {
    await sleep(Math.max(0, at - Date.now()), undefined, { signal: this.closing.signal }).catch(() => {});
  }
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}
