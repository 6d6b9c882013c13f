import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PATIENCE_MS } from '../../patience.ts';
import { startProduct } from '../tencent/product.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.close());

const callback = async (count = 1): Promise<string> => {
  await vi.waitFor(() => expect(stage.product.received).toHaveLength(count), { timeout: PATIENCE_MS });
  return stage.opened(stage.product.received.at(-1));
};

test('the check of the address is encrypted, and an answer in the clear of its query fails', async () => {
  const other = await startProduct((query) => query.get('echostr') ?? '');
  expect(await stage.simulator.setCallback(other.url)).toBe('another answer than echostr');
  await other.close();
});

test('the check of the address must be answered within one second', async () => {
  const other = await startProduct(() => new Promise<string>(() => {}));
  expect(await stage.simulator.setCallback(other.url)).toBe('no answer in 1000 ms');
  await other.close();
});

test('a member’s words arrive encrypted for the company, with the app’s number', async () => {
  await stage.phone.say('井盖');
  const message = await callback();
  expect(message).toMatch(/^<xml><ToUserName><!\[CDATA\[ww0123456789abcdef\]\]><\/ToUserName><FromUserName>/);
  expect(message).toMatch(
    /<Content><!\[CDATA\[井盖\]\]><\/Content><MsgId>74500214126000\d{5}<\/MsgId><AgentID>1000002/,
  );
  const [received] = stage.product.received;
  expect([...(received?.query.keys() ?? [])]).toEqual(['msg_signature', 'timestamp', 'nonce']);
  expect(received?.body).toContain('<AgentID><![CDATA[1000002]]></AgentID>');
});

test('photos, voice messages and places arrive', async () => {
  await stage.phone.send({ photo: 'manhole' });
  const [, id] = /<MediaId><!\[CDATA\[(.+?)\]\]>/.exec(await callback(1)) ?? [];
  const query = `access_token=${await stage.token()}&media_id=${id}`;
  const file = await fetch(`${stage.simulator.url}/cgi-bin/media/get?${query}`);
  expect(file.headers.get('content-type')).toBe('image/jpeg');
  await stage.phone.send({ voice: 2 });
  expect(await callback(2)).toContain('<Format><![CDATA[amr]]></Format>');
  await stage.phone.send({ location: { latitude: 31.4552, longitude: 119.4434 } });
  expect(await callback(3)).toMatch(/<Location_X>31\.45\d+<\/Location_X>.*<AppType><!\[CDATA\[wxwork\]\]>/);
});

test('entering the app and its menu cause events', async () => {
  await stage.phone.act('enter');
  expect(await callback(1)).toContain('<Event><![CDATA[enter_agent]]></Event>');
  const menu = { button: [{ type: 'click', name: '待办', key: 'todo' }] };
  const { agentid } = stage.simulator.app;
  expect((await stage.call('/cgi-bin/menu/create', menu, { query: 'agentid=7' })).errcode).toBe(301002);
  expect((await stage.call('/cgi-bin/menu/create', menu, { query: `agentid=${agentid}` })).errcode).toBe(0);
  await stage.phone.act('menu', { key: 'todo' });
  expect(await callback(2)).toContain('<Event><![CDATA[click]]></Event><EventKey><![CDATA[todo]]></EventKey>');
});

test('a page opened in WeCom names its member once', async () => {
  const fields = {
    appid: stage.simulator.app.corpid,
    redirect_uri: 'http://127.0.0.1:8080/console/wecom',
    response_type: 'code',
    scope: 'snsapi_base',
    state: 's1',
    agentid: String(stage.simulator.app.agentid),
  };
  const page = `${stage.simulator.url}/connect/oauth2/authorize?${new URLSearchParams(fields)}#wechat_redirect`;
  const { url } = await stage.phone.act<{ url: string }>('open', { url: page });
  const info = () => {
    const query = `code=${new URL(url).searchParams.get('code')}`;
    return stage.call('/cgi-bin/auth/getuserinfo', '', { method: 'GET', query });
  };
  expect(await info()).toEqual({ errcode: 0, errmsg: 'ok', userid: stage.phone.id });
  expect((await info()).errcode).toBe(40029);
  expect((await stage.call('/cgi-bin/auth/getuserinfo', '', { method: 'GET' })).errcode).toBe(41008);
});
