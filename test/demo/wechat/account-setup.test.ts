import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Stage } from './stage.ts';
import { openStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

describe('a QR code', () => {
  test.each([
    ['an unknown action', { action_name: 'X' }, 40052],
    ['an empty scene', { action_info: { scene: { scene_str: '' } } }, 40053],
    ['65 characters', { action_info: { scene: { scene_str: 'x'.repeat(65) } } }, 40053],
    ['31 days', { expire_seconds: 2_592_001 }, 40097],
  ])('with %s is refused', async (_, change, errcode) => {
    const body = { action_name: 'QR_STR_SCENE', action_info: { scene: { scene_str: 's' } }, ...change };
    expect((await stage.call('/cgi-bin/qrcode/create', body)).errcode).toBe(errcode);
  });

  test('with a permanent scene is the same at every call and has no end', async () => {
    const body = { action_name: 'QR_LIMIT_STR_SCENE', action_info: { scene: { scene_str: 'b17' } } };
    const first = await stage.call('/cgi-bin/qrcode/create', body);
    expect(first).toEqual({ ticket: expect.any(String), url: expect.stringMatching(/^http:/) });
    expect(await stage.call('/cgi-bin/qrcode/create', body)).toEqual(first);
  });
});

describe('the menu', () => {
  const click = (name: string, key: string) => ({ type: 'click', name, key });
  test.each([
    ['no button', [], 40016],
    ['four buttons', ['a', 'b', 'c', 'd'].map((key) => click(key, key)), 40016],
    ['six below one', [{ name: '更多', sub_button: [1, 2, 3, 4, 5, 6].map((n) => click(`${n}`, `${n}`)) }], 40023],
    ['a long name', [click('上报身边的隐患', 'report')], 40018],
    ['a long name below', [{ name: '更多', sub_button: [click('字'.repeat(21), 'x')] }], 40025],
    ['no key', [click('上报', '')], 40019],
    ['a long key', [click('上报', 'x'.repeat(129))], 40019],
    ['no URL', [{ type: 'view', name: '看', url: 'anlin' }], 40020],
    ['an unknown type', [{ type: 'x', name: '看' }], 40017],
  ])('with %s is refused', async (_, button, errcode) => {
    expect((await stage.call('/cgi-bin/menu/create', { button })).errcode).toBe(errcode);
  });
});
