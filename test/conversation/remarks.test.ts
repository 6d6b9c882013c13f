import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Phone } from '../phone.ts';
import { OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** A resident who has met the bot. */
async function resident(): Promise<Phone> {
  const phone = await app.phone();
  await phone.say('你好');
  await phone.sees(/您好/);
  return phone;
}

/** A resident whose report stands at the question where. */
async function atPlace(): Promise<Phone> {
  const phone = await app.phone();
  await phone.say('路灯不亮了');
  await phone.sees(/先跟您说明白/);
  await phone.tap('同意基本处理');
  await phone.sees(/隐患在哪里/);
  return phone;
}

describe('what is said to the bot itself gets its own answer', () => {
  test.each([
    ['我要找个真人说话', /不是真人[\s\S]*12345/],
    ['人工', /不是真人[\s\S]*12345/],
    ['你们电话多少', /不是真人[\s\S]*12345/],
    ['你们会不会把我名字告诉物业', /看不到您的名字/],
    ['我想换手机号', /没有存您的号码/],
    ['垃圾东西没用', /让您着急了，对不起/],
    ['你们到底管不管', /让您着急了，对不起/],
    ['谢谢你小姑娘', /^不用谢/],
    ['您辛苦了啊', /^不用谢/],
    ['好的', /^好的。/],
    ['算了', /^好的。/],
    ['取消', /^好的。/],
    ['不要再给我发消息了', /不再给您发通知公告/],
    ['把我所有的东西都删掉', /删/],
    ['以后再说', /^好的。/],
    ['小区里有人吵架', /和邻居为了什么/],
    ['邻居天天半夜唱歌吵死了', /和邻居为了什么/],
    ['Can you speak English?', /Please choose a language/],
    ['我被骗了', /先别转账[\s\S]*打 110[\s\S]*96110/],
    ['有骗子上门骗老人钱', /先别转账/],
    ['公检法打电话要我转账', /先别转账/],
    ['我要举报有人吸毒', /请打 110[\s\S]*不写人/],
    ['我电动车被偷了', /请打 110/],
    ['怎么注册', /不用注册，也不要钱/],
    ['你们几点下班', /白天晚上都能报/],
    ['我眼睛不好，字能大一点吗', /把字调大/],
    ['我上个月报的路灯修了没', /您还没有上报过隐患/],
    ['上礼拜反映的井盖没下文', /您还没有上报过隐患/],
    ['我的事咋样了', /您还没有上报过隐患/],
    ['我到了', /任务|活动|志愿/],
    ['我想表扬网格员小李', /表扬和公示/],
    ['我要提意见', /街坊在商量什么/],
    ['安全感问卷在哪', /想请您也参加/],
    ['今天有什么公告', /公告会直接发到这个聊天里/],
    ['物业不作为', /让您着急了，对不起/],
    ['社区食堂几点开饭', /没看懂/],
    ['最近的地铁站在哪', /没看懂/],
    ['我没有照片', /没看懂/],
  ])('“%s”', async (words, answer) => {
    const phone = await resident();
    await phone.say(words);
    await phone.hasNew(answer);
  });

  test.each([
    '楼上两口子吵架把花盆扔下来',
    'There is a big hole in the road',
    '路灯没用了',
    '楼道灯坏了没人管',
    '投诉井盖没了',
  ])('“%s” names a hazard and opens a report', async (words) => {
    const phone = await resident();
    await phone.say(words);
    await phone.hasNew(/先跟您说明白/);
  });
});

describe('at the question where', () => {
  test('a wish for a person and anger are answered, and are no place', async () => {
    const phone = await atPlace();
    await phone.say('有没有人工');
    await phone.hasSeen(/不是真人/);
    await phone.sees(/隐患在哪里/);
    await phone.say('你们到底管不管');
    await phone.hasSeen(/让您着急了/);
    await phone.sees(/隐患在哪里/);
  });

  test('a long description that holds such a word is a place', async () => {
    const phone = await atPlace();
    await phone.say('锦绣社区居委会投诉接待室后面那条小路一直走到底，左手边第二个单元门口的墙根那里，靠近垃圾房');
    expect((await phone.hears(/./)).text).not.toMatch(/让您着急了/);
  });

  test('a question is asked again, and is no place', async () => {
    const phone = await atPlace();
    await phone.say('附近有没有人来过？');
    await phone.sees(/请发位置、打字写地址[\s\S]*隐患在哪里/);
  });

  test('words that open a talk open it, and the report waits', async () => {
    const phone = await atPlace();
    await phone.say('我要撤回');
    await phone.hasNew(/还没有上报过/);
    await phone.say('继续');
    await phone.sees(/隐患在哪里/);
  });

  test('the words about an area add to the place that was said first', async () => {
    const phone = await atPlace();
    await phone.say('就在我们楼下');
    await phone.sees(/『就在我们楼下』在哪一片/);
    await phone.say('老菜场后头那条弄堂');
    await phone.sees(/『就在我们楼下，老菜场后头那条弄堂』在哪一片/);
    await phone.say('锦绣社区');
    await phone.sees(/地点：锦绣社区，就在我们楼下，老菜场后头那条弄堂/);
  });

  test('what a resident tells of a theft or a cost is added to the report', async () => {
    const phone = await atPlace();
    await phone.say('锦绣社区');
    await phone.hasNew(/请看一眼/);
    await phone.say('昨天我的电瓶也被偷了');
    await phone.sees(/情况：路灯不亮了\n昨天我的电瓶也被偷了/);
  });
});

test('words at the question of the kind that name none are kept aloud', async () => {
  const phone = await app.phone();
  await phone.say('小区大门口的路灯不亮');
  await phone.sees(/先跟您说明白/);
  await phone.tap('同意基本处理');
  await phone.sees(/是不是这里面的一种/);
  await phone.say('黑了三天了');
  await phone.sees(/这句话也记下了/);
});

test('at the card 照片没有 adds nothing', async () => {
  const phone = await app.phone();
  await report(phone, { ...OTHER_HAZARD, stopAt: 'review' });
  await phone.say('照片没有');
  const card = await phone.sees(/都对就点『提交』/);
  expect(card.text).not.toMatch(/照片没有/);
});

test('words at the card start no search for a hazard, which takes longer than the rest of a turn', async () => {
  const [phone, other] = [await app.phone(), await resident()];
  await report(phone, { stopAt: 'review', words: false });
  const search = vi.spyOn(app.running.services.city.categories, 'isNamedIn');
  await phone.say('靠墙那盏路灯的灯罩碎了一半');
  await phone.sees(/情况：靠墙那盏路灯/);
  expect(search).not.toHaveBeenCalled();
  await other.say('靠墙那盏路灯的灯罩碎了一半');
  await other.sees(/先跟您说明白/);
  expect(search).toHaveBeenCalled();
  search.mockRestore();
});
