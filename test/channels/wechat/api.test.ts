import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { openTokenApi } from '../../../src/channels/wechat/api.ts';
import { tokenCallOf } from '../../../src/channels/wechat/wechat.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import type { WechatStage } from './stage.ts';
import { openWechatStage } from './stage.ts';

const PHOTO = readFileSync(new URL('../../../src/demo/simulator/samples/manhole.jpg', import.meta.url));

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());
let stage: WechatStage;
let channel: Channel;
let phone: WechatPhone;
beforeEach(async () => {
  stage = await openWechatStage(app.running.store, { readFile: async () => PHOTO });
  channel = stage.channel;
  await channel.open(async () => {});
  phone = await WechatPhone.of(stage.simulator.url);
  await says();
});
afterEach(async () => {
  await channel.pause();
  await stage.close();
  await channel.close();
});

/** The person writes, so that the window is open on both sides. */
async function says(): Promise<void> {
  await phone.say('在吗');
  const { redis, keys } = app.running.store;
  const left = () => redis.hget(keys.wechatWindow(`wechat:${phone.id}`), 'said_left');
  await vi.waitFor(async () => expect(await left()).toBe('5'), { timeout: PATIENCE_MS });
}
async function calls(path: string) {
  const response = await fetch(`${stage.simulator.url}/sim/calls`);
  const all = (await response.json()) as readonly { readonly path: string; readonly errcode?: number }[];
  return all.filter((call) => call.path.endsWith(path));
}

test('processes that start together fetch one token each, however many calls they make at once', async () => {
  const { simulator } = stage;
  const before = (await calls('stable_token')).length;
  const processes = [1, 2].map(() => openTokenApi(simulator.url, tokenCallOf(simulator.account), simulator.world.now));
  const work = processes.flatMap((api) => [1, 2, 3, 4, 5].map(() => api.download('none').catch((error) => error)));
  for (const error of await Promise.all(work)) expect(error).toMatchObject({ code: 40007 });
  expect((await calls('stable_token')).length - before).toBe(2);
  for (const api of processes) await api.close();
});

test('a token that ends in flight is fetched again once, and the message arrives once', async () => {
  const { simulator } = stage;
  await channel.send(`wechat:${phone.id}`, { text: '一' }, 'k1');
  const before = (await calls('stable_token')).length;
  simulator.faults.add({ path: 'custom/send', kind: 'token_gone', times: 1 });
  expect((await channel.send(`wechat:${phone.id}`, { text: '二' }, 'k2')).type).toBe('sent');
  expect((await calls('stable_token')).length - before).toBe(1);
  expect((await phone.messages()).filter(({ text }) => text === '二')).toHaveLength(1);
});

test('a photo of WeChat is sent by its own id for three days, and afterwards its copy is uploaded', async () => {
  const { message_id } = await phone.send({ photo: 'manhole' });
  const sent = (await phone.messages()).find((one) => one.message_id === message_id);
  const id = sent?.photo?.split('/').at(-1) ?? '';
  const message = { text: '', photo: `wechat:${id}`, copy: 'stored:x' };
  expect((await channel.send(`wechat:${phone.id}`, message, 'k1')).type).toBe('sent');
  expect((await phone.newest())?.photo).toContain(id);
  expect(await calls('media/upload')).toHaveLength(0);
  stage.passes(3 * 86_400);
  await says();
  expect((await channel.send(`wechat:${phone.id}`, message, 'k2')).type).toBe('sent');
  expect(await calls('media/upload')).toHaveLength(1);
  expect((await phone.newest())?.photo).not.toContain(id);
});
