import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebClient } from '../channels/web/web-client.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { WechatPhone } from '../wechat-phone.ts';
import { WecomPhone } from '../wecom-phone.ts';
import { expectInvariants } from './invariants.ts';

/** Longer than WeChat waits for one answer; its three tries end after 15 s. */
const SILENCE_MS = Number(process.env.F25_SILENCE_MS ?? 6500);

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ cluster: false, wechat: true, wecom: true });
}, 60_000);
afterAll(() => app.close());

test('while the store is silent, WeChat and WeCom are answered, and every message takes effect once and in order', {
  timeout: SILENCE_MS + 60_000,
}, async () => {
  const wechat = await WechatPhone.of(app.wechat?.url ?? '');
  await wechat.sees(/安邻/);
  const wecom = await WecomPhone.of(app.wecom?.url ?? '', { name: '小林' });
  await wecom.say('您好');
  await vi.waitFor(async () => expect((await wecom.messages()).length).toBeGreaterThan(1));
  const page = new WebClient(`http://127.0.0.1:${app.running.web.port}`);
  await page.start();
  await page.sees(/安邻/);
  process.kill(app.redis.pid, 'SIGSTOP');
  const ofPage = page.say('帮助');
  try {
    for (const phone of [wechat, wecom]) for (const text of ['上报', '同意', '消防']) await phone.say(text);
    await vi.waitFor(() => expect(existsSync(join(app.folder, 'wechat-journal.jsonl'))).toBe(true), SILENCE_MS);
    await new Promise((done) => setTimeout(done, SILENCE_MS));
  } finally {
    process.kill(app.redis.pid, 'SIGCONT');
  }
  // Words, not numbers: a number means what the person has seen.
  await wechat.sees(/哪一种/, 20_000);
  await vi.waitFor(async () => expect(JSON.stringify((await wecom.messages()).slice(-2))).toMatch(/哪一种/), {
    timeout: 20_000,
  });
  await ofPage;
  await page.sees(/我能帮您/);
  await vi.waitFor(() => expect(existsSync(join(app.folder, 'wechat-journal.jsonl'))).toBe(false), { timeout: 10_000 });
  await app.settle();
  const said = (await wechat.messages()).filter(({ from }) => from === 'platform');
  expect(said).toEqual([]);
  const asked = (await wechat.messages()).filter(({ text = '' }) => /先跟您说明白/.test(text));
  expect(asked).toHaveLength(1);
  await expectInvariants(app.running.store);
});
