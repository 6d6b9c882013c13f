import wecom from '@wecom/crypto';
import type { WecomSettings, WecomSimulator } from '../../../src/demo/wecom/server.ts';
import { startWecomSimulator } from '../../../src/demo/wecom/server.ts';
import { WecomPhone } from '../../wecom-phone.ts';
import { secondsToMorning } from '../tencent/morning.ts';
import type { Product, Received } from '../tencent/product.ts';
import { startProduct } from '../tencent/product.ts';

/** An answer of WeCom's API. */
export type Answer = { readonly errcode?: number; readonly errmsg?: string; readonly [field: string]: unknown };
type CallOptions = { readonly token?: string | null; readonly method?: string; readonly query?: string };

/** A simulator with a stand-in for the product, and one member. */
export type Stage = {
  readonly simulator: WecomSimulator;
  readonly product: Product;
  readonly phone: WecomPhone;
  /** Fetches the current token. */
  token(): Promise<string>;
  /** Makes a call of the API with the current token. */
  call(path: string, body: object | string, options?: CallOptions): Promise<Answer>;
  /** Sends a message to the member. */
  send(msgtype: string, content: object, change?: object): Promise<Answer>;
  /** Moves the clock. */
  passes(seconds: number): void;
  /** The XML of a callback, decrypted by a package of another author. */
  opened(received: Received | undefined): string;
  close(): Promise<void>;
};

/** Opens a stage whose callbacks reach the stand-in. */
export async function openStage(settings: Partial<WecomSettings> = {}): Promise<Stage> {
  const simulator = await startWecomSimulator({ port: 0, ...settings });
  if (!settings.now) simulator.world.rows.advanceClock(secondsToMorning(Date.now()));
  const { url, app } = simulator;
  const product = await startProduct((query) => {
    const field = (name: string) => query.get(name) ?? '';
    const signature = wecom.getSignature(app.token, field('timestamp'), field('nonce'), field('echostr'));
    if (signature !== field('msg_signature')) return '';
    return wecom.decrypt(app.encodingAesKey, field('echostr')).message;
  });
  const refusal = await simulator.setCallback(product.url);
  if (refusal !== undefined) throw new Error(refusal);
  const phone = await WecomPhone.of(url);
  const ask = async (path: string, method: string, body?: object | string): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method, ...(method === 'GET' ? {} : { body: text ?? '' }) });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Answer; // each test checks the fields it reads
  };
  const token = async () => {
    const { access_token } = await ask(`/cgi-bin/gettoken?corpid=${app.corpid}&corpsecret=${app.secret}`, 'GET');
    return String(access_token);
  };
  const call: Stage['call'] = async (path, body, { token: given, method = 'POST', query = '' } = {}) => {
    const value = given === undefined ? await token() : given;
    return ask(value === null ? `${path}?${query}` : `${path}?access_token=${value}&${query}`, method, body);
  };
  return {
    simulator,
    product,
    phone,
    token,
    call,
    send: (msgtype, content, change = {}) => {
      const head = { touser: phone.id, agentid: app.agentid, msgtype };
      return call('/cgi-bin/message/send', { ...head, [msgtype]: content, ...change });
    },
    passes: (seconds) => simulator.world.rows.advanceClock(seconds),
    opened: (received) => {
      const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]><\/Encrypt>/.exec(received?.body ?? '')?.[1] ?? '';
      const [timestamp, nonce] = [received?.query.get('timestamp') ?? '', received?.query.get('nonce') ?? ''];
      if (wecom.getSignature(app.token, timestamp, nonce, encrypted) !== received?.query.get('msg_signature'))
        throw new Error('The signature of the message is wrong.');
      const { message, id } = wecom.decrypt(app.encodingAesKey, encrypted);
      if (id !== app.corpid) throw new Error(`The message is for ${id}.`);
      return message;
    },
    async close() {
      await product.close();
      await simulator.close();
    },
  };
}
