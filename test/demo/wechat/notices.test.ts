import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { DEMO_ACCOUNT } from '../../../src/demo/wechat/account.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { Received } from '../tencent/product.ts';
import type { Answer, Stage } from './stage.ts';
import { openStage } from './stage.ts';

const TEMPLATE = 'anlin-news-0000000000000000000000000000000001';
const ONCE = 'once';
const DATA = {
  thing1: { value: '路灯已修好' },
  thing2: { value: '翠竹社区' },
  time3: { value: '2026年3月1日 08:30' },
  character_string4: { value: 'AL-0001' },
};

let stage: Stage;
let phone: WechatPhone;
beforeAll(async () => {
  const fields = { phrase1: '结果', date2: '日期', number3: '次数' };
  const templates = { [ONCE]: { title: '结果通知', fields } };
  stage = await openStage({ account: { templates: { ...DEMO_ACCOUNT.templates, ...templates } } });
});
afterAll(() => stage.close());
beforeEach(async () => {
  phone = await WechatPhone.of(stage.simulator.url);
  await stage.passes(60);
});

describe('a template message', () => {
  const send = (change: object = {}): Promise<Answer> => {
    const body = { touser: phone.id, template_id: TEMPLATE, url: 'https://anlin.example/c/1', data: DATA };
    return stage.call('/cgi-bin/message/template/send', { ...body, ...change });
  };

  test('needs no window, is shown as a card, and its event tells that it was sent', async () => {
    const before = stage.product.received.length;
    const answer = await send();
    expect(answer).toMatchObject({ errcode: 0, errmsg: 'ok' });
    const { card, message_id } = (await phone.newest()) ?? {};
    expect(card).toMatchObject({ title: '社区事项进度通知', url: 'https://anlin.example/c/1' });
    expect(card?.rows[0]).toEqual({ label: '事项', value: '路灯已修好' });
    await vi.waitFor(() => expect(stage.product.received.length).toBeGreaterThan(before));
    const event = stage.opened(stage.product.received.at(-1) as Received);
    expect(event).toMatch(/<Event><!\[CDATA\[TEMPLATESENDJOBFINISH\]\]><\/Event><MsgID>\d{19}<\/MsgID>/);
    expect(event).toContain('<Status><![CDATA[success]]></Status>');
    expect(await phone.act('tap', { message_id })).toEqual({ ok: true, url: 'https://anlin.example/c/1' });
  });

  test('has an id of 64 bits, bare in JSON', async () => {
    const body = JSON.stringify({ touser: phone.id, template_id: TEMPLATE, data: DATA });
    const url = `${stage.simulator.url}/cgi-bin/message/template/send?access_token=${await stage.token()}`;
    expect(await (await fetch(url, { method: 'POST', body })).text()).toMatch(/"msgid":28632190234143\d{5}\}$/);
  });

  test.each([
    ['an unknown openid', { touser: 'oX' }, 40003],
    ['an unknown template', { template_id: 'x' }, 40037],
    ['no data', { data: undefined }, 47003],
    ['an empty field', { data: { ...DATA, thing1: { value: '' } } }, 47003],
    ['a thing of 21 signs', { data: { ...DATA, thing1: { value: '字'.repeat(21) } } }, 47003],
    ['Chinese in a character_string', { data: { ...DATA, character_string4: { value: '编号1' } } }, 47003],
    ['a time without a time', { data: { ...DATA, time3: { value: '明天' } } }, 47003],
    ['a field too many', { data: { ...DATA, remark: { value: 'x' } } }, 47003],
    ['a blocked word', { data: { ...DATA, thing1: { value: '领取红包' } } }, 40249],
  ])('with %s is refused', async (_, change, errcode) => {
    expect((await send(change)).errcode).toBe(errcode);
  });

  test('names the field that is wrong', async () => {
    const answer = await send({ data: { ...DATA, thing1: { value: '' } } });
    expect(answer.errmsg).toMatch(/^argument invalid! data\.thing1\.value invalid rid: /);
  });

  test('to a person who unfollowed needs a subscription', async () => {
    await phone.act('unfollow');
    expect((await send()).errcode).toBe(43004);
  });

  test('with the same client_msg_id arrives once in ten minutes', async () => {
    const count = async () => (await phone.messages()).length;
    await send({ client_msg_id: 'b1/7' });
    await send({ client_msg_id: 'b1/7' });
    expect(await count()).toBe(1);
    await send({ client_msg_id: 'b1/8' });
    expect(await count()).toBe(2);
    await stage.passes(600);
    await send({ client_msg_id: 'b1/7' });
    expect(await count()).toBe(3);
  });
});

describe('a notice by subscription', () => {
  const data = { phrase1: { value: '已解决' }, date2: { value: '2026年3月1日' }, number3: { value: '2' } };
  const send = async (template_id: string, values: object) => {
    const body = { touser: phone.id, template_id, page: 'https://anlin.example/w', data: values };
    return (await stage.call('/cgi-bin/message/subscribe/bizsend', body)).errcode;
  };

  test('needs a consent for each, unless the consent is for the long term', async () => {
    expect(await send(ONCE, data)).toBe(43101);
    await phone.act('consent', { template_id: ONCE });
    expect([await send(ONCE, data), await send(ONCE, data)]).toEqual([0, 43101]);
    await phone.act('consent', { template_id: TEMPLATE });
    expect([await send(TEMPLATE, DATA), await send(TEMPLATE, DATA)]).toEqual([0, 0]);
    expect((await phone.messages()).map(({ card }) => card?.title)).toEqual([
      '结果通知',
      '社区事项进度通知',
      '社区事项进度通知',
    ]);
  });

  test('that is refused keeps the consent', async () => {
    await phone.act('consent', { template_id: ONCE });
    expect(await send(ONCE, { ...data, phrase1: { value: '已经解决了啊' } })).toBe(47003);
    expect(await send(ONCE, data)).toBe(0);
  });
});
