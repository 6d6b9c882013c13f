import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import type { HazardCase } from '../../src/cases/hazard-case.ts';
import { expectInvariants } from '../faults/invariants.ts';
import { PATIENCE_MS } from '../patience.ts';
import type { Phone } from '../phone.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

/** An action after a matching message was shown; `quick` acts without waiting for it. */
type Move =
  | readonly [reads: RegExp, says: string]
  | readonly [reads: RegExp, does: { readonly tap: string } | { readonly send: object } | { readonly wait: number }];

type Story = {
  readonly who: string;
  readonly language?: string;
  /** Where, what, and how she writes. */
  readonly about: string;
  readonly moves: readonly Move[];
  /** Expected content of the filed case. */
  readonly kept: object;
};

const tap = (button: string) => ({ tap: button });
const at = (latitude: number, longitude: number) => ({ send: { location: { latitude, longitude } } });
const HERE = at(31.4552, 119.4434);
const DAY = 24 * 3600;

const STORIES: readonly Story[] = [
  {
    who: '周阿姨，68',
    about: '在家门口，飞线充电，全点按钮，两张照片',
    moves: [
      [/^$/, '/start'],
      [/您好，我是安邻/, '📢 上报隐患'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, tap('消防')],
      [/具体是哪一种/, tap('电动车飞线充电')],
      [/隐患在哪里/, '📍 发送现在的位置'],
      [/位置收到了/, tap('单独同意')],
      [/都对就提交[\s\S]*地点：锦绣社区/, '从三楼拉了根线下来'],
      [/情况：从三楼/, { send: { photo: 'e-bike-wire' } }],
      [/照片：1 张/, { send: { photo: 'stairwell' } }],
      [/照片：2 张/, tap('现在正在充电吗')],
      [/正在充电吗？/, tap('正在充')],
      [/现在正在充电吗：正在充/, tap('✅ 提交')],
    ],
    kept: {
      category: 'e_bike_wire_charging',
      extras: { charging: 'yes' },
      urgent: false,
      photos: [{}, {}],
      place: { region: '990101001001005' },
    },
  },
  {
    who: '老李，口述式打字',
    about: '不点菜单，直接说；楼号写汉字',
    moves: [
      [/^$/, '我们楼道里有人给电瓶车充电'],
      [/先跟您说明白/, '好的'],
      [/隐患在哪里/, '锦绣花园三号楼二单元'],
      [/地点：锦绣社区，锦绣花园三号楼二单元\n情况：我们楼道里有人给电瓶车充电/, '提交'],
    ],
    kept: {
      category: expect.stringMatching(/^e_bike_/),
      description: { text: '我们楼道里有人给电瓶车充电' },
      place: { region: '990101001001', text: '锦绣花园三号楼二单元', address: expect.stringMatching(/#3$/) },
    },
  },
  {
    who: '小陈，闻到煤气',
    about: '有危险：先给电话，再报；地点贴高德链接',
    moves: [
      [/^$/, '上报'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, tap('燃气')],
      [/具体是哪一种/, tap('疑似燃气泄漏')],
      [/还能闻到燃气味吗/, tap('有危险')],
      [/人最要紧[\s\S]*119 着火[\s\S]*燃气公司的抢修电话/, { wait: 0 }],
      [/隐患在哪里/, 'https://uri.amap.com/marker?position=119.4483,31.4533&name=锦绣新村5幢'],
      [/位置收到了/, tap('单独同意')],
      [/地点：锦绣社区.*锦绣新村5幢/, '楼道里一股煤气味，越来越重'],
      [/紧急：有危险[\s\S]*情况：楼道里/, tap('味道在屋里')],
      [/味道在屋里/, tap('屋里、楼道里')],
      [/味道在屋里还是屋外：屋里/, tap('提交')],
      [/按紧急件报上去了/, { wait: 0 }],
    ],
    kept: { category: 'gas_leak', urgent: true, extras: { inside: 'inside' }, place: { text: '锦绣新村5幢' } },
  },
  {
    who: 'Emma',
    language: 'en',
    about: 'in English, a pin between two communities, an album of two',
    moves: [
      [/^$/, 'manhole cover is missing'],
      [/in plain words/, tap('Agree')],
      [/Where is the hazard/, at(31.478, 119.47)],
      [/Which community is your pin in/, tap('Wangta Community')],
      [/I have the location/, tap('Agree to this too')],
      [/Description: manhole cover is missing/, { send: { photo: 'manhole', album: 'a1' } }],
      [/^$/, { send: { photo: 'manhole-near', album: 'a1' } }],
      [/Photos: 2/, tap('✅ Send')],
    ],
    kept: { category: 'manhole_cover', photos: [{}, {}], place: { region: '990101004001003' } },
  },
  {
    who: '王奶奶，不会打字',
    about: '全用语音；地方说不清，进“地点不明”',
    moves: [
      [/^$/, '上报'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, { send: { voice: 9 } }],
      [/语音收好了[\s\S]*是哪一类/, tap('照明供电')],
      [/具体是哪一种/, tap('路灯不亮')],
      [/隐患在哪里/, { send: { voice: 6 } }],
      [/语音收到了.*在哪一片/s, tap('不清楚')],
      [/地点：语音说的地方\n情况：语音 9 秒/, tap('✅ 提交')],
    ],
    kept: { category: 'street_light', description: { seconds: 9 }, place: { voice: {} } },
  },
  {
    who: '快递小哥，先拍照',
    about: '一进来就发照片；点错大类，一下退回来',
    moves: [
      [/^$/, { send: { photo: 'fallen-tree' } }],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, tap('道路交通')],
      [/具体是哪一种/, tap('上一步')],
      [/是哪一类/, tap('树木绿化')],
      [/具体是哪一种/, tap('树木倒伏')],
      [/隐患在哪里/, HERE],
      [/位置收到了/, tap('单独同意')],
      [/照片：1 张/, '大风刮倒的，三轮车过不去'],
      [/情况：大风刮倒的/, tap('挡住路了吗')],
      [/挡住路了吗/, tap('挡住一部分')],
      [/挡住路了吗：挡住一部分/, tap('✅ 提交')],
    ],
    kept: { category: 'fallen_tree', extras: { blocks: 'partly' }, photos: [{}] },
  },
  {
    who: '刘老师，气头上',
    about: '写了人名和电话，改用遮好的',
    moves: [
      [/^$/, '上报'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, tap('消防')],
      [/具体是哪一种/, tap('楼道、疏散通道堆物')],
      [/隐患在哪里/, '柳湾新村2栋'],
      [/地点：柳湾社区，柳湾新村2栋/, '张建国又把纸箱堆在楼道，打我电话13800138000'],
      [/写了某个人[\s\S]*『张建国』[\s\S]*有人又把纸箱堆在楼道/, tap('就用遮好的')],
      [/情况：有人又把纸箱堆在楼道/, tap('✅ 提交')],
    ],
    kept: { category: 'stairwell_clutter', description: { text: '有人又把纸箱堆在楼道，打我电话＊＊＊' } },
  },
  {
    who: '外地司机',
    about: '在城外，照样收下',
    moves: [
      [/^$/, '路塌了好大一个坑'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/隐患在哪里/, at(31.9, 119.9)],
      [/好像不在本市/, tap('对，就是这里')],
      [/位置收到了/, tap('单独同意')],
      [/类别：路面塌陷/, tap('加急提交')],
      [/按紧急件报上去了[\s\S]*人最要紧/, { wait: 0 }],
    ],
    kept: { category: 'road_collapse', urgent: true, place: { point: { latitude: 31.9, longitude: 119.9 } } },
  },
  {
    who: '孙姐，边看店边填',
    about: '填一半走开，第二天接着填；手抖连点；卡片上改类别；地址同名要挑',
    moves: [
      [/^$/, '上报'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/是哪一类/, '水漫到路上'],
      [/是不是这里面的一种/, tap('都不是')],
      [/是哪一类/, tap('供排水')],
      [/具体是哪一种/, tap('道路积水')],
      [/隐患在哪里/, '✖️ 先到这里'],
      [/要先停一停吗/, tap('留着，以后再填')],
      [/给您留着/, { wait: DAY }],
      [/^$/, '上报'],
      [/没填完/, tap('接着填')],
      [/隐患在哪里/, '阳光家园2栋门口'],
      [/您说的是哪一个/, tap('听松社区')],
      [/地点：听松社区，阳光家园2栋门口/, tap('水大概有多深')],
      [/水大概有多深/, tap('没过脚面')],
      [/水大概有多深：没过脚面/, tap('改类别')],
      [/是不是这里面的一种|是哪一类/, '下水道往外冒'],
      [/是不是这里面的一种/, tap('污水冒溢')],
      [/类别：污水冒溢/, tap('现在还在冒吗')],
      [/还在冒吗/, tap('还在冒')],
      [/现在还在冒吗：还在冒/, tap('✅ 提交')],
    ],
    kept: {
      category: 'sewage',
      extras: { still: 'yes' },
      place: { region: '990102001001', address: expect.stringMatching(/#2$/) },
    },
  },
  {
    who: '赵大姐，第二次来',
    about: '发了文件被请用照片重发；还是上次的地方；事后又补了照片和话',
    moves: [
      [/^$/, '护栏倒了'],
      [/先跟您说明白/, tap('同意基本处理')],
      [/隐患在哪里/, HERE],
      [/位置收到了/, tap('单独同意')],
      [/类别：护栏/, tap('✅ 提交')],
      [/编号：/, '红绿灯也不亮了'],
      [/隐患在哪里/, '🕘 还是上次的地方'],
      [/地点：锦绣社区/, { send: { document: 'manhole' } }],
      [/用『照片』的方式再发一次/, tap('✅ 提交')],
      [/编号：/, '📋 我的上报'],
      [/想看哪一件/, tap('红绿灯故障')],
      [/现在：待受理/, tap('补充照片、说明')],
      [/有照片就发来/, { send: { photo: 'street-light' } }],
      [/还可以再发/, tap('发好了')],
      [/还想说点什么/, '四个方向都不亮'],
      [/补充好了/, { wait: 0 }],
    ],
    kept: { category: 'traffic_light', photos: [{}], place: { region: '990101001001005' } },
  },
];

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

async function make(move: Move, phone: Phone): Promise<void> {
  const [reads, does] = move;
  if (reads.source !== '^$') await phone.hasNew(reads);
  if (typeof does === 'string') await phone.say(does);
  else if ('tap' in does) await phone.tap(does.tap);
  else if ('send' in does) await phone.send(does.send);
  else app.simulator.world.advanceClock(does.wait);
}

test.each(STORIES)('$who：$about', async ({ who, language, moves, kept }) => {
  const phone = await app.phone(who, language);
  for (const move of moves) await make(move, phone);
  const { store } = app.running;
  const newest = async (): Promise<HazardCase | undefined> =>
    (await loadOwnCases(store, `telegram:${phone.id}`))[0]?.record;
  await expect.poll(newest, { timeout: PATIENCE_MS }).toMatchObject(kept);
});

test('after ten stories all invariants hold, and cases without a known place wait in their own queue', async () => {
  expect(STORIES).toHaveLength(10);
  const { store } = app.running;
  expect(await store.redis.zcard(store.keys.casesNowhere)).toBe(2);
  await expectInvariants(store);
});
