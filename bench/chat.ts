import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../src/config.ts';
import { open } from '../src/open.ts';
import { builtPage } from '../src/page-build/page-files.ts';
import { CHROMIUM, launchChromium } from '../test/chromium.ts';
import type { Options } from './options.ts';
import type { Target } from './report.ts';
import { median, print, rowOf } from './report.ts';
import { PHONE, slowDown } from './slow-phone.ts';

/** What the page notes about itself, from before its first script on. */
declare const window: { readonly noted: { lcp: number; shift: number } };
const NOTES = `
  window.noted = { lcp: 0, shift: 0 };
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch('largest-contentful-paint', ({ startTime }) => { noted.lcp = startTime; });
  watch('layout-shift', ({ value, hadRecentInput }) => { if (!hadRecentInput) noted.shift += value; });
`;

/** Measures the web chat as a phone opens it from a stairwell's QR code: its bytes and its largest paint on slow 4G. */
export async function bench({ json, quick, rounds = quick ? 3 : 9 }: Options): Promise<void> {
  if (!CHROMIUM) return print([], [], ['No Chromium on this machine: the page is not measured.'], json);
  const folder = mkdtempSync(join(tmpdir(), 'anlin-bench-chat-'));
  const running = await open(
    readConfig({
      WEB_CHAT: 'yes',
      PUBLIC_URL: 'https://bench.example',
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'error',
    }),
  );
  const browser = await launchChromium({ whole: true });
  try {
    const [lcpMs, shift]: [number[], number[]] = [[], []];
    const address = `http://127.0.0.1:${running.web.port}/w/q/at_990101001001`;
    // The first call builds the page.
    await fetch(address);
    for (let round = 0; round < rounds; round += 1) {
      const context = await browser.newContext({ viewport: PHONE, locale: 'zh-CN' });
      await context.addInitScript(NOTES);
      const page = await context.newPage();
      await slowDown(await context.newCDPSession(page));
      await page.goto(address);
      await page.locator('.begin button').waitFor({ timeout: 20_000 });
      await page.waitForTimeout(500);
      const noted = await page.evaluate(() => window.noted);
      lcpMs.push(noted.lcp);
      shift.push(noted.shift);
      await context.close();
    }
    const bytes = pageBytes();
    const rows = [
      rowOf('chat', 'page', 'bytes', 'B', [bytes]),
      rowOf('chat', 'page', 'lcp_ms', 'ms', lcpMs),
      rowOf('chat', 'page', 'layout_shift', '', shift),
    ];
    const most = (what: string, value: number, bound: number, unit: string): Target => {
      return { what, value, bound, at: 'most', unit };
    };
    const targets = [
      most('the whole page, brotli', bytes, 30_000, ' B'),
      most('largest paint, slow 4G, CPU 4× slower', median(lcpMs), 1500, ' ms'),
      most('layout shift', median(shift), 0.02, ''),
    ];
    print(rows, targets, [`Medians of ${rounds} first loads in Chromium. Slow 4G: 150 ms and 1.6 Mbit/s.`], json);
  } finally {
    await browser.close();
    await running.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Compressed bytes of the first load: the page, its script and its style. */
function pageBytes(): number {
  const built = builtPage('chat');
  const html = readFileSync(join(built, 'index.html'), 'utf8');
  const named = readdirSync(join(built, 'assets')).filter((name) => html.includes(name));
  const files = ['index.html', ...named.map((name) => `assets/${name}`)];
  return files.reduce((all, file) => all + statSync(join(built, `${file}.br`)).size, 0);
}
