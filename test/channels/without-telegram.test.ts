import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';
import { WebClient } from './web/web-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ telegram: false, site: 'https://anlin.example.org' });
});
afterAll(() => app.close());

const page = () => new WebClient(`http://127.0.0.1:${app.running.web.port}`);

test('a city with the web chat alone gets its first organiser by a link, a console, and a report that arrives', {
  timeout: 60_000,
}, async () => {
  const { channels } = app.running.services;
  expect(channels.map(({ scheme }) => scheme)).toEqual(['web']);
  const owner = app.running.owner ?? '';
  expect(channels[0]?.link?.(owner)).toBe(`https://anlin.example.org/w/q/${owner}`);

  const office = page();
  await office.start(owner);
  await office.sees(/愿意吗/);
  await office.tap('愿意');
  await office.sees(/平安办/);
  await office.say('后台');
  await office.sees(/https:\/\/anlin\.example\.org\/console/);

  const zhou = page();
  await zhou.say('锦绣花园3号楼电动车飞线充电');
  await zhou.sees(/先跟您说明白/);
  await zhou.tap('同意基本处理');
  await zhou.sees(/请看一眼/);
  await zhou.tap('✅ 提交');
  await zhou.sees(/编号|返回码/);
  await zhou.say('我的上报');
  await zhou.sees(/您上报的/);
});
