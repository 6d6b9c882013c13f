import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { loadOwnCases } from '../../../src/cases/case-store.ts';
import type { Inbound, InboundContent } from '../../../src/channels/channel.ts';
import { fromWgs84 } from '../../../src/regions/datum.ts';
import { PATIENCE_MS } from '../../patience.ts';
import type { TestApp } from '../../test-app.ts';
import { openTestApp } from '../../test-app.ts';
import { WechatPhone } from '../../wechat-phone.ts';
import { WecomPhone } from '../../wecom-phone.ts';
import type { WechatStage } from './stage.ts';
import { openWechatStage } from './stage.ts';

let app: TestApp;
let stage: WechatStage;
let arrived: Inbound[] = [];
beforeAll(async () => {
  app = await openTestApp({ wechat: true, wecom: true });
  stage = await openWechatStage(app.running.store);
  await stage.channel.open(async (inbound) => void arrived.push(inbound));
});
beforeEach(() => {
  arrived = [];
});
afterAll(async () => {
  await stage.channel.pause();
  await stage.close();
  await stage.channel.close();
  await app.close();
});

const HERE = { latitude: 31.4552, longitude: 119.4434 };
const gcj = fromWgs84(HERE, 'gcj02');
const bd = fromWgs84(HERE, 'bd09');
const near = { latitude: expect.closeTo(HERE.latitude, 4), longitude: expect.closeTo(HERE.longitude, 4) };
const place = (caption: string): InboundContent => ({ type: 'location', point: near, exact: true, caption });
const text = (words: string): InboundContent => ({ type: 'text', text: words });
const SHORT = 'https://surl.amap.com/3pZfB1';
const ARTICLE = 'https://mp.weixin.qq.com/s?__biz=MzA3&mid=2010&idx=1';

test.each<readonly [what: string, link: { title: string; description?: string; url: string }, read: InboundContent]>([
  [
    'a place of 高德 whose link has no name',
    { title: '锦绣花园', url: `https://wb.amap.com/?p=B0K6YA3YSO%2C${gcj.latitude}%2C${gcj.longitude}%2C%2C` },
    place('锦绣花园'),
  ],
  [
    'a point of 高德',
    { title: '[位置]', url: `https://wb.amap.com/?q=${gcj.latitude}%2C${gcj.longitude}%2C锦绣路88号&src=app` },
    place('锦绣路88号'),
  ],
  [
    'a place of 百度, in its own datum',
    { title: '锦绣花园', url: `https://api.map.baidu.com/marker?location=${bd.latitude},${bd.longitude}` },
    place('锦绣花园'),
  ],
  [
    'a place of 腾讯',
    { title: '锦绣花园', url: `https://map.qq.com/m/place?pointx=${gcj.longitude}&pointy=${gcj.latitude}` },
    place('锦绣花园'),
  ],
  [
    'a short link, whose words name the place',
    { title: '锦绣花园', description: '锦绣路88号', url: SHORT },
    text('锦绣花园\n锦绣路88号'),
  ],
  [
    'a short link whose words are its address',
    { title: SHORT, description: SHORT, url: SHORT },
    { type: 'other', what: 'unknown' },
  ],
  [
    'an article whose description repeats its address',
    { title: '电动车新规', description: `${ARTICLE}#rd`, url: ARTICLE },
    text(`电动车新规\n${ARTICLE}`),
  ],
])('%s that another app shares is read', async (_, link, read) => {
  const phone = await WechatPhone.of(stage.simulator.url);
  await phone.send({ link });
  await vi.waitFor(() => expect(arrived.map(({ content }) => content)).toEqual([{ type: 'start', payload: '' }, read]));
});

test('a sticker, for which WeChat sends a sentence of its own, is no text', async () => {
  const phone = await WechatPhone.of(stage.simulator.url);
  await phone.send({ sticker: true });
  await vi.waitFor(() => expect(arrived.at(-1)?.content).toEqual({ type: 'other', what: 'unknown' }));
});

test.each([
  ['WeChat', HERE],
  ['WeCom', { latitude: 31.4652, longitude: 119.4634 }],
])('a place shared in %s answers the question for it, by its point and its name', async (name, spot) => {
  const phone =
    name === 'WeChat'
      ? await WechatPhone.of(app.wechat?.url ?? '')
      : await WecomPhone.of(app.wecom?.url ?? '', { name: '老吴', userid: 'laowu' });
  const sees = (words: RegExp) =>
    vi.waitFor(async () => expect(JSON.stringify(await phone.newest())).toMatch(words), { timeout: PATIENCE_MS });
  await phone.say('井盖没了');
  await sees(/同意基本处理/);
  await phone.say('同意基本处理');
  await sees(/隐患在哪里/);
  const { latitude, longitude } = fromWgs84(spot, 'gcj02');
  const url = `https://wb.amap.com/?p=B0K6YA3YSO%2C${latitude}%2C${longitude}%2C%2C`;
  await phone.send({ link: { title: '锦绣花园西门', description: '锦绣路88号', url } });
  await sees(/单独同意/);
  await phone.say('单独同意');
  await sees(/提交/);
  await phone.say('提交');
  await sees(/编号/);
  const [kept] = await loadOwnCases(app.running.store, `${name.toLowerCase()}:${phone.id}`);
  expect(kept?.record.place).toMatchObject({ text: '锦绣花园西门' });
  expect(kept?.record.place?.point?.latitude).toBeCloseTo(spot.latitude, 4);
  expect(kept?.record.place?.point?.longitude).toBeCloseTo(spot.longitude, 4);
});
