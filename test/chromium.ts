import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { chromium } from 'playwright-core';

/** Path of the machine's Chromium; undefined if it has none. */
export const CHROMIUM = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== '' && existsSync(path));
/** Chromium without windows, profiles and PDF viewer: a page in a new context takes a fifth of the CPU time. */
const SHELL = '/usr/bin/chromium-headless-shell';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
/** Folder for screenshots; unset, the tests take none. Example: SHOTS=folder npm test. */
const SHOTS = process.env.SHOTS;

/** Starts Chromium without its background traffic. `whole`: with PDF viewer and notifications. */
export function launchChromium({ whole = false } = {}): Promise<Browser> {
  const useShell = !whole && !process.env.CHROMIUM && existsSync(SHELL);
  return chromium.launch({ executablePath: useShell ? SHELL : (CHROMIUM ?? ''), args: QUIET });
}

/** Saves a screenshot in the folder that SHOTS names. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `${name}.png`) });
}

type Axe = { readonly violations: readonly { readonly id: string; readonly nodes: readonly { html: string }[] }[] };
let axeSource: string | undefined;

/** Runs axe-core on a page's current state, and returns one line per violated rule. */
export async function violationsOn(page: Page): Promise<readonly string[]> {
  axeSource ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  // An evaluated script runs under any content security policy; a script tag would not.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  return page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(options: object): Promise<Axe> } }; // axe-core defines it
    // Without these options, axe also describes every element that passes, and waits half a second for an axe in a frame.
    const { violations } = await axe.run({ resultTypes: ['violations'], iframes: false });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
