import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WecomPhone } from '../../wecom-phone.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

const SEND = '/cgi-bin/message/send';

describe('a message', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.close());

  // The rows stand in the order of the checks: each row has all the mistakes of the rows below it.
  test.each([
    ['GET', { method: 'GET', token: null, body: '{' }, 43002],
    ['no token', { token: null, body: '{' }, 41001],
    ['an unknown token', { token: 'x', body: '{' }, 40014],
    ['a unicode escape', { body: '{"x":"\\u4e95"' }, 40033],
    ['no JSON', { body: '{' }, 47001],
    ['no agent', { body: { touser: 'nobody' } }, 40056],
    ['the agent of another app', { body: { agentid: 7, touser: 'nobody' } }, 301002],
    ['unknown members only', { mine: true, body: { touser: 'nobody|none', msgtype: 'x' } }, 81013],
    ['no members', { mine: true, body: { msgtype: 'x' } }, 81013],
    ['an unknown type', { mine: true, me: true, body: { msgtype: 'x' } }, 40008],
    ['no content', { mine: true, me: true, body: { msgtype: 'text', text: { content: '' } } }, 44004],
    ['an unknown picture', { mine: true, me: true, body: { msgtype: 'image', image: { media_id: 'x' } } }, 40007],
    ['a card without a link', { mine: true, me: true, body: { msgtype: 'textcard', textcard: {} } }, 44004],
  ] as const)('with %s is refused', async (_, call, errcode) => {
    const { body, mine, me, ...options } = { mine: false, me: false, ...call };
    const own = {
      ...(mine ? { agentid: stage.simulator.app.agentid } : {}),
      ...(me ? { touser: stage.phone.id } : {}),
    };
    const sent = typeof body === 'string' ? body : { ...own, ...(body as object) };
    const answer = await stage.call(SEND, sent, options);
    expect(answer.errcode).toBe(errcode);
    expect(answer.errmsg).toMatch(/, hint: \[\d+\], from ip: 127\.0\.0\.1, more info at .*e=\d+$/);
  });

  test('renders links, and a text above 2048 bytes is cut', async () => {
    const answer = await stage.send('text', {
      content: `<a href="https://a.example">看</a> \\u4e95 ${'字'.repeat(800)}`,
    });
    expect(answer).toEqual({ errcode: 0, errmsg: 'ok', msgid: expect.any(String) });
    const shown = await stage.phone.newest();
    expect(shown?.links).toEqual([{ text: '看', href: 'https://a.example' }]);
    expect(shown?.text).toMatch(/^看 \\u4e95 字+$/);
    expect(Buffer.byteLength(shown?.text ?? '')).toBeLessThan(2048);
  });

  test('names the members whom it does not reach', async () => {
    const answer = await stage.send('text', { content: '好' }, { touser: `nobody|${stage.phone.id.toUpperCase()}` });
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'nobody' });
    expect((await stage.phone.newest())?.text).toBe('好');
  });

  test('does not reach a member to whom the app is hidden', async () => {
    const other = await WecomPhone.of(stage.simulator.url, { userid: 'XiaoChen' });
    await other.act('hide');
    expect((await stage.send('text', { content: '好' }, { touser: 'XiaoChen' })).errcode).toBe(81013);
    await expect(other.say('在吗')).rejects.toThrow(/^403 /);
    await other.act('show');
    expect((await stage.send('text', { content: '好' }, { touser: 'XiaoChen' })).errcode).toBe(0);
  });

  test('with a text card opens its link', async () => {
    const textcard = { title: '待办 3 件', description: '路灯、井盖、楼道', url: 'https://anlin.example/console' };
    expect((await stage.send('textcard', textcard)).errcode).toBe(0);
    const { message_id } = await stage.phone.sees(/待办/);
    expect(await stage.phone.act('tap', { message_id })).toMatchObject({ url: 'https://anlin.example/console' });
  });

  test('with a document carries its name', async () => {
    const form = new FormData();
    form.set('media', new Blob(['a,b\n']), '名单.csv');
    const url = `${stage.simulator.url}/cgi-bin/media/upload?access_token=${await stage.token()}&type=file`;
    const { media_id } = (await (await fetch(url, { method: 'POST', body: form })).json()) as { media_id: string };
    expect((await stage.send('file', { media_id })).errcode).toBe(0);
    expect((await stage.phone.newest())?.card?.title).toBe('名单.csv');
    expect((await stage.send('image', { media_id })).errcode).toBe(40007);
  });
});

describe('limits', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await openStage();
  });
  afterEach(() => stage.close());
  const count = async () => (await stage.phone.messages()).length;

  test('the 31st message of a minute to one member is dropped without a word', async () => {
    for (let i = 0; i < 31; i += 1) expect((await stage.send('text', { content: `${i}` })).errcode).toBe(0);
    expect(await count()).toBe(30);
    const other = await WecomPhone.of(stage.simulator.url);
    await stage.send('text', { content: '好' }, { touser: other.id });
    expect((await other.messages()).length).toBe(1);
    stage.passes(60);
    await stage.send('text', { content: '又' });
    expect(await count()).toBe(31);
  });

  test('equal JSON is dropped for 30 minutes, if the caller asks for that', async () => {
    const check = { enable_duplicate_check: 1 };
    const first = await stage.send('text', { content: '好' }, check);
    expect(await stage.send('text', { content: '好' }, check)).toEqual(first);
    expect(await count()).toBe(1);
    await stage.send('text', { content: '好' });
    await stage.send('text', { content: '好' });
    expect(await count()).toBe(3);
    stage.passes(1800);
    await stage.send('text', { content: '好' }, check);
    expect(await count()).toBe(4);
  });
});

describe('the token', () => {
  let stage: Stage;
  afterEach(() => stage.close());
  const get = async (query: string, method = 'GET') => {
    const response = await fetch(`${stage.simulator.url}/cgi-bin/gettoken?${query}`, { method });
    return (await response.json()) as { errcode: number; access_token?: string; expires_in?: number };
  };

  test('is the same until its end after two hours', async () => {
    stage = await openStage();
    const { corpid, secret } = stage.simulator.app;
    const first = await get(`corpid=${corpid}&corpsecret=${secret}`);
    expect(first).toMatchObject({ errcode: 0, expires_in: 7200 });
    const code = async () => (await stage.call(SEND, {}, { token: String(first.access_token) })).errcode;
    stage.passes(7199);
    expect((await get(`corpid=${corpid}&corpsecret=${secret}`)).access_token).toBe(first.access_token);
    expect(await code()).toBe(40056);
    stage.passes(1);
    expect(await code()).toBe(42001);
    expect((await get(`corpid=${corpid}&corpsecret=${secret}`)).access_token).not.toBe(first.access_token);
    expect(await code()).toBe(42001);
  });

  test('is refused to a stranger, by POST, and to an address that is not listed', async () => {
    stage = await openStage({ app: { addresses: ['10.0.0.1'] } });
    const { corpid, secret } = stage.simulator.app;
    expect((await get(`corpid=${corpid}&corpsecret=${secret}`)).errcode).toBe(60020);
    await stage.close();
    stage = await openStage();
    const codes = ['', 'corpid=x', `corpid=${corpid}`, `corpid=${corpid}&corpsecret=x`].map(async (query) => {
      return (await get(query)).errcode;
    });
    expect(await Promise.all(codes)).toEqual([41002, 40013, 41004, 40001]);
    expect((await get(`corpid=${corpid}&corpsecret=${secret}`, 'POST')).errcode).toBe(43001);
  });

  test.each([
    ['lost', 1],
    ['cut_before', 0],
    ['html', 0],
    ['html_after', 1],
  ] as const)('a call with a fault of kind %s fails, and the member gets %i message', async (kind, count) => {
    stage = await openStage();
    stage.simulator.faults.add({ path: 'message/send', kind, times: 1 });
    await expect(stage.send('text', { content: '好' })).rejects.toThrow();
    expect(await stage.phone.messages()).toHaveLength(count);
    expect((await stage.send('text', { content: '好' })).errcode).toBe(0);
  });

  test('that WeCom ends early is unknown from then on', async () => {
    stage = await openStage();
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ kind: 'token_gone' });
    await fetch(`${stage.simulator.url}/sim/faults`, { method: 'POST', headers, body });
    expect((await stage.send('text', { content: '好' })).errcode).toBe(40014);
    expect((await stage.send('text', { content: '好' })).errcode).toBe(0);
  });
});
