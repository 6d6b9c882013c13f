import { setTimeout as sleep } from 'node:timers/promises';
import type { FormAnswer, PostedForm } from '../../src/console/forms.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';

export const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

let nextAddress = 1;

type Answer = { readonly status: number; readonly headers: Headers; readonly body: Record<string, unknown> };

/** A browser that calls the console's API as its pages do, and keeps cookies. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly origin: string;
  /** An address of its own, as a proxy on this machine would name it. */
  private readonly address = `198.51.100.${nextAddress++}`;

  constructor(app: Pick<TestApp, 'running'>) {
    this.origin = `http://127.0.0.1:${app.running.web.port}`;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('GET', path, undefined, headers);
  }

  post(path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', path, body, headers);
  }

  /** The same person's tab with these cookies instead. */
  with(cookies: Readonly<Record<string, string | undefined>>): this {
    this.cookies.clear();
    for (const [name, value] of Object.entries(cookies)) this.cookies.set(name, value ?? '');
    return this;
  }

  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path, {});
  }

  async call(method: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const cookie = this.cookie();
    const answer = await fetch(`${this.origin}/console/api${path}`, {
      method,
      headers: {
        'user-agent': CHROME,
        'x-forwarded-for': this.address,
        ...(body ? { 'content-type': 'application/json', 'x-anlin-page': '1' } : {}),
        ...(cookie ? { cookie } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : { text },
    };
  }

  /** Posts a form of the console; a photo goes along where an input names one. */
  async form(flow: string, form: PostedForm, photo?: Blob): Promise<FormAnswer> {
    const hasPhoto = photo !== undefined && form.inputs.some((input) => 'photo' in input);
    if (!hasPhoto) return (await this.post(`/talks/${flow}`, form)).body as FormAnswer;
    const body = new FormData();
    body.set('form', JSON.stringify(form));
    body.append('photo', photo, 'photo.jpg');
    return (await this.postFiles(`/talks/${flow}`, body)).body as FormAnswer; // the console's own answer
  }

  /** Posts a form with a file. */
  async upload(
    path: string,
    fields: Readonly<Record<string, Blob | string>>,
  ): Promise<Pick<Answer, 'status' | 'body'>> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value === 'string') body.append(name, value);
      else body.append(name, value, `${name}.csv`);
    }
    return this.postFiles(path, body);
  }

  private async postFiles(path: string, body: FormData): Promise<Pick<Answer, 'status' | 'body'>> {
    const headers = { 'x-anlin-page': '1', cookie: this.cookie() };
    const answer = await fetch(`${this.origin}/console/api${path}`, { method: 'POST', headers, body });
    return { status: answer.status, body: (await answer.json()) as Answer['body'] };
  }

  private cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split('=');
    if (attributes.includes('Max-Age=0')) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

const LOOK_EVERY_MS = 10;

/** Does something, and waits until the bot says this in a message that is newer. Returns what the deed gave. */
export async function told<T>(phone: Phone, what: RegExp, act: () => Promise<T>): Promise<T> {
  const last = (await phone.messages()).at(-1)?.message_id ?? 0;
  const done = await act();
  const until = Date.now() + PATIENCE_MS;
  while (!(await phone.messages(last)).some(({ from, text = '' }) => from === 'bot' && what.test(text))) {
    if (Date.now() > until) throw new Error(`No new message matched ${what}.`);
    await sleep(LOOK_EVERY_MS);
  }
  return done;
}

/** Asks the bot for a link, and returns the token in it. */
export async function linkOf(phone: Phone): Promise<string> {
  await told(phone, /5 分钟内有效/, () => phone.say('后台'));
  // News may follow the link.
  const { text = '' } = await phone.hasSeen(/5 分钟内有效/);
  return /#t=(\S+)/.exec(text)?.[1] ?? '';
}

/** Opens the Mini App on a phone, and returns its launch data. */
export async function initDataOf({ simulator }: Pick<TestApp, 'simulator'>, { id }: Phone): Promise<string> {
  const answer = await fetch(`${simulator.url}/sim/people/${id}/web_app`, { method: 'POST' });
  return ((await answer.json()) as { readonly init_data: string }).init_data; // the simulator's own answer
}

/** Gives up all own roles in the chat. */
export async function leaveStaff(phone: Phone): Promise<void> {
  await phone.say('/leave');
  await told(phone, /不再是/, () => phone.tap('不做了'));
}

/** Signs in by link and number. */
export async function signIn(app: Pick<TestApp, 'running'>, phone: Phone): Promise<Browser> {
  const browser = new Browser(app);
  const token = await linkOf(phone);
  const { body } = await told(phone, /请点网页上显示的数字/, () => browser.post('/sign-in/link', { token }));
  await told(phone, /对上了/, () => phone.tap(String(body.number)));
  await browser.post('/sign-in/wait');
  return browser;
}

/** Steps a session up: by the code of a second factor, where the person has one, and by the number. */
export async function stepUp(phone: Phone, browser: Browser, code?: string): Promise<unknown> {
  const ask = () => browser.post('/step-up', code === undefined ? {} : { code });
  const { body } = await told(phone, /要紧的事/, ask);
  await told(phone, /对上了/, () => phone.tap(String(body.number)));
  return (await browser.post('/sign-in/wait')).body.state;
}

/** Reads base32 as an app does, apart from the code under test. */
export function bytesOf(secret: string): Buffer {
  const bits = [...secret.replaceAll(' ', '')]
    .map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0'))
    .join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
