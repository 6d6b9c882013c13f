import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import { newBroadcastId } from '../../src/broadcasts/broadcast.ts';
import { keepBroadcast } from '../../src/broadcasts/broadcast-store.ts';
import type { Schedule } from '../../src/broadcasts/schedule.ts';
import { DAY_MS } from '../../src/calendar.ts';
import { buildPage } from '../../src/demo/build-page.ts';
import { giveDemoRoles } from '../../src/demo/people.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import type { Running } from '../../src/open.ts';
import { commitAsSystem } from '../../src/store/commit-as-system.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';
import { copyDemoData, openDemo } from '../demo-app.ts';
import { memoryFolder } from '../memory-folder.ts';
import { nextTime } from '../test-app.ts';

if (!CHROMIUM) console.log('No Chromium on this machine: the tests of the phones page are skipped.');

describe.skipIf(!CHROMIUM)('the phones page', { timeout: 120_000 }, () => {
  let browser: Browser;
  let running: Running;
  let simulator: Simulator;
  let folder: string;
  /** All tests use one page: to open another costs more than most tests. */
  let page: Page;
  const errors: string[] = [];
  beforeAll(async () => {
    folder = memoryFolder('anlin-page-');
    const launched = launchChromium();
    const [built] = await Promise.all([buildPage(), copyDemoData(folder)]);
    // Outside quiet hours, and 20 minutes before the announcements of a test below.
    ({ running, simulator } = await openDemo({ folder, at: '13:40', page: built }));
    browser = await launched;
    // The policy of `/health` would block the calls that a test below makes from there.
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, bypassCSP: true });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(simulator.url);
  }, 60_000);
  afterEach(() => expect(errors).toEqual([]));
  afterAll(async () => {
    await browser.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function setView(width: number, height: number, colorScheme: 'light' | 'dark' = 'light'): Promise<void> {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
  }
  const phoneOf = (name: string) => page.getByRole('region', { name: `${name}的聊天` });
  const tabOf = (name: string) => page.getByRole('tab', { name: `${name} Telegram` });
  const logOf = (name: string) => phoneOf(name).getByRole('log');
  const reads = (name: string, text: string | RegExp) =>
    expect.poll(() => logOf(name).innerText(), { timeout: 15_000 }).toMatch(text);
  /** Opens or closes a panel by its title. */
  const toggle = (title: string) => page.locator('summary').getByText(title).click();
  const idOf = (name: string) => [...simulator.world.people.values()].find((one) => one.first_name === name)?.id ?? 0;
  const write = (name: string, text: string) =>
    page.evaluate(
      ({ id, body }) =>
        fetch(`/sim/people/${id}/send`, { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      { id: idOf(name), body: JSON.stringify({ text }) },
    );
  /** The element with the focus: its text or label, and whether it lies in an element. */
  const focused = () =>
    page.evaluate(() => {
      const element = document.activeElement as HTMLElement;
      const phone = element.closest('.phone')?.getAttribute('aria-label') ?? '';
      return { tag: element.tagName, class: element.className, text: element.innerText.slice(0, 60), phone };
    });

  test('a new person files a first report by clicks and finds it under 我的上报', async () => {
    const phone = phoneOf('周阿姨');
    const click = async (name: string | RegExp) => phone.getByRole('button', { name }).last().click();
    const sees = (text: string | RegExp) => reads('周阿姨', text);
    await sees(/点『开始』/);
    await shoot(page, 'empty');
    await click('开始');
    await sees(/您好，我是安邻/);
    await click('📢 上报隐患');
    await sees(/先跟您说明白/);
    await click('同意基本处理');
    await sees(/哪一类/);
    await click(/消防/);
    await sees(/哪一种/);
    await click('电动车飞线充电');
    await sees(/隐患在哪里/);
    await click('发位置');
    const map = phone.getByRole('button', { name: /城市地图/ });
    await shoot(page, 'map');
    await map.press('ArrowRight');
    await map.press('ArrowLeft');
    await map.press('Enter');
    await sees(/位置收到了/);
    await click('单独同意');
    await sees(/地点：锦绣社区/);
    const field = phone.getByPlaceholder('发消息…');
    await field.fill('3幢2单元楼道口');
    await field.press('End');
    await field.press('Shift+Enter');
    await page.keyboard.insertText('有人拉线给电瓶车充电');
    await shoot(page, 'two-lines');
    await click('发送');
    await sees(/情况：3幢2单元楼道口\s+有人拉线/);
    await click('发照片');
    await click('飞线充电');
    await sees(/照片：1 张/);
    await shoot(page, 'review');
    await click('✅ 提交');
    await sees(/编号：\w{4}-\w{4}/);
    await click('📋 我的上报');
    await sees(/想看哪一件/);
    await click(/电动车飞线充电/);
    await sees(/现在：待受理/);
    await phoneOf('小陈').getByRole('button', { name: '开始' }).click();
    await phoneOf('小陈').getByRole('button', { name: '📢 上报隐患' }).click();
    await reads('小陈', /先跟您说明白/);
    await phoneOf('Emma').getByRole('button', { name: '开始' }).click();
    await reads('Emma', /Hello, I am Anlin/);
    await page.evaluate(() => window.scrollTo(0, 0));
    await shoot(page, 'done');
  });

  test('the strip shows any phone in place of the one unused for longest, and counts what a hidden phone missed', async () => {
    await setView(1280, 800);
    await expect.poll(() => page.getByRole('tab').count()).toBe(15);
    await tabOf('受理员老吴').click();
    await phoneOf('受理员老吴').waitFor();
    expect(await page.locator('.phone:visible h2').allInnerTexts()).toEqual(['小陈', 'Emma', '受理员老吴']);
    const box = await phoneOf('受理员老吴').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
    await write('周阿姨', '帮助');
    await page.getByRole('tab', { name: /^周阿姨 Telegram\s*，\d 条新消息$/ }).waitFor();
    await shoot(page, 'unread');
    await tabOf('周阿姨').click();
    await phoneOf('周阿姨').waitFor();
    expect(await tabOf('周阿姨').innerText()).toMatch(/^周阿姨\s+Telegram$/);
    expect(await page.locator('.phone:visible h2').allInnerTexts()).toEqual(['周阿姨', 'Emma', '受理员老吴']);
  });

  test.each([
    [1280, 'light'],
    [390, 'light'],
    [320, 'dark'],
    [320, 'light'],
  ] as const)('at %i px (%s) nothing is cut off and every target is large enough', async (width, scheme) => {
    await setView(width, 800, scheme);
    await tabOf('Emma').click();
    await phoneOf('Emma').waitFor();
    await expect.poll(() => page.locator('.phone:visible').count()).toBe(width === 1280 ? 3 : 1);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll('button, textarea, .bubble a')]
        .filter((b) => b.checkVisibility() && b.getBoundingClientRect().height < 24)
        .map((b) => b.textContent),
    );
    expect(small).toEqual([]);
    await shoot(page, `phones-${width}-${scheme}`);
  });

  test.each([
    [1280, 'light'],
    [390, 'dark'],
  ] as const)('axe finds no violation at %i px (%s), with every panel open', async (width, scheme) => {
    await setView(width, 900, scheme);
    await tabOf('周阿姨').click();
    const phone = phoneOf('周阿姨');
    await phone.waitFor();
    expect(await violationsOn(page)).toEqual([]);
    await toggle('时钟、故障、重置');
    await toggle('接口记录');
    await phone.getByRole('button', { name: '发位置' }).click();
    expect(await violationsOn(page)).toEqual([]);
    await shoot(page, `open-${width}-${scheme}`);
    await phone.getByRole('button', { name: '发照片' }).click();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('button', { name: '🔄 重置数据' }).click();
    expect(await violationsOn(page)).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: '关上' }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    await phone.getByRole('button', { name: '发照片' }).press('Escape');
    await expect.poll(() => phone.locator('.sheet').count()).toBe(0);
    await toggle('接口记录');
    await toggle('时钟、故障、重置');
  });

  test('a click on the map sends its place', async () => {
    await setView(1280, 800);
    await tabOf('Emma').click();
    const phone = phoneOf('Emma');
    await phone.getByRole('button', { name: '发位置' }).click();
    const map = phone.locator('.map svg');
    const box = await map.boundingBox();
    await map.click({ position: { x: (box?.width ?? 0) / 2, y: (box?.height ?? 0) / 2 } });
    await reads('Emma', /位置 31\.\d+, 119\.\d+/);
  });

  test('a browser shows a PDF, CSV or JSON from the bot, and saves a spreadsheet under its name', async () => {
    const { url, token } = simulator;
    const files = { '证书.pdf': PDF, '名单.csv': '\ufeff姓名,楼栋\r\n周阿姨,3幢\r\n', 'data.json': '{"编号":1}' };
    for (const [name, text] of Object.entries({ ...files, '结果.xlsx': 'PK' })) {
      const form = new FormData();
      form.set('chat_id', String(idOf('Emma')));
      form.set('document', new File([text], name));
      expect((await fetch(`${url}/bot${token}/sendDocument`, { method: 'POST', body: form })).ok).toBe(true);
    }
    const whole = await launchChromium({ whole: true });
    onTestFinished(() => whole.close());
    const opened = await (await whole.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await opened.goto(url);
    await opened.getByRole('tab', { name: 'Emma Telegram' }).click();
    const log = opened.getByRole('region', { name: 'Emma的聊天' }).getByRole('log');
    const link = (name: string) => log.getByRole('link', { name });
    for (const [name, type, words] of [
      ['证书.pdf', 'application/pdf', ''],
      ['名单.csv', 'text/plain', '周阿姨,3幢'],
      ['data.json', 'application/json', '"编号":1'],
    ] as const) {
      const [tab] = await Promise.all([opened.waitForEvent('popup'), link(name).click()]);
      await tab.waitForLoadState();
      expect(await tab.evaluate(() => document.contentType)).toBe(type);
      expect(await tab.locator('body').innerText()).toContain(words);
      await tab.close();
    }
    const [saved] = await Promise.all([opened.waitForEvent('download'), link('结果.xlsx').click()]);
    expect(saved.suggestedFilename()).toBe('结果.xlsx');
    await shoot(opened, 'files');
  });

  test('by keyboard alone: a skip link, one tab stop for the strip, no old buttons, and the focus stays', async () => {
    await setView(1280, 800);
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.evaluate(() => window.getSelection()?.removeAllRanges());
    await page.getByRole('link', { name: '跳到手机' }).press('Enter');
    await page.keyboard.press('Tab');
    expect((await focused()).text).toMatch(/^Emma\s+Telegram$/);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Enter');
    await phoneOf('小陈').waitFor();
    await shoot(page, 'keyboard');

    // 小陈 is asked for consent: the answer takes the buttons away, and the message keeps the focus.
    await phoneOf('小陈').getByRole('button', { name: '同意基本处理' }).press('Enter');
    await reads('小陈', /哪一类/);
    await expect.poll(focused).toMatchObject({ class: expect.stringContaining('turn'), phone: '小陈的聊天' });
    expect((await focused()).text).toContain('是哪一类隐患');
    await shoot(page, 'kept-focus');
    await page.keyboard.press('Tab');
    expect(await focused()).toMatchObject({ text: '🔥 消防', phone: '小陈的聊天' });

    // A button outside the messages leaves the focus to the log.
    await tabOf('受理员老吴').click();
    await phoneOf('受理员老吴').getByRole('button', { name: '开始' }).press('Enter');
    await expect.poll(focused).toMatchObject({ class: 'log', phone: '受理员老吴的聊天' });

    // 周阿姨's earlier cards have buttons too; only the arrow keys reach them.
    await tabOf('周阿姨').click();
    const stops = logOf('周阿姨').locator('.turn:has(button:not([tabindex="-1"]))');
    expect(await stops.count()).toBe(1);
    expect(await logOf('周阿姨').locator('.turn:has(button)').count()).toBeGreaterThan(1);
    await stops.getByRole('button').first().focus();
    await page.keyboard.press('ArrowUp');
    expect(await page.evaluate(() => (document.activeElement as HTMLElement).tabIndex)).toBe(-1);

    // While Chinese is composed, Enter chooses a word; afterwards it sends.
    const field = phoneOf('周阿姨').getByPlaceholder('发消息…');
    await field.fill('帮助');
    await field.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    expect(await field.inputValue()).toBe('帮助');
    await field.press('Enter');
    await expect.poll(() => field.inputValue()).toBe('');
  });

  test('a person can be added by keyboard alone, and Escape cancels it', async () => {
    await setView(390, 800);
    await page.getByRole('button', { name: /添加一位/ }).press('Enter');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toMatchObject({ text: '＋ 添加一位' });
    await page.keyboard.press('Enter');
    await page.keyboard.type('王叔');
    await page.keyboard.press('Enter');
    await phoneOf('王叔').waitFor();
    await expect.poll(focused).toMatchObject({ class: 'log', phone: '王叔的聊天' });
    const box = await phoneOf('王叔').boundingBox();
    expect((box?.y ?? 800) + 100).toBeLessThan(800);
    await shoot(page, 'added');
  });

  test('past an hour, the clock stops at each announcement: one set for 14:00 goes out from 13:40', async () => {
    await setView(1280, 800);
    await tabOf('Emma').click();
    const at = nextTime(simulator.world.now(), '14:00');
    await plan('Water is off', { type: 'once', at }, at);
    const repeats = { zone: 'Asia/Shanghai', misfire: 'skip' } as const;
    await plan('Doors open', { type: 'cron', cron: '7 14 * * *', ...repeats }, at + 7 * 60_000);
    await toggle('时钟、故障、重置');
    await page.getByRole('button', { name: '过一小时' }).click();
    await page.getByText('时钟拨过去了').waitFor();
    expect(simulator.world.now()).toBeGreaterThan(at);
    await reads('Emma', /Water is off[\s\S]*14:00[\s\S]*Doors open[\s\S]*14:07/);
    await shoot(page, 'clock');
  });

  /** Plans an approved announcement for readers of English. */
  async function plan(title: string, schedule: Schedule, next: number): Promise<void> {
    const record: Broadcast = {
      id: newBroadcastId(),
      state: 'approved',
      kind: 'announcement',
      topic: 'notices',
      content: { title, words: { en: 'Until the evening.' }, buttons: [] },
      audience: { type: 'people', region: '990100000000', who: 'everybody', language: 'en' },
      schedule,
      staleAfterMs: DAY_MS,
      by: 'x',
      region: '990100000000',
      madeAt: next - DAY_MS,
      next,
      runs: [],
    };
    const change = { op: record.id, what: 'test', ...keepBroadcast(running.store, record) };
    expect((await commitAsSystem(running.store, change, next - DAY_MS)).type).toBe('ok');
  }

  test('the tools inject a fault, advance the clock and reset the demo', async () => {
    const clock = async () =>
      Date.parse(
        (await page.locator('.clock').innerText())
          .replace(/^\D+/, '')
          .replace(/[年月]/g, '-')
          .replace('日', ''),
      );
    await page.getByRole('button', { name: '限流一次' }).click();
    await page.getByText(/接下来：限流一次/).waitFor();
    await tabOf('小陈').click();
    const phone = phoneOf('小陈');
    await phone.getByPlaceholder('发消息…').fill('帮助');
    await phone.getByRole('button', { name: '发送', exact: true }).click();
    // Telegram lets the bot wait for five seconds; meanwhile the clock moves.
    const before = await clock();
    await page.getByRole('button', { name: '过一天' }).click();
    await expect
      .poll(async () => (await clock()) - before, { timeout: 60_000 })
      .toBeGreaterThanOrEqual(86_400_000 - 60_000);
    await reads('小陈', /我能帮您做这些/);
    await toggle('接口记录');
    await page.getByLabel('只看：').selectOption({ label: '小陈' });
    await expect.poll(() => page.locator('.calls ol').innerText()).toMatch(/✗ 429/);
    await page.getByRole('button', { name: '🔄 重置数据' }).click();
    await page.getByRole('button', { name: '确定重置' }).click();
    // A reset writes the whole history anew.
    await page.getByText('已经重置').waitFor({ timeout: 60_000 });
    await reads('小陈', /点『开始』/);
    await phone.getByRole('button', { name: '开始' }).click();
    await reads('小陈', /您好，我是安邻/);
  });

  test('a button opens the console on the phone, signed in as its person; the page links the console', async () => {
    const { url, token, world } = simulator;
    await giveDemoRoles(running.store, world, world.now());
    const console = `http://127.0.0.1:${running.web.port}/console`;
    // This context keeps the policies of both pages.
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' });
    const tab = await context.newPage();
    const troubles: string[] = [];
    tab.on('pageerror', ({ message }) => troubles.push(message));
    tab.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    const reply_markup = { inline_keyboard: [[{ text: '打开后台', web_app: { url: console } }]] };
    const sent = await fetch(`${url}/bot${token}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: idOf('受理员老吴'), text: '后台在这里。', reply_markup }),
    });
    expect(sent.status).toBe(200);
    await tab.goto(url);
    expect(await tab.getByRole('link', { name: /组织者后台/ }).getAttribute('href')).toBe(console);
    await tab.getByRole('tab', { name: '受理员老吴 Telegram' }).click();
    const opener = tab.getByRole('button', { name: '打开后台' });
    await opener.click();
    const frame = tab.frameLocator('dialog.app iframe');
    await frame.getByRole('heading', { name: '工作台' }).waitFor({ timeout: 30_000 });
    await frame.locator('summary').getByText('受理员').waitFor();
    for (const theme of ['light', 'dark'] as const)
      for (const width of [1280, 390, 320]) {
        await tab.emulateMedia({ colorScheme: theme });
        await tab.setViewportSize({ width, height: 860 });
        expect(await violationsOn(tab), `${theme} ${width}`).toEqual([]);
        expect(await tab.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await shoot(tab, `app-${theme}-${width}`);
      }
    await tab.locator('dialog.app').getByRole('button', { name: '关上' }).click();
    await tab.locator('dialog.app').waitFor({ state: 'detached' });
    expect(await opener.evaluate((one) => document.activeElement === one)).toBe(true);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test('a role card opens the console of the demo, whose cookies a browser keeps without TLS', async () => {
    const tab = await page.context().newPage();
    await tab.goto(`http://127.0.0.1:${running.web.port}/health`);
    const [cards, entered, sessions, resident] = await tab.evaluate(async () => {
      const call = async (path: string, body?: object) => {
        const headers = { 'content-type': 'application/json', 'x-anlin-page': '1' };
        const sent = body ? { method: 'POST', headers, body: JSON.stringify(body) } : {};
        const answer = await fetch(`/console/api${path}`, sent);
        return [answer.status, await answer.json()] as const;
      };
      const cards = await call('/sign-in/demo');
      const { urn } = cards[1].find(({ name }: { name: string }) => name === '受理员老吴');
      return [
        ...[cards, await call('/sign-in/demo', { urn })],
        ...[await call('/sessions'), await call('/sign-in/demo', { urn: 'telegram:1' })],
      ] as const;
    });
    await tab.close();
    expect(cards[1].map(({ name }: { name: string }) => name)).toEqual([
      ...['受理员老吴', '经办王工', '网格员小林', '网格员小高', '负责人陈主任', '平安办老郑', '审计老孙'],
      ...['柳湾受理员小苏', '柳湾网格员老何'],
    ]);
    expect(cards[1].at(4)).toMatchObject({ roles: ['lead', 'office'] });
    expect([entered?.[0], sessions?.[0], resident?.[0]]).toEqual([200, 200, 404]);
    expect(sessions?.[1]).toEqual(expect.arrayContaining([expect.objectContaining({ door: 'demo', current: true })]));
  });
});

/** A PDF with one empty page. */
const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF`;
