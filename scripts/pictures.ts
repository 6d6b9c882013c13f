import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { chromium } from 'playwright-core';
import { dayOf, momentOf } from '../src/calendar.ts';
import { readConfig } from '../src/config.ts';
import { phonesPage } from '../src/demo/build-page.ts';
import { addDemoPeople, giveDemoRoles } from '../src/demo/people.ts';
import { open } from '../src/open.ts';

// Takes the pictures of README from the demo: npm run pictures. CHROMIUM names another browser.
const DOCS = new URL('../docs/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'anlin-pictures-'));
const config = readConfig({ DATA_DIR: folder, PORT: '0', SIM_PORT: '0', SEND_RATE_CHAT: '1000', LOG_LEVEL: 'error' });
const running = await open(config, { page: phonesPage, limits: false });
await running.history;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const { simulator, store, services, web } = running;
  if (!simulator) throw new Error('The demo has no simulator.');
  addDemoPeople(simulator.world);
  const now = simulator.world.now();
  simulator.world.advanceClock(Math.max(0, (momentOf(`${dayOf(now)}T10:00`) - now) / 1000));
  await giveDemoRoles(store, simulator.world, services.now());
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' });
  const address = `http://127.0.0.1:${web.port}/console`;
  const picture = async (name: string) => {
    await page.waitForTimeout(1000);
    await page.screenshot({ path: join(DOCS, `${name}.png`) });
  };
  await page.goto(address);
  await page.getByRole('button', { name: /受理员老吴/ }).click();
  await page.locator('.charts svg').first().waitFor();
  await picture('console-today');
  await page.goto(`${address}/cases?stage=intake`);
  await page.locator('.rows a').nth(1).click();
  await page.locator('.actions button').first().waitFor();
  await picture('console-hazards');
  await page.goto(`${address}/broadcasts`);
  await page.getByRole('button', { name: '写公告' }).click();
  await page.getByLabel('标题').fill('今晚十点停水');
  await page.getByLabel('正文').fill('今晚十点到明早六点，锦绣街道停水检修。\n请提前存一点水，老人家里帮着看一眼。');
  await page.evaluate(() => scrollTo(0, 0));
  await picture('console-announcement');
  await phonesPicture(
    await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' }),
    simulator.url,
  );
} finally {
  await browser.close();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
}

/** A report on the web phone, the same case in WeCom and in Telegram. */
async function phonesPicture(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByRole('tab', { name: '受理员老吴 企业微信' }).click();
  const wecom = page.getByRole('region', { name: '受理员老吴的企业微信聊天' });
  await wecom.getByRole('button', { name: '打个招呼' }).click();
  await wecom.locator('.turn.bot').first().waitFor();
  await page.getByRole('tab', { name: '周阿姨 微信' }).click();
  const wechat = page.getByRole('region', { name: '周阿姨的微信聊天' });
  await wechat.getByRole('button', { name: '关注', exact: true }).click();
  await wechat.locator('.turn.bot').first().waitFor();
  await page.getByRole('tab', { name: '周阿姨 网页' }).click();
  await page.getByRole('button', { name: '扫楼道的码' }).click();
  const web = page.frameLocator('.phone.web iframe');
  const last = (what: string | RegExp) => web.locator('.bot').last().filter({ hasText: what });
  const tap = (name: string | RegExp) => web.locator('.bot').last().getByRole('button', { name }).click();
  await web.getByRole('button', { name: '开始' }).click();
  await last('先跟您说明白').waitFor();
  await tap('同意基本处理');
  await last('哪一类').waitFor();
  await tap(/消防/);
  await last('哪一种').waitFor();
  await tap('电动车飞线充电');
  await last('都对就提交').waitFor();
  await tap(/^✅ 提交/);
  // The offer of a return code follows.
  await web.locator('.bot').filter({ hasText: '编号' }).waitFor();
  await wecom.locator('.turn.bot').last().filter({ hasText: '去办' }).waitFor();
  await page.waitForTimeout(1000);
  await page.screenshot({ path: join(DOCS, 'phones.png') });
}
