import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import { ROLES } from '../../src/people/role.ts';
import { STREET, staff } from '../cases/desk.ts';
import type { Phone } from '../phone.ts';
import { declineSame, NAMED_MANHOLE, OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const casesOf = (phone: Phone) => loadOwnCases(app.running.store, `telegram:${phone.id}`);

const CHARGING = { opening: 'menu' } as const;

/** From the menu to the question for the place. */
async function toPlace(phone: Phone): Promise<void> {
  await report(phone, { ...CHARGING, stopAt: 'place' });
}

async function toReview(phone: Phone): Promise<void> {
  const words = '3幢2单元楼道口有人拉线给电瓶车充电';
  await report(phone, { ...CHARGING, words, photo: 'e-bike-wire', stopAt: 'review' });
}

async function toNumber(phone: Phone): Promise<string> {
  await toReview(phone);
  await phone.tap('提交');
  const done = await phone.sees(/编号：/);
  return /编号：(\S+)/.exec(done.text ?? '')?.[1] ?? '';
}

describe('a hazard report', () => {
  test('is filed by taps, gets a number, and is listed under 我的上报', async () => {
    const phone = await app.phone();
    const number = await toNumber(phone);
    expect(number).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    const [kept] = await casesOf(phone);
    expect(kept?.record).toMatchObject({
      state: 'submitted',
      category: 'e_bike_wire_charging',
      place: { region: '990101001001005', point: { latitude: 31.4552, longitude: 119.4434 } },
      description: { text: '3幢2单元楼道口有人拉线给电瓶车充电' },
      photos: [{ file: expect.any(String), same: expect.any(String) }],
    });
    await phone.say('📋 我的上报');
    await phone.tap('飞线充电');
    const card = await phone.sees(/现在：待受理/);
    expect(card.text).toContain(number);
    expect(card.text).toContain('锦绣社区');
    expect(card.text).not.toContain('网格');
    expect(card.text).toMatch(/现在：待受理/);
  });

  test('the case holds neither the first name nor the chat id', async () => {
    const phone = await app.phone('王秀兰');
    await toNumber(phone);
    const [kept] = await casesOf(phone);
    expect(JSON.stringify(kept?.record)).not.toMatch(new RegExp(`王秀兰|${phone.id}`));
  });

  test('survives a restart of the bot in the middle of the talk', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await app.restart();
    await phone.say('湖边亭子旁');
    await phone.tap('不清楚');
    await declineSame(phone);
  });

  test('each answer can be corrected on the card', async () => {
    const phone = await app.phone();
    await toReview(phone);
    await phone.tap('改情况');
    await phone.sees(/说说情况/);
    await phone.say('线从二楼窗户拉下来');
    await phone.sees(/情况：线从二楼窗户拉下来/);
    await phone.tap('改类别');
    await phone.tap('都不是');
    await phone.tap('道路交通');
    await phone.sees(/哪一种/);
    await phone.tap('上一步');
    await phone.sees(/哪一类/);
    await phone.tap('道路交通');
    await phone.tap('井盖缺失');
    await declineSame(phone);
    await phone.sees(/盖子现在怎么样：没填\n旁边有没有围起来、放警示牌：没填/);
    await phone.tap('盖子现在怎么样');
    await phone.tap('整个不见了');
    await phone.sees(/盖子现在怎么样：整个不见了/);
    await phone.tap('改地点');
    await phone.sees(/隐患在哪里/);
    await phone.say('锦绣花园 3 幢');
    await declineSame(phone);
    const card = await phone.sees(/锦绣花园 3 幢[\s\S]*盖子现在怎么样：整个不见了/);
    expect(card.text).toContain('地点：锦绣社区，锦绣花园 3 幢');
    expect(card.text).toContain('类别：井盖缺失、破损');
    expect(card.text).toContain('情况：线从二楼窗户拉下来');
  });

  test('two quick taps on 提交 file one case', async () => {
    const phone = await app.phone();
    await toReview(phone);
    const { message_id } = await phone.withButton('提交');
    await Promise.all([phone.tap('提交', message_id), phone.tap('提交', message_id)]);
    await phone.hasSeen(/编号：/);
    await phone.sees(/以前的按钮|编号/);
    expect(await casesOf(phone)).toHaveLength(1);
  });

  test('by words only: 改用文字, a written place, a voice message, no photo', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.sees(/先跟您说明白/);
    await phone.say('同意');
    await phone.sees(/哪一类/);
    await phone.say('道路交通');
    await phone.sees(/哪一种/);
    await phone.say('2');
    await phone.sees(/隐患在哪里/);
    await phone.say('📍 发送现在的位置');
    await phone.sees(/位置收到了/);
    await phone.say('改用文字');
    await phone.sees(/隐患在哪里/);
    await phone.say('锦绣花园３栋门口');
    await declineSame(phone);
    await phone.sees(/地点：锦绣社区，锦绣花园３栋门口/);
    await phone.send({ voice: 7 });
    const card = await phone.sees(/情况：语音 7 秒/);
    expect(card.text).toContain('照片：没填');
    await phone.say('提交');
    await phone.sees(/编号：/);
    expect((await casesOf(phone))[0]?.record).toMatchObject({
      category: 'road_collapse',
      place: {
        text: '锦绣花园３栋门口',
        region: '990101001001',
        address: expect.stringMatching(/^990101001001\.\w+#3$/),
      },
    });
  });

  test('does not start without consent, and nothing is stored', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('不同意');
    await phone.sees(/都没有保存/);
    expect(await casesOf(phone)).toEqual([]);
  });

  test('asks for consent once, not with every report', async () => {
    const phone = await app.phone();
    await toNumber(phone);
    await phone.say('上报');
    await phone.sees(/哪一类/);
    await phone.tap('燃气');
    await phone.tap('疑似燃气泄漏');
    await phone.tap('暂时没有');
    await phone.sees(/隐患在哪里/);
  });

  test('starts from a photo outside any talk; its caption is the description', async () => {
    const phone = await app.phone();
    await phone.send({ photo: 'manhole', caption: '路上的井盖没了' });
    await phone.sees(/照片收到了/);
    await report(phone, { ...NAMED_MANHOLE, address: '锦绣路 12 号', words: false, photo: false, stopAt: 'review' });
    const card = await phone.sees(/都对就提交/);
    expect(card.text).toContain('情况：路上的井盖没了');
    expect(card.text).toContain('照片：1 张');
  });

  test.each(['\u200b\u2060', '！'])(
    'asks for a description if the caption “%s” of its photo says nothing',
    async (caption) => {
      const phone = await app.phone();
      await phone.send({ photo: 'manhole', caption });
      await phone.sees(/照片收到了/);
      const other = { ...OTHER_HAZARD, opening: 'sent', words: '石狮子歪了' } as const;
      await report(phone, { ...other, address: '锦绣路 12 号', stopAt: 'review' });
      await phone.hasSeen(/说说情况/);
      expect((await phone.sees(/都对就提交/)).text).toContain('情况：石狮子歪了');
    },
  );

  test('can be withdrawn after one confirmation', async () => {
    const phone = await app.phone();
    const number = await toNumber(phone);
    await phone.say(number.toLowerCase().replace('-', ' '));
    await phone.sees(/现在：待受理/);
    await phone.tap('撤回这一件');
    await phone.sees(/真的要撤回/);
    await phone.tap('撤回');
    await phone.sees(/已经撤回了/);
    expect((await casesOf(phone))[0]?.record.state).toBe('withdrawn');
    const { store } = app.running;
    expect(await store.redis.zcard(store.keys.casesIn('withdrawn'))).toBe(1);
  });
});

describe('on the way', () => {
  test('the menu comes back after the buttons of the location question', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    expect((await phone.sees(/隐患在哪里/)).keyboard.flat()[0]).toBe('📍 发送现在的位置');
    await phone.say('📍 发送现在的位置');
    await phone.sees(/位置收到了/);
    const keyboards = (await phone.fromBot()).filter(({ keyboard }) => keyboard.length > 0);
    expect(keyboards.at(-1)?.keyboard.flat()).toContain('📢 上报隐患');
  });

  test('a tap changes the question in place, so that the chat stays short', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('同意基本处理');
    await phone.tap('消防');
    const question = await phone.sees(/哪一种/);
    expect(question.edits).toBe(2);
    expect(await phone.fromBot()).toHaveLength(1);
  });

  test('a tap on an old button changes nothing and shows the current question', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    const first = await phone.sees(/先跟您说明白/);
    const old = first.buttons.flat()[0]?.callback_data ?? '';
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.tap('消防');
    await phone.sees(/哪一种/);
    await phone.forge(first.message_id, old);
    const shown = await phone.sees(/前面的按钮.*哪一种/s);
    expect(shown.buttons.flat().map(({ text }) => text)).toContain('安全出口被锁');
  });

  test.each([
    'report-hazard/review/send/aaaa',
    'report-hazard/category/fire/aaaa',
    'my-cases/sure/yes/aaaa',
    'resume/aaaa',
    'drop/aaaa',
    'fresh/no-such-flow',
    '../../etc/passwd',
    '{test}:case:1',
    '\u202Ehallo',
    'x'.repeat(64),
  ])('forged callback data “%s” is refused without a trace', async (data) => {
    const phone = await app.phone();
    await phone.say('/start');
    const { message_id } = await phone.sees(/您好/);
    await phone.forge(message_id, data);
    await phone.sees(/以前的按钮/);
    const { store } = app.running;
    // The message is on the phone before its id is settled in the store.
    const fields = async () => (await store.redis.hkeys(store.keys.person(`telegram:${phone.id}`))).sort();
    await expect.poll(fields).toEqual(['clock', 'contact', 'contact_sum', 'last_message', 'version']);
  });

  test('/help inside a talk is answered, then the question is repeated', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.say('/help');
    await phone.hasSeen(/我能帮您做这些/);
    await phone.sees(/哪一类/);
  });

  test('/start inside a talk pauses it; one tap resumes it', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('/start');
    await phone.sees(/没填完/);
    await phone.tap('接着填');
    await phone.sees(/隐患在哪里/);
  });

  test('opening the report again offers the paused one or a new one', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('📢 上报隐患');
    await phone.sees(/没填完/);
    await phone.tap('重新填一份');
    await phone.sees(/哪一类/);
  });

  test('words that would open a report while one waits begin the fresh one', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('/start');
    await phone.sees(/没填完/);
    await phone.say('锦绣花园3号楼井盖没了');
    await phone.sees(/还有一份没填完的『隐患上报』.*刚才写的/s);
    // What is asked for in between does not lose them.
    await phone.say('上报');
    await phone.sees(/没填完/);
    await phone.tap('重新填一份');
    // The place and the kind of hazard are known from the words.
    await phone.sees(/盖子现在怎么样|附近已经有人报了差不多的/);
  });

  test('a look at 我的上报 inside a report leads back into the report', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('📋 我的上报');
    await phone.hasSeen(/还没有上报过/);
    await phone.tap('接着填');
    await phone.sees(/隐患在哪里/);
  });

  test('leaving a talk asks first, then pauses or deletes it', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.tap('先到这里');
    await phone.tap('留着，以后再填');
    await phone.sees(/给您留着/);
    await phone.say('上报');
    await phone.sees(/没填完/);
    await phone.tap('接着填');
    await phone.sees(/哪一类/);
    await phone.say('取消');
    await phone.tap('不要了，删掉');
    await phone.sees(/已经删掉了/);
  });

  test('nonsense gets one kind sentence, then the buttons are named', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.say('我也说不清楚');
    await phone.sees(/这几个字我没对上.*哪一类/s);
    await phone.say('怎么办啊');
    await phone.sees(/先停一停，点最下面/);
  });

  test('a text over the limit is refused with the limit, and no answer is lost', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('长'.repeat(101));
    await phone.sees(/100 个字以内/);
    await phone.say('长'.repeat(100));
    await phone.sees(/哪一片/);
  });

  test('a document, a live location and a foreign contact are refused with the reason', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.tap('同意基本处理');
    await phone.sees(/哪一类/);
    await phone.send({ document: 'manhole' });
    await phone.sees(/用『照片』的方式再发一次/);
  });

  test('words outside any talk show the menu', async () => {
    const phone = await app.phone();
    await phone.say('在不在');
    await phone.sees(/您好，我是安邻/);
    await phone.say('今天天气不错');
    const shown = await phone.sees(/没看懂/);
    expect(shown.keyboard.flat()).toEqual(['📢 上报隐患', '📋 我的上报', '🎽 志愿服务', '🌐 Language', '❓ 帮助']);
  });

  test('a talk expires after a week and sends a notice', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    app.simulator.world.advanceClock(8 * 24 * 3600);
    await phone.sees(/放得太久，已经删掉了/, 12_000);
    const { store } = app.running;
    expect(await store.redis.zscore(store.keys.talksExpiring, `telegram:${phone.id}`)).toBeNull();
  });
});

describe('what residents were seen to do', () => {
  test('a repeated tap within seconds gets no reply', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    const { message_id } = await phone.withButton('同意基本处理');
    await phone.tap('同意基本处理', message_id);
    const data = (await phone.messages()).at(-1)?.buttons.flat()[0]?.callback_data ?? '';
    await phone.forge(message_id, data.includes('consent') ? data : `report-hazard/consent/yes/${data.split('/')[3]}`);
    await phone.sees(/哪一类/);
    await app.settle();
    expect(await phone.fromBot()).toHaveLength(1);
  });

  test('an entry of the menu that is tapped twice opens its talk once', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await phone.say('上报');
    await phone.sees(/先跟您说明白/);
    await app.settle();
    expect(await phone.fromBot()).toHaveLength(1);
    // Later it is meant, and so is a list that is asked for again.
    await app.advance(3000);
    await phone.say('上报');
    await phone.sees(/还有一份没填完/);
    const before = (await phone.fromBot()).length;
    for (const _ of [1, 2]) await phone.say('通知设置');
    await expect.poll(async () => (await phone.fromBot()).length).toBe(before + 2);
  });

  test('words typed at the leave question answer that question', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('锦绣花园');
    await declineSame(phone);
    await phone.say('取消');
    await phone.sees(/先停一停吗/);
    await phone.say('接着填');
    await declineSame(phone);
    await phone.say('取消');
    await phone.sees(/先停一停吗/);
    await phone.say('不要了');
    await phone.sees(/已经删掉了/);
  });

  test('不是 at the echo of a place asks again; other words keep the place', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('https://maps.apple.com/?ll=30,100');
    await phone.sees(/不在本市/);
    await phone.say('这个我不确定');
    await phone.sees(/对就点.*不在本市/s);
    await phone.say('不是');
    await phone.sees(/隐患在哪里/);
  });

  test('an outdated review card does not submit later changes', async () => {
    const phone = await app.phone();
    await toReview(phone);
    const card = await phone.withButton('提交');
    await phone.say('不对');
    const sealed = card.buttons.flat()[0]?.callback_data ?? '';
    await phone.tap('改情况', card.message_id);
    await phone.sees(/说说情况/);
    await phone.say('其实是四幢');
    await phone.sees(/情况：其实是四幢/);
    await phone.forge(card.message_id, sealed);
    await phone.sees(/前面的按钮.*情况：其实是四幢/s);
    expect(await casesOf(phone)).toEqual([]);
  });

  test('English can be chosen by typing it', async () => {
    const phone = await app.phone();
    await phone.say('语言');
    await phone.sees(/choose a language/);
    await phone.say('English');
    await phone.sees(/English from now on/);
  });

  test('the offer to resume can be answered by typing', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('/start');
    await phone.sees(/没填完/);
    await phone.say('接着填');
    await phone.sees(/隐患在哪里/);
    await phone.say('/start');
    await phone.sees(/没填完/);
    await phone.say('重新填一份');
    await phone.sees(/哪一类/);
    await phone.say('救命，着火了');
    await phone.hasSeen(/119（|打 119/);
    await phone.sees(/哪一类/);
    await phone.say('/start');
    await phone.sees(/没填完/);
    await phone.say('不要了');
    await phone.sees(/已经删掉了/);
  });

  test('fire and gas get the emergency numbers first', async () => {
    const phone = await app.phone();
    await phone.say('我家楼下着火了！');
    await phone.sees(/119/);
  });

  test('the number of a case of another person shows nothing', async () => {
    const other = await app.phone();
    const number = await toNumber(other);
    const phone = await app.phone();
    await toNumber(phone);
    await phone.say(`编号：${number}`);
    const shown = await phone.sees(/没有找到这个编号/);
    expect(JSON.stringify(shown.buttons)).not.toContain(number);
  });

  test('places in the tree can be typed by their position', async () => {
    const phone = await app.phone();
    await toPlace(phone);
    await phone.say('按社区选');
    await phone.sees(/哪一片/);
    await phone.say('第一个');
    await phone.say('2');
    await phone.say('1');
    await phone.sees(/在『.*社区』的什么位置/);
  });
});

describe('people', () => {
  test('get English if their phone uses it, and can change it', async () => {
    const emma = await app.phone('Emma', 'en');
    await emma.say('/start');
    await emma.sees(/Hello, I am Anlin/);
    await emma.say('report');
    await emma.tap('Agree');
    await emma.tap('Roads and traffic');
    await emma.sees(/What is it exactly/);
    await emma.say('🌐 语言');
    await emma.tap('中文');
    await emma.hasSeen(/以后都用中文/);
    await emma.tap('接着填');
    await emma.sees(/具体是哪一种/);
  });

  test('/stop takes effect at once, and reporting still works', async () => {
    const phone = await app.phone();
    await phone.say('/stop');
    await phone.sees(/不再给您发通知公告/);
    const { store } = app.running;
    const contact = JSON.parse((await store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'contact')) ?? '{}');
    expect(contact.subscribed).toBe(false);
    await phone.say('上报');
    await phone.sees(/先跟您说明白/);
  });

  test('a person who blocks the bot counts as unreachable until the next message', async () => {
    const phone = await app.phone();
    await phone.say('/start');
    await phone.sees(/您好/);
    const { store } = app.running;
    const gone = () => store.redis.hget(store.keys.person(`telegram:${phone.id}`), 'gone');
    await phone.block();
    await expect.poll(gone).toBe('blocked the bot');
    await phone.unblock();
    await expect.poll(gone).toBeNull();
  });

  test('the log holds no text, no name and no token', async () => {
    const canary = '金丝雀三幢二单元';
    const phone = await app.phone(canary);
    await phone.say(canary);
    await phone.sees(/您好/);
    await phone.say('/start');
    expect(app.log.join('\n')).not.toContain(canary);
    expect(app.log.join('\n')).not.toContain(app.simulator.token);
  });
});

describe('an organiser', () => {
  const OWN: Readonly<Record<string, readonly string[]>> = {
    dispatcher: ['🧰 我的待办', '📣 公告', '🗂️ 任务板', '🎲 检查和值班', '💻 后台'],
    grid_worker: ['🧰 我的待办', '🗂️ 任务板', '🎲 检查和值班', '💻 后台'],
    unit_staff: ['🧰 我的待办', '🎲 检查和值班', '💻 后台'],
    lead: ['🧰 我的待办', '📈 街道一览', '📣 公告', '🗂️ 任务板', '📊 问卷调查', '🧭 研判', '🎲 检查和值班', '💻 后台'],
    office: ['🧰 我的待办', '📈 街道一览', '📣 公告', '🗂️ 任务板', '📊 问卷调查', '🧭 研判', '🎲 检查和值班', '💻 后台'],
    auditor: ['🔍 留痕', '📣 公告', '🧭 研判', '💻 后台'],
  };
  test.each(ROLES)('%s has the buttons of this role, each of which opens, and a help of its own', async (role) => {
    const phone = await staff(app, '同事', role, role === 'unit_staff' ? 'fire_rescue' : STREET);
    await phone.say('❓ 帮助');
    const help = await phone.sees(/您的工作/);
    const own = OWN[role] ?? [];
    expect(help.keyboard.flat().slice(0, -5)).toEqual(own);
    for (const button of own) expect(help.text).toContain(button);
    for (const button of own) {
      const { message_id } = (await phone.fromBot()).at(-1) ?? { message_id: 0 };
      await phone.say(button);
      const answered = async () => (await phone.fromBot()).filter((message) => message.message_id > message_id);
      await expect.poll(async () => (await answered()).length).toBeGreaterThan(0);
      const [first] = await answered();
      expect(first?.text ?? first?.caption).not.toMatch(/工作人员办件的地方|要由|这里给|由街道/);
    }
  });

  test('one button lists the talks of the review; a tap opens one', async () => {
    const phone = await staff(app, '主任', 'lead', STREET);
    await phone.say('🧭 研判');
    const { buttons } = await phone.sees(/您想看哪一样/);
    expect(buttons.flat().map(({ text }) => text)).toEqual(
      expect.arrayContaining(['🔎 苗头', '📐 平安指数', '📄 月报', '📮 提醒函']),
    );
    expect(JSON.stringify(buttons)).not.toContain('写提醒函');
    const before = (await phone.fromBot()).length;
    await phone.tap('📐 平安指数');
    await expect.poll(async () => (await phone.fromBot()).length).toBeGreaterThan(before);
    await phone.sees(/还没有|平安指数/);
  });
});
