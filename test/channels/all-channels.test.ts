import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runIdOf } from '../../src/broadcasts/broadcast.ts';
import { loadLedger, loadProgress } from '../../src/broadcasts/sending/ledger.ts';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { addressOf } from '../../src/channels/web/identity.ts';
import { INVITATION_MS, invitationWrites, newToken } from '../../src/people/invitation.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { chooseAction, composeDraft, newestBroadcast } from '../broadcasts/by-phone.ts';
import { STREET, staff } from '../cases/desk.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { WechatPhone } from '../wechat-phone.ts';
import { WecomPhone } from '../wecom-phone.ts';
import { WebClient } from './web/web-client.ts';

let app: TestApp;
let office: Phone;
beforeAll(async () => {
  app = await openTestApp({ wechat: true, wecom: true });
});
afterAll(() => app.close());

const openPage = async () => {
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  return page;
};
const urnOf = ({ cookie }: WebClient): Urn => addressOf(cookie?.split('=')[1]) ?? 'web:none';

test('a report by QR code, its desk in WeCom, news in WeChat, and one announcement that reaches all three once', {
  timeout: 120_000,
}, async () => {
  const { store } = app.running;
  // 老吴 works in WeCom, the office in Telegram.
  office = await staff(app, '老张', 'office', '*');
  const wu = await WecomPhone.of(app.wecom?.url ?? '', { name: '老吴', userid: 'laowu' });
  const token = newToken();
  const now = app.simulator.world.now();
  const grant = { role: 'dispatcher', scope: STREET } as const;
  const writes = invitationWrites(store, { token, grant, until: now + INVITATION_MS, left: 1, by: 'operator' });
  await commitAsSystem(store, { op: token, what: 'invited', checks: [], writes }, now);
  await wu.say(`/start invite_${token}`);
  await vi.waitFor(() => wu.tap('🤝 愿意'), { timeout: PATIENCE_MS });
  await vi.waitFor(async () => expect(await store.redis.zcard(store.keys.staff('dispatcher', STREET))).toBe(1));

  // 周阿姨 reports on the page, and goes on in WeChat.
  const page = await openPage();
  await page.say('上报');
  await page.sees(/先跟您说明白/);
  await page.tap('同意基本处理');
  await page.sees(/哪一类|什么/);
  await page.tap('消防');
  await vi.waitFor(() => page.tap('电动车飞线充电'), { timeout: PATIENCE_MS });
  await page.sees(/隐患在哪里/);
  await page.say('锦绣花园3号楼');
  await vi.waitFor(() => page.tap('✅ 提交'), { timeout: PATIENCE_MS });
  await page.sees(/编号|返回码/);
  const zhou = await WechatPhone.of(app.wechat?.url ?? '');
  await zhou.sees(/安邻/);
  await page.say('在别处继续');
  const code = /连 (\w{4}-\w{4})/.exec((await page.sees(/连 \w{4}-\w{4}/)).text)?.[1];
  await zhou.say(`连 ${code}`);
  await vi.waitFor(() => page.tap('看一下'), { timeout: PATIENCE_MS });
  await page.sees(/您本人在微信上/);
  await page.tap('是我');
  await zhou.sees(/连上了/);
  await zhou.say('我的上报');
  await zhou.sees(/电动车飞线充电/);
  const before = (await zhou.messages()).length;

  // The desk accepts it in WeCom; she hears of it in WeChat.
  await app.settle();
  const lines = async () => (await wu.messages()).slice(-2);
  const press = (label: string) =>
    vi.waitFor(
      async () => {
        await app.settle();
        const last = await lines();
        const button = last.flatMap(({ card }) => card?.buttons ?? []).find(({ text }) => text.includes(label));
        const number = new RegExp(`^(\\d+)\\. .*${label}`, 'm').exec(last.at(-1)?.text ?? '')?.[1];
        if (button) await wu.tap(button.text);
        else if (number) await wu.say(number);
        else throw new Error(`No ${label}.`);
      },
      { timeout: PATIENCE_MS },
    );
  for (const label of ['去办', '立案', '一般']) await press(label);
  await app.settle();
  await vi.waitFor(async () => {
    const news = (await zhou.messages()).slice(before).map(({ text = '' }) => text);
    expect(news.join('\n')).toMatch(/立案|受理|管的人/);
  });
  const [kept] = await loadOwnCases(store, urnOf(page));
  expect(kept?.record.state).toBe('filed');

  // One announcement: 周阿姨 in WeChat, another resident on the page, 小陈 in Telegram, 老吴 in WeCom.
  const other = await openPage();
  const chen = await app.phone('小陈');
  await chen.say('你好');
  await chen.sees(/安邻/);
  await composeDraft(office, '别信“安全账户”', '公安不会让您转账。');
  await chooseAction(office, '提交');
  // 老张, 老吴, 周阿姨, the other resident and 小陈; the joined address is no sixth.
  await office.sees(/60 秒以后发给 5 个人/);
  await app.advance(61_000);
  const isIt = (text: string | undefined) => text?.includes('公安不会让您转账') === true;
  const counts = async () => [
    (await zhou.messages()).filter(({ text }) => isIt(text)).length,
    (await other.bubbles()).filter(({ text }) => isIt(text)).length,
    (await chen.fromBot()).filter(({ text }) => isIt(text)).length,
    (await wu.messages()).filter(({ text, card }) => isIt(text) || card?.rows.some(({ value }) => isIt(value))).length,
  ];
  await vi.waitFor(
    async () => {
      await app.tick();
      expect(await counts()).toEqual([1, 1, 1, 1]);
    },
    { timeout: 15_000 },
  );
  expect((await page.bubbles()).filter(({ text }) => isIt(text))).toHaveLength(0);
  const { id, runs } = await newestBroadcast(store);
  const run = runIdOf(id, runs[0]?.slot ?? 0);
  const expectCounts = (expected: Readonly<Record<string, number>>) =>
    vi.waitFor(async () => {
      await app.tick();
      const progress = await loadProgress(store, run);
      expect(progress).toMatchObject({ state: 'ended', total: 5, counts: expected, left: 0 });
    });
  // The page counts once it has shown the announcement, however often it says so.
  await expectCounts({ delivered: 4, waiting: 1 });
  for (let i = 0; i < 2; i += 1) expect((await other.saw()).status).toBe(204);
  await expectCounts({ delivered: 5 });
  expect((await loadLedger(store, run)).map(({ outcome }) => outcome)).toEqual(Array(5).fill('delivered'));
  await expectInvariants(store);
});

test('an announcement to a closed WeChat window waits, comes with the next answer, and then counts as delivered', {
  timeout: 60_000,
}, async () => {
  const { store } = app.running;
  const zhou = await WechatPhone.of(app.wechat?.url ?? '', { name: '刘师傅' });
  await zhou.sees(/安邻/);
  // A follow opens the window for a minute.
  await app.advance(120_000);
  await composeDraft(office, '明早停水', '明早八点到十点停水。');
  await chooseAction(office, '提交');
  await office.sees(/60 秒以后发给 6 个人/);
  await app.advance(61_000);
  const { id } = await newestBroadcast(store);
  const progress = async () => {
    await app.tick();
    const [run] = (await newestBroadcast(store)).runs;
    return run && loadProgress(store, runIdOf(id, run.slot));
  };
  await vi.waitFor(async () => expect((await progress())?.state).toBe('ended'), { timeout: 15_000 });
  const waits = await progress();
  expect(waits).toMatchObject({ total: 6, left: 0 });
  const waiting = waits?.counts.waiting ?? 0;
  expect(waits?.ways.wechat?.waiting).toBeGreaterThan(0);
  // The other one lies in the page of a resident.
  expect([waits?.ways.web?.waiting, waits?.ways.wechat?.waiting]).toEqual([1, waiting - 1]);
  expect((await zhou.messages()).some(({ text }) => text?.includes('停水'))).toBe(false);
  await office.say('看公告');
  await office.sees(/明早停水/);
  await office.tap('明早停水');
  await office.sees(new RegExp(`等对方来信或打开网页 ${waiting} 人.*微信：.*等着 ${waiting - 1}`, 's'));

  await zhou.say('帮助');
  await zhou.sees(/我能帮您/);
  const texts = (await zhou.messages()).map(({ text = '' }) => text).join('\n');
  expect(texts.match(/停水/g)?.length).toBe(2); // title and text
  expect(texts.indexOf('停水')).toBeLessThan(texts.lastIndexOf('我能帮您'));
  await vi.waitFor(async () =>
    expect((await progress())?.counts).toMatchObject({ delivered: (waits?.counts.delivered ?? 0) + 1 }),
  );
  expect((await progress())?.ways.wechat).toEqual({ delivered: (waits?.ways.wechat?.delivered ?? 0) + 1 });
  await zhou.say('帮助');
  await app.settle();
  expect(
    (await zhou.messages())
      .map(({ text = '' }) => text)
      .join('\n')
      .match(/停水/g)?.length,
  ).toBe(2);
  await expectInvariants(store);
});
