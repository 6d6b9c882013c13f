import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY_MS } from '../../src/calendar.ts';
import { giveDemoRoles } from '../../src/demo/people.ts';
import type { Simulator } from '../../src/demo/simulator/server.ts';
import { writeXlsx } from '../../src/files/write-xlsx.ts';
import { openWording } from '../../src/i18n.ts';
import { defaultStandard } from '../../src/inspections/standards/default-standards.ts';
import { STANDARD_COLUMNS, standardRows } from '../../src/inspections/standards/standard-rows.ts';
import type { Running } from '../../src/open.ts';
import { builtPage } from '../../src/page-build/page-files.ts';
import { codeOf, stepAt } from '../../src/people/sign-in/totp.ts';
import { loadBulletin, loadBulletinMonths } from '../../src/review/bulletin/bulletin-store.ts';
import { loadSnapshot } from '../../src/review/snapshot-store.ts';
import { saveJobRecord } from '../../src/store/job-records.ts';
import { CHROMIUM, launchChromium, shoot, violationsOn } from '../chromium.ts';
import { copyDemoData, openDemo } from '../demo-app.ts';
import { memoryFolder } from '../memory-folder.ts';
import { Phone } from '../phone.ts';
import { report } from '../report.ts';
import { bytesOf, linkOf } from './browser.ts';

if (!CHROMIUM) console.log('No Chromium on this machine: the tests of the console pages are skipped.');

describe.skipIf(!CHROMIUM)('the console', { timeout: 90_000 }, () => {
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let running: Running;
  let simulator: Simulator;
  let folder: string;
  const troubles: string[] = [];

  beforeAll(async () => {
    folder = memoryFolder('anlin-console-');
    const launched = launchChromium();
    await copyDemoData(folder);
    // Outside quiet hours.
    ({ running, simulator } = await openDemo({ folder, at: '10:00' }));
    const { world } = simulator;
    await giveDemoRoles(running.store, world, world.now());
    browser = await launched;
    context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' });
    page = await context.newPage();
    page.on('pageerror', ({ message }) => troubles.push(message));
    page.on('console', (message) => {
      // A call without a session or a fresh proof is refused: the page then asks for it.
      if (message.type() === 'error' && !/status of (40[134]|0)|net::ERR/.test(message.text()))
        troubles.push(message.text());
    });
  }, 90_000);
  afterEach(() => expect(troubles.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const address = (path = '') => `http://127.0.0.1:${running.web.port}/console${path}`;
  const button = (name: string | RegExp) => page.getByRole('button', { name }).first();
  const sees = (text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 15_000 });
  async function signInAs(name: string): Promise<void> {
    await context.clearCookies();
    if (page.url().startsWith('http')) await page.evaluate(() => sessionStorage.clear());
    await page.goto(address());
    await button(new RegExp(name)).click();
    await page.getByRole('heading', { name: '工作台' }).waitFor();
  }
  /** What axe does not know: a page wider than the screen, small text in charts, and words that stand on end. */
  const ownFaults = () =>
    page.evaluate(() => {
      const root = document.documentElement;
      const small = [...document.querySelectorAll('svg text')].filter((one) => one.getBoundingClientRect().height < 11);
      const linesOf = (cell: Element) => {
        const words = document.createRange();
        words.selectNodeContents(cell);
        return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size;
      };
      const hints = [...document.querySelectorAll<HTMLInputElement>('input[placeholder]')].filter((field) => {
        const pen = document.createElement('canvas').getContext('2d');
        const { font, paddingLeft, paddingRight } = getComputedStyle(field);
        if (!pen || field.clientWidth === 0) return false;
        pen.font = font;
        const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
        return pen.measureText(field.placeholder).width > room;
      });
      const onEnd = [...document.querySelectorAll('th, td')].filter((one) => one.clientWidth < 60 && linesOf(one) > 3);
      return [
        ...onEnd.map((one) => `a column is too narrow for "${one.textContent}"`),
        ...(root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} px wide`] : []),
        ...hints.map((field) => `the hint "${field.placeholder}" is cut off`),
        ...small.map((one) => `chart text "${one.textContent}" is small`),
      ];
    });

  test('its first load is small', async () => {
    // The first call builds the page.
    await page.goto(address());
    const built = builtPage('console');
    const html = readFileSync(join(built, 'index.html'), 'utf8');
    const sizes = [...html.matchAll(/\/console\/(assets\/[^"]+\.(js|css))/g)].map(([, file = '', kind = '']) => ({
      ...{ file, kind },
      bytes: statSync(join(built, `${file}.br`)).size,
    }));
    const sum = (kind: string) => sizes.filter((one) => one.kind === kind).reduce((all, { bytes }) => all + bytes, 0);
    expect(sum('js')).toBeGreaterThan(5_000);
    expect(sum('js')).toBeLessThan(30_000);
    expect(sum('css')).toBeLessThan(6_000);
    // The tile layer has a budget of its own: only a city with map tiles loads it.
    const isCounted = (name: string) => name.endsWith('.br') && !name.startsWith('tile-layer');
    const lazy = readdirSync(join(built, 'assets')).filter(isCounted);
    const bytesOf = (name: string) => statSync(join(built, 'assets', name)).size;
    expect(lazy.reduce((bytes, name) => bytes + bytesOf(name), 0)).toBeLessThan(110_000);
    // One page loads its own part; charts and English words are shared by all.
    const first = sizes.map(({ file }) => file);
    const isShared = (name: string) =>
      /^(charts|console)/.test(name) || first.includes(`assets/${name.replace('.br', '')}`);
    const tooLarge = lazy.filter((name) => !isShared(name) && bytesOf(name) > 8000);
    expect(tooLarge).toEqual([]);
  });

  test('the bulletin prints on two A4 pages, and each sentence opens the cases behind it', async () => {
    await signInAs('负责人陈主任');
    await page.goto(address('/bulletin'));
    await page.locator('.sheet').nth(1).waitFor();
    expect(await ownFaults()).toEqual([]);
    expect(await violationsOn(page)).toEqual([]);
    // A bulletin prints the frozen score, so its day is not before that.
    for (const { month } of await loadBulletinMonths(running.store)) {
      const [bulletin, snapshot] = [await loadBulletin(running.store, month), await loadSnapshot(running.store, month)];
      expect(bulletin?.madeAt).toBeGreaterThanOrEqual(snapshot?.frozenAt ?? Number.NaN);
    }
    await page.locator('.rows-of').first().click();
    await page.locator('.rows-shown').first().waitFor();
    // A row of a unit's evidence opens its case.
    await page.goto(address('/units?unit=jinxiu_garden'));
    await page
      .locator('.unit details summary')
      .filter({ hasText: /\d 行|\d 件/ })
      .first()
      .waitFor();
    await page.locator('.unit details').evaluateAll((all) => {
      for (const one of all) (one as HTMLDetailsElement).open = true;
    });
    const link = page.locator('.unit details a').first();
    const number = await link.innerText();
    await link.click();
    await page.locator('.case h2').waitFor();
    await page.locator('.case').getByText(number.slice(0, 4)).first().waitFor();
    await page.goto(address('/bulletin'));
    await page.locator('.sheet').nth(1).waitFor();
    await shoot(page, 'console-bulletin');
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const boxes = [...pdf.matchAll(/\/Type\s*\/Page\b[^s][\s\S]*?\/MediaBox\s*\[0 0 (\d+)[.\d]* (\d+)/g)];
    expect(boxes.map(([, width, height]) => [width, height])).toEqual([
      ['594', '841'],
      ['594', '841'],
    ]);
    // Nothing that is cut off: the text ends above the foot of its page.
    await page.emulateMedia({ media: 'print' });
    const ends = await page.locator('.sheet').evaluateAll((sheets) =>
      sheets.map((sheet) => {
        const bottoms = [...sheet.children].map((child) => (child as HTMLElement).getBoundingClientRect());
        const foot = bottoms.pop();
        return Math.max(...bottoms.map(({ bottom }) => bottom)) <= (foot?.top ?? 0);
      }),
    );
    expect(ends).toEqual([true, true]);
    await page.emulateMedia({ media: 'screen' });
    await page.goto(address('/letters'));
    await page.locator('.rows .line').first().waitFor();
    expect(await violationsOn(page)).toEqual([]);
  });

  test('a report of 周阿姨 is seen, accepted and dispatched by keys, and an announcement reaches all phones', async () => {
    const { url } = simulator;
    await signInAs('受理员老吴');
    const waiting = () => page.locator('.tiles strong').first().innerText().then(Number);
    await page.locator('.tiles').waitFor();
    const before = await waiting();
    const zhou = await Phone.of(url, '周阿姨二');
    const number = await report(zhou, { words: '楼道里拉线充电 <img src=x onerror="window.hacked=1">' });
    await expect.poll(waiting, { timeout: 10_000 }).toBe(before + 1);
    await shoot(page, 'console-home');

    await page.getByRole('link', { name: '隐患', exact: true }).first().click();
    await page.locator('.rows li').first().waitFor();
    const chen = await Phone.of(url, '小陈二');
    await report(chen);
    await sees('1 件新隐患 ↑');
    await button(/件新隐患/).click();
    await page.locator('.rows li:first-child a:focus').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(number);
    await page.locator('.rows li').first().getByText(number.slice(0, 4)).waitFor();
    await expect.poll(() => page.locator('.rows li').count()).toBe(1);
    // All the rest by keys: leave the search, choose the row, open it, accept it, dispatch it.
    await page.keyboard.press('Tab');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('j');
    await page.keyboard.press('o');
    await page.locator('.case h2').waitFor();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    await sees(/<img src=x/);
    await shoot(page, 'console-case');
    await page.keyboard.press('a');
    await sees(/是不是高风险/);
    // The page moves the focus to what it has just shown: a key before that would go astray.
    const pressInDeed = async (shown: '.question' | '.done', one: string) => {
      await page.locator(`.deed ${shown}:focus`).waitFor();
      await page.locator(`.deed ${one}`).first().press('Enter');
    };
    await pressInDeed('.question', 'button:text-is("一般")');
    await sees(/立案了/);
    await pressInDeed('.done', 'button:text-is("关闭")');
    await page.locator('#case-title:focus').waitFor();
    await page.locator('.actions').getByRole('button', { name: '派遣' }).press('Enter');
    await pressInDeed('.question', '.options button');
    await sees('居民会收到');
    await shoot(page, 'console-deed');
    await pressInDeed('.question', 'button:text("确定")');
    await sees(/派出去了/);
    await zhou.hasSeen(/派给了/);
    // The stream told of the own deed too: it is no deed of another.
    expect(await page.getByText('刚才有人动过这一件').count()).toBe(0);

    await page.keyboard.press('Escape');
    await page.goto(address('/broadcasts'));
    await button('写公告').click();
    await page.getByLabel('标题').fill('今晚停水');
    await page.getByLabel('正文').fill('今晚十点到明早六点停水，请先存水。');
    // An urgent one needs two people, however few it reaches.
    await button(/^紧急，/).click();
    await sees(/会发给 \d+ 人/);
    await button('看一遍').click();
    await button('存成草稿').click();
    await shoot(page, 'console-broadcast');
    await page.locator('.card-panel .options').getByRole('button', { name: /提交/ }).click();
    for (let i = 0; i < 3 && !(await page.locator('.done').count()); i += 1) await answerNumberOrYes();
    await page.locator('.done').waitFor();

    // A second person agrees, after a number in the chat; then every phone has it.
    await signInAs('负责人陈主任');
    await page.goto(address('/broadcasts'));
    await page.locator('.rows .line').first().click();
    await page
      .locator('.card-panel .options')
      .getByRole('button', { name: /同意发出/ })
      .click();
    for (let i = 0; i < 3 && !(await page.locator('.proof .number').count()); i += 1) await answerNumberOrYes();
    const shownNumber = await page.locator('.proof .number').innerText();
    await tapOn('负责人陈主任', shownNumber);
    await page.locator('.done').waitFor({ timeout: 15_000 });
    await shoot(page, 'console-approved');
    await running.jobs.run('broadcast-schedule');
    for (const phone of [zhou, chen]) await phone.hasSeen(/今晚停水/);
  });

  /** Answers the question about the number of recipients, or a confirmation. */
  async function answerNumberOrYes(): Promise<void> {
    const ask = page.locator('.talk .ask');
    // The last call is over, or it waits for the number.
    await page.locator('.talk[aria-busy="false"], .proof .number').first().waitFor();
    if ((await ask.count()) === 0 || (await page.locator('.proof .number').count()) > 0) return;
    const text = await ask.innerText();
    const input = page.locator('.talk .typed input');
    if (await input.count()) {
      await input.fill(/(\d+) 个?人/.exec(text)?.[1] ?? '');
      await page.locator('.talk .typed button').click();
    } else if (await page.locator('.talk .options .main').count()) await page.locator('.talk .options .main').click();
  }

  async function tapOn(name: string, label: string): Promise<void> {
    const id = [...simulator.world.people.values()].find((one) => one.first_name === name)?.id ?? 0;
    const api = `${simulator.url}/sim/people/${id}`;
    await expect
      .poll(
        async () => {
          const messages = (await (await fetch(`${api}/messages?after=0`)).json()) as readonly {
            message_id: number;
            buttons: { text: string }[][];
          }[];
          const message = messages.findLast(({ buttons }) => buttons.flat().some(({ text }) => text === label));
          if (!message) return 'not yet';
          const body = JSON.stringify({ message_id: message.message_id, button: label });
          const answer = await fetch(`${api}/tap`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body,
          });
          return answer.status < 300 ? 'tapped' : `status ${answer.status}`;
        },
        { timeout: 10_000 },
      )
      .toBe('tapped');
  }

  test('by keys alone, a photo and a panel close one at a time, and the focus goes back to what opened them', async () => {
    await signInAs('受理员老吴');
    const number = await report(await Phone.of(simulator.url, '孙阿姨'), { photo: 'manhole' });
    // The photo is still on its way when the card opens, and is shown once it is there.
    const photoAt = '**/console/api/**/photos/**';
    await page.route(photoAt, (route) => route.fulfill({ status: 404 }));
    await page.goto(address(`/cases?q=${number}`));
    const row = page.locator('.rows li a');
    await row.press('Enter');
    await sees('照片还在路上');
    await running.jobs.run('photo-retention');
    await page.unroute(photoAt);
    const photo = page.locator('.pictures figure > button');
    await photo.waitFor();
    // Inside a deed, Escape closes the deed alone, and what was typed comes back with it.
    await page.keyboard.press('a');
    await page.locator('.deed .question:focus').waitFor();
    await page.locator('.deed button').first().press('Escape');
    await page.locator('#case-title:focus').waitFor();
    expect(await page.locator('.deed').count()).toBe(0);
    await photo.press('Enter');
    const close = page.locator('dialog[open] button:focus');
    expect((await close.boundingBox())?.width).toBeGreaterThan(44);
    await page.keyboard.press('Escape');
    await page.locator('dialog[open]').waitFor({ state: 'detached' });
    expect(await page.locator('.case h2').count()).toBe(1);
    await page.locator('.pictures figure > button:focus').waitFor();
    // After the last case there is none: the list comes back.
    await button('下一件').press('Enter');
    await page.locator('.rows li a:focus').waitFor();
    // The first key stands on the most urgent case.
    await page.goto(address('/cases'));
    await page.locator('.rows li a').nth(1).waitFor();
    await page.keyboard.press('j');
    await page.locator('.rows li:first-child a:focus').waitFor();
    await page.keyboard.press('j');
    await page.locator('.rows li:nth-child(2) a:focus').waitFor();
    await page.goto(address('/tasks'));
    await button('派任务').press('Enter');
    await page.locator('.question:focus').waitFor();
    await page.locator('.card-panel button').nth(1).press('Escape');
    await page.locator('.starts button:focus').waitFor();
  });

  test('what opens beside a list has the focus, and gives it back', async () => {
    await signInAs('平安办老郑');
    await page.setViewportSize({ width: 390, height: 860 });
    await page.goto(address('/units'));
    const line = page.locator('.rows .line').first();
    // The narrow menu folds this page away and still says where one is.
    expect(await page.locator('.menu summary.here').isVisible()).toBe(true);
    await line.press('Enter');
    await page.locator('.ring').getByText('圈里的数满分 100').waitFor();
    await page.locator('.card-panel:focus').waitFor();
    await page.locator('.card-panel .back').press('Enter');
    await page.locator('.rows .line:focus').waitFor();
    for (const path of ['/inspections', '/alerts']) {
      await page.goto(address(path));
      await page.locator('.rows .line').first().press('Enter');
      await page.locator('.card-panel:focus').waitFor();
      expect(await page.locator('.rows .line').first().isVisible()).toBe(false);
      await page.locator('.card-panel .back').press('Enter');
      await page.locator('.rows .line:focus').waitFor();
    }
    await page.setViewportSize({ width: 1280, height: 860 });
    await page.goto(address('/inspections'));
    await sees(/^20\d\d年\d+月\d+日 至 20\d\d年\d+月\d+日$/);
  });

  test('the back button leads back, and a reload keeps where one was and what one typed', async () => {
    await signInAs('受理员老吴');
    await page.goto(address('/cases?stage=all'));
    await page.locator('.rows li a').first().click();
    await page.locator('.case h2').waitFor();
    await page.goBack();
    await expect.poll(() => page.locator('.case').count()).toBe(0);
    await page.goForward();
    await page.locator('.case h2').waitFor();
    await page.locator('.actions').getByRole('button', { name: '给同事留言' }).click();
    await page.locator('.deed textarea').fill('下午再去看一次');
    await page.reload();
    await page.locator('.actions').getByRole('button', { name: '给同事留言' }).click();
    await expect.poll(() => page.locator('.deed textarea').inputValue()).toBe('下午再去看一次');
  });

  test('a session that ends asks to sign in above the page, and nothing typed is lost', async () => {
    await context.clearCookies();
    await page.locator('.deed').getByRole('button', { name: '下一步' }).click();
    await sees('登录过期了，请再登录一次');
    await button(/受理员老吴/).click();
    await expect.poll(() => page.locator('.sign-in').count()).toBe(0);
    expect(await page.locator('.deed textarea').inputValue()).toBe('下午再去看一次');
    await button('再试一次').click();
    await sees(/记下了|留言/);
  });

  test('without a network it says so, and goes on by itself', async () => {
    await page.goto(address('/cases'));
    await sees('实时');
    await context.setOffline(true);
    await button(/挂账/).click();
    await sees('没有成功。');
    await context.setOffline(false);
    await button('再试一次').click();
    await expect.poll(() => page.locator('.state').innerText()).toMatch(/这里还没有隐患/);
  });

  test('more tabs than a browser opens connections all load: a hidden tab follows no changes until it is shown', async () => {
    await signInAs('平安办老郑');
    const tabs: Page[] = [];
    const setHidden = (tab: Page, hidden: boolean) =>
      tab.evaluate((value) => {
        Object.defineProperty(document, 'hidden', { configurable: true, value });
        document.dispatchEvent(new Event('visibilitychange'));
      }, hidden);
    for (let i = 0; i < 7; i += 1) {
      const tab = await context.newPage();
      tabs.push(tab);
      await tab.goto(address('/tasks'), { timeout: 15_000 });
      await tab.locator('.live.on').waitFor({ timeout: 15_000 });
      await setHidden(tab, true);
    }
    await tabs[0]?.locator('.live.on').waitFor({ state: 'detached' });
    if (tabs[0]) await setHidden(tabs[0], false);
    await tabs[0]?.locator('.live.on').waitFor();
    for (const tab of tabs) await tab.close();
  });

  test('a link of the chat signs in its person, also in a browser where a colleague is signed in', async () => {
    await signInAs('平安办老郑');
    const people = (await fetch(`${simulator.url}/sim/people`).then((answer) => answer.json())) as {
      readonly id: number;
      readonly first_name: string;
    }[]; // the simulator's own answer
    const wu = Phone.at(simulator.url, people.find(({ first_name }) => first_name === '受理员老吴')?.id ?? 0);
    const token = await linkOf(wu);
    await page.goto('about:blank');
    await page.goto(address(`#t=${token}`));
    await wu.tap(await page.locator('.number').innerText());
    await page.locator('.account summary').filter({ hasText: '受理员' }).waitFor();
    expect(page.url()).toBe(address());
  });

  test('a page that a role may not open says who can', async () => {
    await page.goto(address('/settings'));
    await sees('这里您还打不开');
  });

  test('a time limit is changed in a form, whose difference stands there before it is saved', async () => {
    await signInAs('负责人陈主任');
    await page.goto(address('/settings'));
    await page.locator('summary').getByText('类别和时限').click();
    await page.locator('table.categories button').nth(1).click();
    await page.locator('input[name="contain.n"]').fill('3');
    await button('看改动').click();
    await page.locator('.category-form .card-text').getByText('管控时限 2h → 3h').waitFor();
    expect([...(await violationsOn(page)), ...(await ownFaults())]).toEqual([]);
    // A change of the form voids what was looked at.
    await page.locator('input[name="contain.n"]').fill('4');
    await expect.poll(() => page.locator('.category-form .card-text').count()).toBe(0);
    expect(await page.getByRole('button', { name: /存下/ }).count()).toBe(0);
  });

  test('background jobs are folded while all go well; a failed one opens the list and stands first', async () => {
    await signInAs('平安办老郑');
    await page.goto(address('/settings'));
    const jobs = page.locator('details').filter({ has: page.locator('table.jobs') });
    await jobs.getByText(/^\d+ 项都正常$/).waitFor();
    expect(await jobs.evaluate((shown) => (shown as HTMLDetailsElement).open)).toBe(false);
    const last = { at: running.services.now(), ms: 7, outcome: 'failed', process: 'test' } as const;
    await saveJobRecord(running.store, 'level-rechecks', { every: DAY_MS, last });
    await page.reload();
    await jobs.getByText(/^\d+ 项里有 1 项没做成$/).waitFor();
    const first = jobs.locator('tbody tr').first();
    await expect.poll(() => first.isVisible()).toBe(true);
    expect(await first.innerText()).toMatch(/level-rechecks\s+1天\s.*失败/s);
    await saveJobRecord(running.store, 'level-rechecks', { every: DAY_MS });
  });

  test('a standard is uploaded: a wrong file gets its sentence, a dry run shows what differs, and saving makes the next version', async () => {
    await signInAs('平安办老郑');
    await page.goto(address('/units?view=standards'));
    const bank = page.locator('article section').filter({ has: page.getByRole('heading', { name: '平安银行' }) });
    await bank.getByText('第 1 版').waitFor();
    const choose = (name: string, buffer: Buffer) =>
      page.locator('input[type="file"]').setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
    await button('试一遍').click();
    await sees('请先选一个文件。');
    // The file that the page itself saves, with two points moved in it.
    const say = openWording().in('zh-CN');
    const rows = standardRows(defaultStandard('bank'), say).map((row) => [...row]);
    const max = STANDARD_COLUMNS.indexOf('max');
    const [first = [], second = []] = rows.slice(1);
    first[max] = Number(first[max]) + 1;
    await choose('101.xlsx', await writeXlsx([{ name: 'bank', rows }]));
    await button('试一遍').click();
    await sees(/第 \d+ 行，分值：分值合计是 bank 101，不是 100。请改/);
    expect(await page.getByRole('button', { name: /^存下/ }).count()).toBe(0);
    second[max] = Number(second[max]) - 1;
    await choose('standard-bank.xlsx', await writeXlsx([{ name: 'bank', rows }]));
    await button('试一遍').click();
    await sees(/～ 第 \d+ 条 分值：\d+ → \d+/);
    expect([...(await violationsOn(page)), ...(await ownFaults())]).toEqual([]);
    await shoot(page, 'console-standard');
    await button('存下 2 处改动').click();
    const shownNumber = await page.locator('.number').innerText();
    await tapOn('平安办老郑', shownNumber);
    await bank.getByText(/第 3 版.*现在用/).waitFor({ timeout: 15_000 });
    // A wrong file after it changes nothing, and says what is wanted.
    await choose('小区.csv', Buffer.from('单位代码,名称\nu_lamp,路灯所\n'));
    await button('试一遍').click();
    await sees('要一份只有一张表的 XLSX，这份里有 0 张。请先导出现在用的标准表，在它上面改。');
    expect(await page.getByRole('button', { name: /^存下/ }).count()).toBe(0);
  });

  test('the cases of a colleague are given to another one', async () => {
    await signInAs('负责人陈主任');
    await page.goto(address('/people'));
    await button('交接案件').click();
    const colleague = button(/手上 \d+ 件/);
    const [, count] = /手上 (\d+) 件/.exec((await colleague.textContent()) ?? '') ?? [];
    await colleague.click();
    await page.getByText('交给谁').waitFor();
    expect([...(await violationsOn(page)), ...(await ownFaults())]).toEqual([]);
    await page.locator('.card-panel .question button').first().click();
    await button('交过去').click();
    // One hand-over moves at most a hundred.
    const moved = Math.min(Number(count), 100);
    await sees(new RegExp(`手上的 ${moved} 件交给 .+ 了|${moved} 件交给`));
    expect(await violationsOn(page)).toEqual([]);
  });

  test('codes on a phone are set up by keys, and asked for before the number of a dangerous deed', async () => {
    const name = '负责人陈主任';
    await signInAs(name);
    await page.getByText('街道负责人', { exact: true }).first().press('Enter');
    await page.getByRole('link', { name: '登录和安全' }).press('Enter');
    await button('设手机验证码').press('Enter');
    await tapOn(name, await page.locator('.proof .number').innerText());
    const secret = page.locator('.secret');
    await secret.waitFor({ timeout: 15_000 });
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await shoot(page, 'console-factor');
    expect([...(await violationsOn(page)), ...(await ownFaults())]).toEqual([]);
    const key = bytesOf(await secret.innerText());
    const { now } = running.services;
    await page.keyboard.type(codeOf(key, stepAt(now()) + 50));
    await page.keyboard.press('Enter');
    await sees(/这个码不对/);
    await page.keyboard.type(codeOf(key, stepAt(now())));
    await page.keyboard.press('Enter');
    await button('关掉').waitFor();
    // A proof that is still fresh would ask for nothing.
    simulator.world.advanceClock(5 * 60);
    await button('关掉').press('Enter');
    await page.locator('.proof input').waitFor();
    await shoot(page, 'console-code');
    expect([...(await violationsOn(page)), ...(await ownFaults())]).toEqual([]);
    await page.keyboard.type(codeOf(key, stepAt(now())));
    await page.keyboard.press('Enter');
    await tapOn(name, await page.locator('.proof .number').innerText());
    await button('设手机验证码').waitFor({ timeout: 15_000 });
  });

  describe('at every width, light and dark', () => {
    const VIEWS = [
      [1280, 'light'],
      [390, 'dark'],
      [320, 'light'],
    ] as const;
    const PATHS = [
      '/',
      '/cases?stage=all',
      '/cases?stage=all&view=map',
      '/tasks',
      '/broadcasts',
      '/surveys',
      '/inspections',
      '/roster',
      '/units',
      '/topics',
      '/alerts',
      '/score',
      '/letters',
      '/people',
      '/settings',
      '/account',
    ];
    beforeAll(() => signInAs('负责人陈主任'));
    beforeEach(() => setView(1280, 'light'));

    test.each(PATHS)('%s is without fault', async (path) => {
      await page.goto(address(path));
      await page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => page.locator('.wait').count(), { timeout: 10_000 }).toBe(0);
      for (const [width, colorScheme] of VIEWS) {
        await setView(width, colorScheme);
        await shoot(page, `console-${path.replace(/\W+/g, '-')}-${width}-${colorScheme}`);
        // Colours and roles are the same at 320 px, which only the layout may break.
        const violations = width === 320 ? [] : await violationsOn(page);
        expect([...violations, ...(await ownFaults())], `${width} px, ${colorScheme}`).toEqual([]);
      }
    });

    test('a case and the list of keys are without fault', async () => {
      await page.goto(address('/cases?stage=all'));
      await page.locator('.rows li a').first().click();
      await page.locator('.case h2').waitFor();
      for (const [width, colorScheme] of VIEWS) {
        await setView(width, colorScheme);
        await shoot(page, `console-card-${width}-${colorScheme}`);
        expect([...(await violationsOn(page)), ...(await ownFaults())], `${width} px, ${colorScheme}`).toEqual([]);
      }
      await setView(1280, 'light');
      await page.keyboard.press('?');
      expect(await violationsOn(page)).toEqual([]);
    });

    /** Resizes the page. Charts are drawn anew in the frame after the one that measures them. */
    async function setView(width: number, colorScheme: 'light' | 'dark'): Promise<void> {
      await page.setViewportSize({ width, height: 860 });
      await page.emulateMedia({ colorScheme });
      await page.evaluate(async () => {
        for (let i = 0; i < 3; i += 1) await new Promise((done) => requestAnimationFrame(done));
      });
    }
  });
});
