import WechatCrypto from 'wechat-crypto';
import type { WechatSettings, WechatSimulator } from '../../../src/demo/wechat/server.ts';
import { startWechatSimulator } from '../../../src/demo/wechat/server.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import { secondsToMorning } from '../tencent/morning.ts';
import type { Product, Received } from '../tencent/product.ts';
import { startProduct } from '../tencent/product.ts';

/** An answer of WeChat's API. */
export type Answer = { readonly errcode?: number; readonly errmsg?: string; readonly [field: string]: unknown };

/** A simulator with a stand-in for the product, and one follower. */
export type Stage = {
  readonly simulator: WechatSimulator;
  readonly product: Product;
  readonly phone: WechatPhone;
  /** Fetches the current token. */
  token(): Promise<string>;
  /** Makes a call of the API with the current token; asserts nothing but HTTP 200. */
  call(path: string, body: object | string, options?: { token?: string | null; method?: string }): Promise<Answer>;
  /** Sends a text to the follower. */
  text(content: string, touser?: string): Promise<Answer>;
  /** Moves the clock. */
  passes(seconds: number): Promise<void>;
  /** The XML of a callback, decrypted by a package of another author. */
  opened(received: Received): string;
  close(): Promise<void>;
};

/** Opens a stage whose callbacks reach the stand-in. */
export async function openStage(settings: Partial<WechatSettings> = {}): Promise<Stage> {
  const simulator = await startWechatSimulator({ port: 0, ...settings });
  if (!settings.now) simulator.world.rows.advanceClock(secondsToMorning(Date.now()));
  const { url, account } = simulator;
  const crypto = new WechatCrypto(account.token, account.encodingAesKey, account.appid);
  const product = await startProduct((query) => query.get('echostr') ?? '');
  const refusal = await simulator.setCallback(product.url);
  if (refusal !== undefined) throw new Error(refusal);
  const phone = await WechatPhone.of(url);
  const post = async (path: string, body: object | string, method = 'POST'): Promise<Answer> => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${url}${path}`, { method, ...(method === 'GET' ? {} : { body: text }) });
    if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
    return (await response.json()) as Answer; // each test checks the fields it reads
  };
  const token = async () => {
    const { appid, secret } = account;
    const answer = await post('/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret });
    return String(answer.access_token);
  };
  const call: Stage['call'] = async (path, body, { token: given, method } = {}) => {
    const value = given === undefined ? await token() : given;
    return post(value === null ? path : `${path}?access_token=${value}`, body, method);
  };
  return {
    simulator,
    product,
    phone,
    token,
    call,
    text: (content, touser = phone.id) =>
      call('/cgi-bin/message/custom/send', { touser, msgtype: 'text', text: { content } }),
    passes: async (seconds) => simulator.world.rows.advanceClock(seconds),
    opened: ({ query, body }) => {
      const encrypted = /<Encrypt><!\[CDATA\[(.+?)\]\]><\/Encrypt>/.exec(body)?.[1] ?? '';
      const [timestamp, nonce] = [query.get('timestamp') ?? '', query.get('nonce') ?? ''];
      if (crypto.getSignature(timestamp, nonce, encrypted) !== query.get('msg_signature'))
        throw new Error('The signature of the message is wrong.');
      const { message, id } = crypto.decrypt(encrypted);
      if (id !== account.appid) throw new Error(`The message is for ${id}.`);
      return message;
    },
    async close() {
      await product.close();
      await simulator.close();
    },
  };
}
