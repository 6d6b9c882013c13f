import { expect, test } from 'vitest';
import { openWording } from '../../../src/i18n.ts';
import { readBrowserName } from '../../../src/people/sign-in/browser-name.ts';

const wording = openWording();
const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`, 'chrome', 'windows'],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0`,
    'edge',
    'windows',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0', 'firefox', 'linux'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/26.0 Safari/605.1.15`, 'safari', 'macos'],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) ${WEBKIT} CriOS/142.0 Mobile/15E148 Safari/604.1`,
    'chrome',
    'ios',
  ],
  [
    `Mozilla/5.0 (Linux; Android 16; K) ${WEBKIT} Chrome/142.0 Mobile Safari/537.36 MicroMessenger/8.0.60`,
    'wechat',
    'android',
  ],
  [`Mozilla/5.0 (Phone; OpenHarmony 5.0) ${WEBKIT} Chrome/114.0 Safari/537.36 ArkWeb/4.1 Mobile`, 'chrome', 'harmony'],
  ['curl/8.14', 'other', 'other'],
  ['', 'other', 'other'],
])('%s', (userAgent, family, system) => {
  expect(readBrowserName(userAgent)).toEqual({ family, system });
  const can = (key: string) => wording.has('zh-CN', key);
  expect([can(`flows/confirm-browser:families.${family}`), can(`flows/confirm-browser:systems.${system}`)]).toEqual([
    true,
    true,
  ]);
});
