import { OfficialAccount, ServerRequest, Work } from 'node-easywechat';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PATIENCE_MS } from '../../patience.ts';
import { openStage as openWechat } from '../wechat/stage.ts';
import { openStage as openWecom } from '../wecom/stage.ts';
import type { Received } from './product.ts';
import { startProduct } from './product.ts';

const TEXT = '三幢 <b>*_`</b> 👨‍👩‍👧 &amp; "引号" ]]>\n第二行';
const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00]);

type App = OfficialAccount | Work;
type Message = Record<string, unknown>;

/** A cache of tokens in memory. The client's own cache writes files whose names hold the secret. */
function memoryCache() {
  const kept = new Map<string, unknown>();
  return {
    get: async (key: string) => kept.get(key),
    has: async (key: string) => kept.has(key),
    set: async (key: string, token?: unknown) => kept.set(key, token).has(key),
    delete: async (key: string) => kept.delete(key),
  };
}

/** Answers a request with the server of a client, which serves one request. */
async function serve(app: App, method: string, { query, body }: Pick<Received, 'query' | 'body'>, words = '') {
  app.setRequest(new ServerRequest(method, `/callback?${query}`, {}, body));
  const read: Message[] = [];
  const server = app.getServer().with(async (message) => {
    read.push(message.toObject());
    return words;
  });
  const answer = String((await server.serve()).getBody());
  return { answer, read: read[0] ?? {} };
}

/** Lets a person act, and returns what the client reads in the callback. */
async function heard(open: () => App, received: readonly Received[], act: () => Promise<unknown>): Promise<Message> {
  const before = received.length;
  await act();
  await vi.waitFor(() => expect(received).toHaveLength(before + 1), { timeout: PATIENCE_MS });
  return (await serve(open(), 'POST', received[before] as Received)).read; // waited for above
}

/** Makes a call of the API with the client's own token. */
async function call(app: App, path: string, json: object): Promise<Message> {
  return (await app.getClient().postJson(`cgi-bin/${path}`, json)).toObject();
}

/** Uploads a picture with the client and downloads it again. */
async function echoPicture(app: App): Promise<{ readonly id: string; readonly bytes: Buffer }> {
  const data = new FormData();
  data.set('media', new Blob([JPEG]), 'a.jpg');
  const uploaded = await app.getClient().post('cgi-bin/media/upload', { data, params: { type: 'image' } });
  const { media_id: id } = uploaded.toObject();
  const download = { params: { media_id: id }, responseType: 'arraybuffer' } as const;
  const downloaded = await app.getClient().get('cgi-bin/media/get', download);
  return { id, bytes: Buffer.from(downloaded.getContent()) };
}

describe('the client for service accounts', () => {
  let stage: Awaited<ReturnType<typeof openWechat>>;
  let open: () => OfficialAccount;
  beforeAll(async () => {
    stage = await openWechat();
    const { appid: app_id, secret, token, encodingAesKey: aes_key } = stage.simulator.account;
    const http = { baseURL: `${stage.simulator.url}/` };
    const cache = memoryCache();
    open = () =>
      new OfficialAccount({ app_id, secret, token, aes_key, use_stable_access_token: true, http }).setCache(cache);
    // The follower's first callback.
    await vi.waitFor(() => expect(stage.product.received).toHaveLength(1), { timeout: PATIENCE_MS });
  });
  afterAll(() => stage.close());
  const says = (act: () => Promise<unknown>) => heard(open, stage.product.received, act);
  const send = (msgtype: string, content: object, touser = stage.phone.id) =>
    call(open(), 'message/custom/send', { touser, msgtype, [msgtype]: content });

  test('reads a person’s words, her tap on a menu link and her scan', async () => {
    const FromUserName = stage.phone.id;
    expect(await says(() => stage.phone.say(TEXT))).toMatchObject({ FromUserName, MsgType: 'text', Content: TEXT });
    await send('text', { content: '<a href="weixin://bizmsgmenu?msgmenucontent=1&msgmenuid=m1">上报</a>' });
    expect(await says(() => stage.phone.tap('上报'))).toMatchObject({ Content: '1', bizmsgmenuid: 'm1' });
    const scene = { action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: 'b17' } } };
    const { ticket } = await call(open(), 'qrcode/create', scene);
    expect(await says(() => stage.phone.act('scan', { ticket }))).toMatchObject({ Event: 'SCAN', EventKey: 'b17' });
  });

  test('sends a text and a picture, and the phone shows them', async () => {
    await says(() => stage.phone.say('在吗'));
    expect(await send('text', { content: TEXT })).toEqual({ errcode: 0, errmsg: 'ok' });
    expect((await stage.phone.newest())?.text).toBe(TEXT);
    const { id, bytes } = await echoPicture(open());
    expect(bytes.equals(JPEG)).toBe(true);
    expect(await send('image', { media_id: id })).toMatchObject({ errcode: 0 });
    expect((await stage.phone.newest())?.photo).toContain(id);
  });

  test('reads a refusal in an answer with HTTP 200', async () => {
    expect(await send('text', { content: '好' }, 'oX')).toMatchObject({ errcode: 40003 });
  });

  test('answers a callback itself, and the person reads the answer', async () => {
    const { product, phone } = stage;
    product.answers(async () => ({
      body: (await serve(open(), 'POST', product.received.at(-1) as Received, TEXT)).answer,
    }));
    await phone.say('在吗');
    expect((await phone.sees(/^三幢/)).text).toBe(TEXT);
    product.answers({ body: 'success' });
  });

  test('refuses a callback under the signature of another', async () => {
    const [first, second] = stage.product.received as [Received, Received];
    await expect(serve(open(), 'POST', { query: first.query, body: second.body })).rejects.toThrow(/signature/i);
  });
});

describe('the client for WeCom', () => {
  let stage: Awaited<ReturnType<typeof openWecom>>;
  let open: () => Work;
  beforeAll(async () => {
    stage = await openWecom();
    const { corpid: corp_id, secret, token, encodingAesKey: aes_key } = stage.simulator.app;
    const http = { baseURL: `${stage.simulator.url}/` };
    const cache = memoryCache();
    open = () => new Work({ corp_id, secret, token, aes_key, http }).setCache(cache);
  });
  afterAll(() => stage.close());
  const says = (act: () => Promise<unknown>) => heard(open, stage.product.received, act);
  const send = (msgtype: string, content: object, touser = stage.phone.id) => {
    const { agentid } = stage.simulator.app;
    return call(open(), 'message/send', { touser, agentid, msgtype, [msgtype]: content });
  };

  test('passes the check of the address', async () => {
    const product = await startProduct(async (query) => (await serve(open(), 'GET', { query, body: '' })).answer);
    expect(await stage.simulator.setCallback(product.url)).toBeUndefined();
    await stage.simulator.setCallback(stage.product.url);
    await product.close();
  });

  test('sends a text and a picture, and the phone shows them', async () => {
    expect(await send('text', { content: TEXT })).toMatchObject({ errcode: 0, msgid: expect.any(String) });
    expect((await stage.phone.newest())?.text).toBe(TEXT);
    const { id, bytes } = await echoPicture(open());
    expect(bytes.equals(JPEG)).toBe(true);
    expect(await send('image', { media_id: id })).toMatchObject({ errcode: 0 });
    expect((await stage.phone.newest())?.photo).toContain(id);
  });

  test('reads a member’s words, and updates a card by the code of a tap', async () => {
    expect(await says(() => stage.phone.say(TEXT))).toMatchObject({
      FromUserName: stage.phone.id,
      Content: TEXT,
      AgentID: String(stage.simulator.app.agentid),
    });
    const card = {
      card_type: 'button_interaction',
      main_title: { title: '路灯不亮 AL-0001' },
      task_id: 'case_1@1',
      button_list: [{ text: '受理', key: 'take/AL-0001' }],
    };
    expect(await send('template_card', card)).toMatchObject({ errcode: 0 });
    const { EventKey, ResponseCode } = await says(() => stage.phone.tap('受理'));
    expect(EventKey).toBe('take/AL-0001');
    const update = { userids: [stage.phone.id], response_code: ResponseCode, button: { replace_name: '已受理' } };
    const { agentid } = stage.simulator.app;
    expect(await call(open(), 'message/update_template_card', { agentid, ...update })).toMatchObject({ errcode: 0 });
    expect((await stage.phone.newest())?.card?.closed).toBe('已受理');
  });

  test('reads a refusal in an answer with HTTP 200', async () => {
    expect(await send('text', { content: '好' }, 'nobody')).toMatchObject({ errcode: 81013 });
  });

  test('answers a callback itself, and the member reads the answer', async () => {
    const { product, phone } = stage;
    product.answers(async () => ({
      body: (await serve(open(), 'POST', product.received.at(-1) as Received, '已收到')).answer,
    }));
    await phone.say('在吗');
    await phone.sees(/^已收到$/);
    product.answers({ body: 'success' });
  });
});
