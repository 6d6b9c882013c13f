import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { Urn } from '../../src/channels/channel.ts';
import { saveCityData } from '../../src/city/city-store.ts';
import { demoCityData } from '../../src/demo/city.ts';
import { startWechatSimulator } from '../../src/demo/wechat/server.ts';
import type { EmbeddedRedis } from '../../src/store/embedded.ts';
import { startEmbeddedRedis } from '../../src/store/embedded.ts';
import { freePort } from '../../src/store/free-port.ts';
import { report as reportOnPage, urnOf } from '../addresses/by-phone.ts';
import { WebClient } from '../channels/web/web-client.ts';
import { memoryFolder } from '../memory-folder.ts';
import { WechatPhone } from '../wechat-phone.ts';
import { BotProcess } from './bot-process.ts';
import { committedMessages, expectInvariants, openStoreAt } from './invariants.ts';

/** F1–F4 on the web chat and on WeChat: the same promises as on Telegram, at the points that matter to a channel. */
type Resident = {
  readonly urn: () => Urn;
  /** Files one report. */
  report(): Promise<void>;
  /** How many messages of the bot the resident has. */
  count(): Promise<number>;
  close(): Promise<void>;
};
type Stand = { readonly env: Record<string, string>; open(port: number): Promise<Resident> };

const CHANNELS: Readonly<Record<string, () => Promise<Stand>>> = {
  web: async () => ({
    env: { WEB_CHAT: 'yes', PUBLIC_URL: 'https://anlin.example' },
    async open(port) {
      const origin = `http://127.0.0.1:${port}`;
      const page = new WebClient('https://anlin.example', async (request) => {
        // A phone tries again while the server is away.
        for (let tries = 0; ; tries += 1) {
          const there = new Request(request.url.replace('https://anlin.example', origin), request.clone());
          there.headers.set('x-forwarded-host', 'anlin.example');
          try {
            const answer = await fetch(there);
            if (answer.status !== 503 || request.method !== 'GET' || tries > 300) return answer;
            await sleep(50);
          } catch (error) {
            if (tries > 300) throw error;
            await sleep(50);
          }
        }
      });
      return {
        urn: () => urnOf(page),
        report: async () => {
          await page.start();
          await page.sees(/安邻/, 20_000);
          await reportOnPage(page);
        },
        count: async () => (await page.log()).entries.filter(({ message }) => message).length,
        close: async () => {},
      };
    },
  }),
  wechat: async () => {
    const simulator = await startWechatSimulator({
      port: 0,
      now: Date.now,
      answerWithinMs: 4000,
      account: { token: 'f26token', secret: '0'.repeat(32) },
    });
    const { account } = simulator;
    return {
      env: {
        WECHAT_APPID: account.appid,
        WECHAT_SECRET: account.secret,
        WECHAT_TOKEN: account.token,
        WECHAT_AES_KEY: account.encodingAesKey,
        WECHAT_API_ROOT: simulator.url,
      },
      async open(port) {
        expect(await simulator.setCallback(`http://127.0.0.1:${port}/wechat`)).toBe(true);
        const phone = await WechatPhone.of(simulator.url);
        const steps: readonly (readonly [string, RegExp])[] = [
          ['上报', /先跟您说明白/],
          ['同意基本处理', /哪一类|什么/],
          ['消防', /哪一种/],
          ['电动车飞线充电', /隐患在哪里/],
          ['湖边亭子旁', /哪一片/],
          ['不清楚', /都对就提交/],
          ['提交', /编号/],
        ];
        return {
          urn: () => `wechat:${phone.id}`,
          report: async () => {
            await phone.sees(/安邻/, 20_000);
            for (const [text, seen] of steps) {
              await phone.say(text);
              await phone.sees(seen, 20_000);
            }
          },
          count: async () => (await phone.messages()).filter(({ from }) => from === 'account').length,
          close: () => simulator.close(),
        };
      },
    };
  },
};

let redis: EmbeddedRedis;
let folder: string;
let data: string;
let port: number;
beforeAll(async () => {
  folder = memoryFolder('anlin-f26-');
  data = join(folder, 'redis');
  port = await freePort();
  redis = await startEmbeddedRedis(data, { port, password: 'f26' });
});
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const RUNS = Object.keys(CHANNELS).flatMap((channel) =>
  (['the bot', 'Redis'] as const).map((what) => [channel, what] as const),
);

test.each(RUNS)(
  '%s, kill -9 of %s during a report: one case, no reply lost',
  { timeout: 90_000 },
  async (channel, what) => {
    const stand = await (CHANNELS[channel] ?? (() => Promise.reject(new Error('No such channel.'))))();
    const city = `f26_${Math.random().toString(36).slice(2, 8)}`;
    const own = await freePort();
    const env = { REDIS_URL: redis.url, CITY: city, PORT: String(own), ...stand.env };
    const bot = new BotProcess(join(folder, city), env);
    const founded = await openStoreAt(redis.url, city);
    await saveCityData(founded, demoCityData(), 'test', 0);
    founded.close();
    bot.start();
    await bot.untilReady();
    const resident = await stand.open(own);
    const reporting = resident.report().catch((error) => {
      throw new Error(`${error.message}\n${bot.output.slice(-3000)}`);
    });
    await sleep(500);
    if (what === 'the bot') {
      bot.kill();
    } else {
      process.kill(redis.pid, 'SIGKILL');
      await sleep(300);
      redis = await startEmbeddedRedis(data, { port, password: 'f26' });
    }
    await reporting;
    const store = await openStoreAt(redis.url, city);
    await vi.waitFor(async () => expect(await store.redis.hlen(store.keys.outbox)).toBe(0), { timeout: 15_000 });
    expect(bot.deaths, bot.output).toBe(what === 'the bot' ? 1 : 0);
    expect(await loadOwnCases(store, resident.urn())).toHaveLength(1);
    const [seen, committed] = [await resident.count(), await committedMessages(store)];
    expect(seen, 'no reply is lost').toBeGreaterThanOrEqual(committed);
    // The web chat drops a repeated send by its key.
    expect(seen - committed, 'replies that came twice').toBeLessThanOrEqual(channel === 'web' ? 0 : 1);
    await expectInvariants(store);
    store.close();
    await bot.stop();
    await resident.close();
  },
);
