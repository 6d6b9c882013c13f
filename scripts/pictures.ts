import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { dayOf, momentOf } from '../src/calendar.ts';
import { readConfig } from '../src/config.ts';
import { addDemoPeople, giveDemoRoles } from '../src/demo/people.ts';
import { open } from '../src/open.ts';

// Takes the console's pictures of README from the demo: npm run pictures. CHROMIUM names another browser.
const DOCS = new URL('../docs/', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'anlin-pictures-'));
const running = await open(readConfig({ DATA_DIR: folder, PORT: '0', SIM_PORT: '0', LOG_LEVEL: 'error' }));
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
} finally {
  await browser.close();
  await running.close();
  rmSync(folder, { recursive: true, force: true });
}
