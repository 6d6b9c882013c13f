import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { addCase } from '../../src/cases/case-store.ts';
import { readConfig } from '../../src/config.ts';
import { addDemoPeople, giveDemoRoles } from '../../src/demo/people.ts';
import type { Running } from '../../src/open.ts';
import { open } from '../../src/open.ts';
import { builtPage } from '../../src/page-build/page-files.ts';
import { commitOrThrow } from '../../src/store/commit-as-system.ts';
import { CHROMIUM, launchChromium } from '../../test/chromium.ts';
import { pointsIn, reportAt } from '../cases.ts';
import { PHONE, SLOW_CPU, slowDown } from '../slow-phone.ts';

export type PagesMeasured = {
  /** Compressed bytes of the first load, and of all that the console can load. */
  readonly bytes: { readonly js: number; readonly css: number; readonly all: number };
  readonly lcpMs: readonly number[];
  readonly shift: readonly number[];
  readonly interactionMs: readonly number[];
  readonly eventMs: readonly number[];
  readonly nodes: Readonly<Record<string, number>>;
};

const DESK = { width: 1280, height: 860 };
const PAGES = [
  '/',
  '/cases?stage=all',
  '/cases?stage=all&view=map',
  '/tasks',
  '/broadcasts',
  '/surveys',
  '/people',
  '/settings',
];
const WITHIN = { timeout: 20_000 };

/** What each page notes about itself, from before its first script on. */
type Noted = { lcp: number; shift: number; slowest: number; painted: Record<string, number> };
declare const window: { readonly noted: Noted };

/** Measures the console's pages over the demo's data in a real Chromium; undefined if there is none. */
export async function measurePages(rounds: number): Promise<PagesMeasured | undefined> {
  if (!CHROMIUM) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'anlin-bench-console-'));
  const env = { DATA_DIR: folder, PORT: '0', SIM_PORT: '0', SEND_RATE_CHAT: '1000', LOG_LEVEL: 'error' };
  const browser = await launchChromium({ whole: true });
  const running = await open(readConfig(env), { limits: false });
  await running.history;
  try {
    const { simulator, store, web } = running;
    if (!simulator) throw new Error('The demo has no simulator.');
    addDemoPeople(simulator.world);
    await giveDemoRoles(store, simulator.world, simulator.world.now());
    const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN' });
    await context.addInitScript(NOTES);
    const address = (path: string) => `http://127.0.0.1:${web.port}/console${path}`;
    const opened = async (path: string, viewport = DESK) => {
      const page = await context.newPage();
      await page.setViewportSize(viewport);
      const cdp = await context.newCDPSession(page);
      return { page, cdp, go: () => page.goto(address(path)) };
    };
    const first = await opened('/');
    await first.go();
    await first.page.getByRole('button', { name: /负责人陈主任/ }).click();
    await first.page.locator('.charts').waitFor(WITHIN);
    await first.page.close();

    const [lcpMs, shift]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const { page, cdp, go } = await opened('/', PHONE);
      await slowDown(cdp);
      await go();
      await page.locator('.charts').waitFor(WITHIN);
      await page.waitForTimeout(500);
      const noted = await page.evaluate(() => window.noted);
      lcpMs.push(noted.lcp);
      shift.push(noted.shift);
      await page.close();
    }

    const nodes: Record<string, number> = {};
    for (const path of PAGES) {
      const { page, go } = await opened(path);
      await go();
      await settled(page);
      nodes[path] = await page.evaluate(() => document.querySelectorAll('*').length);
      await page.close();
    }
    const list = await opened('/cases?stage=all');
    await list.cdp.send('Emulation.setCPUThrottlingRate', SLOW_CPU);
    await list.go();
    await settled(list.page);
    const interactionMs = await interactions(list.page, rounds);
    await list.page.locator('.rows li a').first().click();
    await list.page.locator('.case h2').waitFor();
    nodes['/cases?case='] = await list.page.evaluate(() => document.querySelectorAll('*').length);
    await list.page.close();
    const follower = await opened('/cases?stage=intake');
    await follower.go();
    await settled(follower.page);
    return {
      bytes: sizes(),
      lcpMs,
      shift,
      interactionMs,
      eventMs: await events(follower.page, running, rounds * 4),
      nodes,
    };
  } finally {
    await browser.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor(WITHIN);
  await page.waitForLoadState('load');
  await page.waitForFunction(() => document.querySelector('.wait, progress') === null);
  await page.waitForTimeout(300);
}

/** Opens a case and switches the tab, again and again: ms of the slowest event of each, until it was painted. */
async function interactions(page: Page, rounds: number): Promise<readonly number[]> {
  const found: number[] = [];
  const measure = async (act: () => Promise<unknown>) => {
    await page.evaluate(() => {
      window.noted.slowest = 0;
    });
    await act();
    await page.waitForTimeout(400);
    found.push(await page.evaluate(() => window.noted.slowest));
  };
  for (let round = 0; round < rounds; round += 1) {
    await measure(() =>
      page
        .locator('.rows li a')
        .nth(round % 5)
        .click(),
    );
    await page.locator('.case h2').waitFor();
    await page.keyboard.press('Escape');
    await measure(() =>
      page
        .locator('.tabs button')
        .nth(round % 2 === 0 ? 1 : 0)
        .click(),
    );
    await page.locator('.rows li a').first().waitFor();
  }
  return found;
}

/** Files cases, and returns ms from before each commit until the page has painted its notice. */
async function events(page: Page, { store, services }: Running, count: number): Promise<readonly number[]> {
  const randomPoint = pointsIn(services.city);
  const found: number[] = [];
  for (let n = 1; n <= count; n += 1) {
    const report = reportAt(services.city, randomPoint(), 'flooding', services.now());
    const began = Date.now();
    const change = addCase(store, report, `telegram:${n}`);
    await commitOrThrow(store, { op: `bench:${report.id}`, what: 'case_filed', ...change }, services.now());
    const painted = await page.waitForFunction((wanted) => window.noted.painted[wanted], String(n));
    found.push(Number(await painted.jsonValue()) - began);
    // Not in step with the server's looks.
    await page.waitForTimeout(37 * (n % 5));
  }
  return found;
}

function sizes(): PagesMeasured['bytes'] {
  const built = builtPage('console');
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const sizeOf = (file: string) => statSync(join(built, `${file}.br`)).size;
  const named = [...html.matchAll(/\/console\/([\w./-]+\.(?:js|css))/g)].map(([, file = '']) => file);
  const sum = (files: readonly string[]) => files.reduce((all, file) => all + sizeOf(file), 0);
  // Only a city with map tiles loads their layer.
  const isCounted = (name: string) => /\.(js|css)$/.test(name) && !name.startsWith('tile-layer');
  const all = readdirSync(join(built, 'assets')).filter(isCounted);
  return {
    js: sum(named.filter((file) => file.endsWith('.js'))),
    css: sum(named.filter((file) => file.endsWith('.css'))),
    all: sum(all.map((name) => `assets/${name}`)),
  };
}

/** Runs in the page: its largest paint, its shifts, its slowest interaction, and when each notice of new cases was painted. */
const NOTES = `
  window.noted = { lcp: 0, shift: 0, slowest: 0, painted: {} };
  const watch = (type, note, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true, ...more });
  watch('largest-contentful-paint', ({ startTime }) => { noted.lcp = startTime; });
  watch('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) noted.shift += value; });
  watch('event', ({ duration, interactionId }) => {
    if (interactionId) noted.slowest = Math.max(noted.slowest, duration);
  }, { durationThreshold: 16 });
  const look = () => {
    const n = /\\d+/.exec(document.querySelector('.fresh')?.textContent ?? '')?.[0];
    if (n && !noted.painted[n])
      requestAnimationFrame(() => setTimeout(() => { noted.painted[n] ??= Date.now(); }));
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
`;
