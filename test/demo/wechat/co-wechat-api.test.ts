import WechatApi from 'co-wechat-api';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

/** The client of another author, on the stable token: it knows only the older call, which the simulator has not. */
class Client extends WechatApi {
  private readonly order: object;

  constructor({ url, account: { appid, secret } }: Stage['simulator']) {
    super(appid, secret);
    this.prefix = `${url}/cgi-bin/`;
    this.order = { grant_type: 'client_credential', appid, secret };
  }

  override async getAccessToken() {
    const data = JSON.stringify(this.order);
    const answer = await this.request(`${this.prefix}stable_token`, { method: 'POST', data });
    const expires = Date.now() + Number(answer.expires_in) * 1000;
    const token = new WechatApi.AccessToken(String(answer.access_token), expires);
    await this.saveToken(token);
    return token;
  }
}

const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00]);

let stage: Stage;
let client: Client;
beforeAll(async () => {
  stage = await openStage();
  client = new Client(stage.simulator);
});
afterAll(() => stage.close());

test('the client’s text is read as it was written', async () => {
  await stage.phone.say('在吗');
  const text = '三幢 <b>*_`</b> 👨‍👩‍👧 \\u4e95 &amp; "引号"\n第二行';
  expect(await client.sendText(stage.phone.id, text)).toMatchObject({ errcode: 0 });
  expect((await stage.phone.newest())?.text).toBe(text);
});

test('the client uploads, sends and downloads a picture', async () => {
  await stage.phone.say('在吗');
  const { media_id } = await client.uploadMedia(JPEG, 'image', 'a.jpg', 'image/jpeg');
  await client.sendImage(stage.phone.id, media_id);
  expect((await stage.phone.newest())?.photo).toContain(media_id);
  expect(JPEG.equals(await client.getMedia(media_id))).toBe(true);
});

test('the client creates codes and a menu that people use', async () => {
  const { ticket, expire_seconds } = await client.createTmpQRCode('b17', 600);
  expect(Number(expire_seconds)).toBe(600);
  await stage.phone.act('scan', { ticket });
  expect(await client.createLimitQRCode('b18')).toHaveProperty('url');
  await client.createMenu({ button: [{ type: 'click', name: '上报', key: 'report' }] });
  await stage.phone.act('menu', { key: 'report' });
});

test('the client reads the id of a template message whole', async () => {
  const data = {
    thing1: { value: '路灯已修好' },
    thing2: { value: '翠竹社区' },
    time3: { value: '08:30' },
    character_string4: { value: 'AL-1' },
  };
  const [id = ''] = Object.keys(stage.simulator.account.templates);
  const { msgid } = await client.sendTemplate(stage.phone.id, id, '', '', data);
  expect(String(msgid)).toMatch(/^28632190234143\d{5}$/);
});

test.each([
  ['lost', 1],
  ['cut_before', 0],
  ['html', 0],
  ['html_after', 1],
] as const)('the client fails by a fault of kind %s, and the person gets %i message', async (kind, count) => {
  await stage.phone.say('在吗');
  const before = (await stage.phone.messages()).length;
  stage.simulator.faults.add({ path: 'custom/send', kind, times: 1 });
  await expect(client.sendText(stage.phone.id, '一')).rejects.toThrow();
  expect((await stage.phone.messages()).length - before).toBe(count);
  expect(await client.sendText(stage.phone.id, '二')).toMatchObject({ errcode: 0 });
});

test('the client reads a refusal, and fetches the token again when it is gone', async () => {
  await expect(client.sendText('oX', '好')).rejects.toMatchObject({ code: 40003, name: 'WeChatAPIError' });
  await stage.phone.say('在吗');
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ kind: 'token_gone' });
  await fetch(`${stage.simulator.url}/sim/faults`, { method: 'POST', headers, body });
  expect(await client.sendText(stage.phone.id, '还在')).toMatchObject({ errcode: 0 });
  expect((await stage.phone.newest())?.text).toBe('还在');
});
