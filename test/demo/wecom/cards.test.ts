import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WecomPhone } from '../../wecom-phone.ts';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

let lastTask = 0;
const button = (text: string, key = text) => ({ text, key });
function card(change: object = {}): object {
  lastTask += 1;
  return {
    card_type: 'button_interaction',
    main_title: { title: '路灯不亮 AL-0001', desc: '翠竹社区' },
    horizontal_content_list: [{ keyname: '时限', value: '3 个工作日' }],
    task_id: `case_1@${lastTask}`,
    button_list: [button('受理', 'take/AL-0001'), button('退回')],
    ...change,
  };
}
const send = (content: object, change?: object) => stage.send('template_card', content, change);
const update = (response_code: unknown, change: object = {}) => {
  const { agentid } = stage.simulator.app;
  const body = { userids: [stage.phone.id], agentid, response_code, button: { replace_name: '已受理' }, ...change };
  return stage.call('/cgi-bin/message/update_template_card', body);
};

describe('a card with buttons', () => {
  test.each([
    ['another kind', { card_type: 'vote_interaction' }, 40035],
    ['no title', { main_title: {} }, 40035],
    ['no button', { button_list: [] }, 40016],
    ['seven buttons', { button_list: [1, 2, 3, 4, 5, 6, 7].map((n) => button(`${n}`)) }, 40016],
    ['equal keys', { button_list: [button('是', 'x'), button('否', 'x')] }, 40035],
    ['an empty label', { button_list: [button(' ', 'x')] }, 40018],
    ['no key', { button_list: [button('是', '')] }, 40019],
    ['a key of 1025 bytes', { button_list: [button('是', `${'字'.repeat(341)}ab`)] }, 40019],
    ['no link', { button_list: [{ type: 1, text: '看' }] }, 40020],
    ['no task_id', { task_id: '' }, 42014],
    ['a task_id of 129 bytes', { task_id: 'x'.repeat(129) }, 42014],
    ['a task_id with a slash', { task_id: 'case/1' }, 42014],
  ])('and %s is refused', async (_, change, errcode) => {
    expect((await send(card(change))).errcode).toBe(errcode);
  });

  test('is shown with its rows and labels of ten characters', async () => {
    const answer = await send(
      card({ button_list: [button('一二三四五六七八九十'), button('一二三四五六七八九十多')] }),
    );
    expect(answer).toMatchObject({ errcode: 0, msgid: expect.any(String), response_code: expect.any(String) });
    const { card: shown } = await stage.phone.sees(/路灯/);
    expect(shown?.rows).toEqual([
      { label: '', value: '翠竹社区' },
      { label: '时限', value: '3 个工作日' },
    ]);
    expect(shown?.buttons?.map(({ text }) => text)).toEqual(['一二三四五六七八九十', '一二三四五六七八九十…']);
  });

  test('needs a task_id that no card has had', async () => {
    const once = card();
    expect((await send(once)).errcode).toBe(0);
    expect((await send({ ...once, main_title: { title: '另一件' } })).errcode).toBe(42014);
  });

  test('sent again as equal JSON is dropped, with the check of duplicates', async () => {
    const once = card();
    const check = { enable_duplicate_check: 1 };
    await send(once, check);
    const before = (await stage.phone.messages()).length;
    expect((await send(once, check)).errcode).toBe(0);
    expect((await stage.phone.messages()).length).toBe(before);
  });
});

describe('a tap', () => {
  test('comes as an event with the key, the task and a code', async () => {
    const sent = card();
    await send(sent);
    const before = stage.product.received.length;
    await stage.phone.tap('受理');
    await vi.waitFor(() => expect(stage.product.received.length).toBe(before + 1));
    const event = stage.opened(stage.product.received.at(-1));
    expect(event).toContain(
      '<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[take/AL-0001]]></EventKey>',
    );
    expect(event).toContain(`<TaskId><![CDATA[case_1@${lastTask}]]></TaskId>`);
    expect(event).toContain('<CardType><![CDATA[button_interaction]]></CardType>');
    expect(event).toMatch(/<AgentID>1000002<\/AgentID><\/xml>$/);
    const [, code] = /<ResponseCode><!\[CDATA\[(.+?)\]\]>/.exec(event) ?? [];
    expect(await update(code)).toEqual({ errcode: 0, errmsg: 'ok', invaliduser: [] });
    expect(await stage.phone.newest()).toMatchObject({ edits: 1, card: { closed: '已受理' } });
    await expect(stage.phone.act('tap', { message_id: 1, button: '受理' })).rejects.toThrow(/no such button/);
  });

  test('on a button with a link opens it, and a forged key arrives as it is', async () => {
    await send(card({ button_list: [{ type: 1, text: '去看', url: 'https://anlin.example/c/1' }, button('受理')] }));
    expect(await stage.phone.tap('去看')).toEqual({ ok: true, url: 'https://anlin.example/c/1' });
    const before = stage.product.received.length;
    const { message_id } = (await stage.phone.newest()) ?? {};
    await stage.phone.act('tap', { message_id, key: 'close/AL-0009' });
    await vi.waitFor(() => expect(stage.product.received.length).toBe(before + 1));
    expect(stage.opened(stage.product.received.at(-1))).toContain('close/AL-0009');
  });
});

describe('a code', () => {
  test('updates the card once, within 72 hours', async () => {
    const { response_code } = await send(card());
    expect((await update(response_code)).errcode).toBe(0);
    expect((await update(response_code)).errcode).toBe(40035);
    const { response_code: late } = await send(card());
    stage.passes(72 * 3600 - 1);
    const { response_code: later } = await send(card());
    stage.passes(1);
    expect((await update(late)).errcode).toBe(40035);
    expect((await update(later)).errcode).toBe(0);
    expect((await update('unknown')).errcode).toBe(40035);
  });

  test('replaces the whole card, whose new buttons can be tapped', async () => {
    const { response_code } = await send(card());
    const next = card({ main_title: { title: '已派给市政' }, button_list: [button('催办', 'urge')] });
    expect((await update(response_code, { button: undefined, template_card: next })).errcode).toBe(0);
    expect(await stage.phone.newest()).toMatchObject({ edits: 1, card: { title: '已派给市政' } });
    await stage.phone.tap('催办');
  });

  test('that is refused for the card stays unused', async () => {
    const { response_code } = await send(card());
    const seven = card({ button_list: [1, 2, 3, 4, 5, 6, 7].map((n) => button(`${n}`)) });
    expect((await update(response_code, { button: undefined, template_card: seven })).errcode).toBe(40016);
    expect((await update(response_code, { agentid: 7 })).errcode).toBe(301002);
    expect((await update(response_code, { userids: [] })).errcode).toBe(40035);
    expect((await update(response_code)).errcode).toBe(0);
  });

  test('of a send updates the card of every receiver, and names strangers', async () => {
    const other = await WecomPhone.of(stage.simulator.url);
    const { response_code } = await send(card(), { touser: `${stage.phone.id}|${other.id}` });
    const answer = await update(response_code, { userids: [other.id, 'nobody'] });
    expect(answer.invaliduser).toEqual(['nobody']);
    expect((await other.newest())?.edits).toBe(1);
    expect((await stage.phone.newest())?.edits).toBe(0);
  });
});
