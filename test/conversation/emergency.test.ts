import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEmergency } from '../../src/conversation/intent/emergency.ts';
import { openWording } from '../../src/i18n.ts';
import { STREET, staff } from '../cases/desk.ts';
import { report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

const wording = openWording();

describe('the numbers to call come first', () => {
  test.each([
    '我看到有人放火',
    '有人纵火',
    '楼道烧起来了',
    '垃圾桶烧着了',
    '有人拿刀砍人',
    '有人持刀',
    '有人昏倒了',
    '老人昏迷了',
    '我爸没呼吸了',
    '老伴叫不醒了',
    '我妈喘不上气，胸口疼',
    '孩子吃果冻噎着了',
    '老人没反应了',
    '老伴心脏病犯了',
    '有人摔断腿了',
    '出车祸了',
    '车撞人了',
    '老人走丢了',
    '孩子不见了',
    '有人跳楼',
    '有人要自杀',
    '有人喝农药了',
    '煤气中毒了',
    '房子塌了压住人了',
    '广告牌掉下来砸到人了',
    '广告牌砸伤人了',
    '着火啦',
    '起火啦',
    '火很大',
    '楼上冒烟',
    '电瓶车烧了',
    '电瓶车炸了',
    '有人抢劫',
    '家里进贼了',
    '小孩掉井里了',
    '电梯里有人出不来',
    '老人摔倒起不来了',
    '血流不止',
    '有人被电了',
    '有人触电',
    '闻到煤气味',
    '燃气泄露了',
    '天然气漏了',
    '液化气漏了',
    '煤气罐在漏气',
    '有人家暴',
    '邻居家打老婆',
    '我被打了',
    '有人被打了',
    '狗咬了小孩',
    '小孩被狗咬了',
    '有人快不行了',
    '救救我',
    '快来人啊',
    '有人掉下楼了',
    '老人从楼上掉下来了',
    '孩子卡在栏杆里了',
    '孩子被锁在车里了',
    '煤气味很浓',
    '厂里爆炸',
    '鞭炮炸伤了人',
    '居委会着火了',
    '有人拿着刀在学校门口',
    '发现可疑包裹',
    '孩子被人抱走了',
    '有人跳河',
    '锅炉炸了',
    '马蜂蜇人了',
    '小心！楼上冒烟了',
  ])('for %s', (text) => expect(isEmergency(text, wording.in('zh-CN'))).toBe(true));

  test.each([
    'the kitchen caught fire',
    'a child fell into the pond',
    'my husband is not breathing',
    'somebody is trapped in the lift',
  ])('for %s', (text) => expect(isEmergency(text, wording.in('en'))).toBe(true));
});

describe('what may happen, happened long ago or is only told of is no emergency', () => {
  test.each([
    '这里容易起火',
    '怕起火',
    '一旦起火跑不掉',
    '万一着火怎么办',
    '电线老化会起火',
    '小心火灾',
    '防火门坏了',
    '没人受伤',
    '以前有人摔倒过',
    '怕砸到人',
    '差点砸到人',
    '担心有人触电',
    '容易触电',
    '小心触电',
    '害怕小孩掉井里',
    '万一掉井里',
    '上次有人被狗咬',
    '流浪狗可能咬人',
    '灭火器过期',
    '消防演习冒烟',
    '烟头没灭',
    '容易砸到人',
    '随时会爆炸',
    '小心煤气中毒',
    '怕煤气中毒',
    '预防煤气中毒',
    '有人放火吗',
    '老人容易摔倒',
    '防溺水标牌掉了',
    '防溺水宣传',
    '救生圈丢了',
    '小偷多，监控坏了',
    '防盗门坏了',
    '楼道打架子鼓',
    '打架子鼓太吵',
    '广告牌要掉下来了',
    '担架进不来',
    '车祸多发的路口',
    '老是出车祸的路口没有红绿灯',
    '怕有人跳楼',
    '安全出口被锁',
    '监控被砸了',
    '玻璃炸了',
    '轮胎炸了',
    '真着火了谁负责',
    '落水管掉了',
    '打我老公电话',
    '敲打人行道的砖',
    '电线老化会起火',
    '没有人受伤',
    '车位被抢了',
    '按了电梯没反应',
    '报了三次没反应',
  ])('%s', (text) => expect(isEmergency(text, wording.in('zh-CN'))).toBe(false));

  test.each(['someone could fall into the hole', 'a child nearly fell into the pond', 'nobody is hurt'])('%s', (text) =>
    expect(isEmergency(text, wording.in('en'))).toBe(false),
  );
});

describe('in a talk', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await openTestApp();
  });
  afterAll(() => app.close());

  test('the words below the numbers are kept, and a question that they do not answer stands again', async () => {
    const phone = await app.phone();
    await phone.say('楼道里堆满了纸箱');
    await phone.sees(/先跟您说明白/);
    await phone.tap('同意基本处理');
    await phone.sees(/隐患在哪里/);
    await phone.say('三楼冒烟了');
    await phone.hasNew(/打 119/);
    await phone.sees(/隐患在哪里/);
    await phone.say('锦绣社区');
    await phone.hasNew(/请看一眼/);
    await phone.say('楼道里冒烟了，越来越大');
    await phone.hasNew(/打 119/);
    await phone.hasNew(/情况：楼道里堆满了纸箱\n楼道里冒烟了，越来越大/);
  });

  test('an organiser who looks for a case at work is not told whom to call, and is in a report', async () => {
    const wu = await staff(app, '老吴', 'dispatcher', STREET);
    await report(await app.phone());
    await wu.say('待办');
    await wu.hasNew(/件/);
    await wu.say('楼上冒烟');
    await wu.hasNew(/没有找到有/);
    expect((await wu.fromBot()).filter(({ text }) => /打 119/.test(text ?? ''))).toEqual([]);
    await wu.say('上报');
    await wu.hasNew(/先跟您说明白|哪一类/);
    await wu.say('楼上冒烟了');
    await wu.hasNew(/打 119/);
  });
});
