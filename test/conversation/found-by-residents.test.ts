import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadOwnCases } from '../../src/cases/case-store.ts';
import { tellsOfAnother } from '../../src/cases/report/other-hazard.ts';
import type { Phone } from '../phone.ts';
import { declineSame, NAMED_MANHOLE, OTHER_HAZARD, report } from '../report.ts';
import type { TestApp } from '../test-app.ts';
import { openTestApp } from '../test-app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

/** Taps and words in order; each waits for what it answers. */
async function talk(phone: Phone, ...moves: readonly (readonly [reads: RegExp, tap: string])[]): Promise<void> {
  for (const [reads, button] of moves) {
    await phone.hasNew(reads);
    await phone.tap(button);
  }
}

/** From the consent to the question where, in words. */
async function onToWords(phone: Phone): Promise<void> {
  await report(phone, { ...OTHER_HAZARD, opening: 'sent', address: '', stopAt: 'place' });
}

async function toWords(phone: Phone): Promise<void> {
  await report(phone, { ...OTHER_HAZARD, address: '', stopAt: 'place' });
}

describe('life comes first', () => {
  test.each(['小孩掉河里了', '有小偷', '狗咬人了', '有老人摔了一跤流血了'])(
    '“%s” is answered with the numbers to call',
    async (words) => {
      const phone = await app.phone();
      await phone.say(words);
      await phone.hasSeen(/119[\s\S]*120[\s\S]*110/);
    },
  );

  test.each(['请有关人员来看看', '落水管掉了', '请打我电话', '敲打人行道的砖'])(
    '“%s” is no emergency',
    async (words) => {
      const phone = await app.phone();
      await phone.say(words);
      await phone.sees(/您好|先跟您说明白/);
      expect((await phone.fromBot()).some(({ text }) => /马上打电话/.test(text ?? ''))).toBe(false);
    },
  );

  test('a strong smell of gas gets the emergency numbers first, then a report', async () => {
    const phone = await app.phone();
    await phone.say('煤气味很大');
    await phone.hasSeen(/119/);
    await phone.tap('同意基本处理');
    // The words leave no doubt about the kind.
    await phone.sees(/还能闻到燃气味吗/);
  });

  test('“没有人受伤” means that no person is hurt', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await talk(phone, [/先跟您说明白/, '同意基本处理'], [/是哪一类/, '房屋建筑'], [/具体是哪一种/, '电梯故障']);
    await phone.sees(/受伤吗/);
    await phone.say('没有人受伤');
    await phone.sees(/隐患在哪里/);
    expect((await phone.fromBot()).some(({ text }) => /马上打电话/.test(text ?? ''))).toBe(false);
  });

  test('a denied emergency inside a sentence shows no emergency numbers', async () => {
    const phone = await app.phone();
    await phone.say('路塌了一块，没有人受伤');
    await phone.sees(/先跟您说明白/);
    expect((await phone.fromBot()).some(({ text }) => /马上打电话/.test(text ?? ''))).toBe(false);
  });

  test('a cry for help is not stored as a place', async () => {
    const phone = await app.phone();
    await toWords(phone);
    await phone.say('救命');
    await phone.hasSeen(/马上打电话/);
    await phone.sees(/隐患在哪里/);
  });
});

describe('words are words wherever they stand', () => {
  test('an emergency in the caption of a photo gets the numbers first, then a report with the photo', async () => {
    const phone = await app.phone();
    await phone.send({ photo: 'manhole', caption: '有人掉进窨井里了' });
    await phone.hasSeen(/119[\s\S]*120/);
    await phone.tap('同意基本处理');
    await phone.hasSeen(/是哪一类|一种|隐患在哪里/);
  });

  test('/stop in a caption ends announcements', async () => {
    const phone = await app.phone();
    await phone.say('/start');
    await phone.sees(/您好/);
    await phone.send({ photo: 'manhole', caption: '/stop' });
    await phone.sees(/不再给您发通知/);
  });

  test('a name in a caption, and in the first words, is held back before the card', async () => {
    const phone = await app.phone();
    await phone.send({ photo: 'manhole', caption: '张建国又把锦绣花园3号楼的井盖撬了' });
    await phone.tap('同意基本处理');
    await phone.sees(/『张建国』[\s\S]*有人又把/);
    await phone.tap('就用遮好的');
    await phone.sees(/情况：有人又把锦绣花园3号楼的井盖撬了[\s\S]*照片：1 张/);
  });

  test('a case number in a caption adds the photo to that case', async () => {
    const phone = await app.phone();
    const number = await report(phone);
    await phone.send({ photo: 'manhole', caption: number });
    await phone.sees(/还想说点什么/);
    await phone.say('又拍了一张');
    await phone.sees(/补充好了/);
    expect((await loadOwnCases(app.running.store, `telegram:${phone.id}`))[0]?.record.photos).toHaveLength(1);
  });

  test.each(['停止！', 'STOP.', '取消订阅', 'unsubscribe', '不要再发了', '退订。'])(
    '“%s” ends announcements',
    async (words) => {
      const phone = await app.phone();
      await phone.say('/start');
      await phone.sees(/您好/);
      await phone.say(words);
      await phone.sees(/不再给您发通知/);
    },
  );

  test.each(['我报的事怎么样了', '处理了没有？', '怎么还没人来修'])('“%s” opens the own cases', async (words) => {
    const phone = await app.phone();
    await report(phone);
    await phone.say(words);
    await phone.sees(/想看哪一件/);
  });

  test('/language en changes the language at once', async () => {
    const phone = await app.phone();
    await phone.say('/language en');
    await phone.sees(/English from now on/);
  });
});

describe('nothing is lost', () => {
  test('a voice message outside any talk opens a report and becomes its description', async () => {
    const phone = await app.phone();
    await phone.send({ voice: 8 });
    await onToWords(phone);
    await phone.say('锦绣花园');
    await phone.sees(/地点：锦绣社区，锦绣花园\n情况：语音 8 秒/);
  });

  test('a location outside any talk opens a report and becomes its place', async () => {
    const phone = await app.phone();
    await phone.send({ location: { latitude: 31.4552, longitude: 119.4434 } });
    await phone.sees(/位置收到了[\s\S]*先跟您说明白/);
    await talk(phone, [/先跟您说明白/, '同意基本处理'], [/是哪一类/, '消防'], [/具体是哪一种/, '安全出口被锁']);
    await phone.tap('单独同意');
    await declineSame(phone);
    await phone.sees(/都对就提交[\s\S]*地点：锦绣社区/);
  });

  test('the card asks for the building of a point among housing estates, and typed at the card it joins the place', async () => {
    const phone = await app.phone();
    await report(phone, { ...OTHER_HAZARD, words: '墙上有个洞', stopAt: 'review' });
    await phone.sees(/打上几号楼几单元[\s\S]*地点：锦绣社区/);
    await phone.hasNew(/都对就提交|是不是同一件/);
    await phone.say('就在3号楼2单元');
    await phone.hasNew(/都对就提交|是不是同一件/);
    await declineSame(phone);
    const card = await phone.sees(/地点：锦绣社区[^\n]*3号楼2单元[\s\S]*情况：墙上有个洞/);
    expect(card.text).not.toContain('打上几号楼');
    await phone.tap('✅ 提交');
    await phone.hasSeen(/编号：/);
    const [filed] = await loadOwnCases(app.running.store, `telegram:${phone.id}`);
    expect(filed?.record.place).toMatchObject({ text: '就在3号楼2单元', point: { latitude: 31.4552 } });
  });

  test('a building that is typed instead of a new place keeps the point, and the point keeps the building', async () => {
    const phone = await app.phone();
    await report(phone, { ...OTHER_HAZARD, words: '墙上有个洞', stopAt: 'review' });
    await phone.tap('地点');
    await phone.sees(/隐患在哪里/);
    await phone.say('5幢1单元');
    await declineSame(phone);
    await phone.sees(/地点：锦绣社区[^\n]*5幢1单元/);
    // Marks what is shown so far as read.
    await phone.hasNew(/都对就提交|是不是同一件/);
    await phone.send({ location: { latitude: 31.4553, longitude: 119.4434 } });
    await phone.hasNew(/都对就提交|是不是同一件/);
    await declineSame(phone);
    await phone.sees(/地点：锦绣社区[^\n]*5幢1单元/);
  });

  test('a location that may mean two communities comes first: only which of them is asked', async () => {
    const phone = await app.phone();
    await report(phone);
    await phone.send({ location: { latitude: 31.478, longitude: 119.47 } });
    await phone.sees(/哪一类/);
    await phone.tap('照明供电');
    await phone.sees(/哪一种/);
    await phone.tap('路灯不亮');
    const asked = await phone.sees(/您发的位置，在哪个社区/);
    expect(asked.buttons.flat().filter(({ text }) => /社区/.test(text))).toHaveLength(2);
    await phone.tap('帆影社区');
    await phone.sees(/都对就提交[\s\S]*地点：帆影社区/);
  });

  test('a location that comes at another question is kept', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await talk(phone, [/先跟您说明白/, '同意基本处理']);
    await phone.sees(/是哪一类/);
    await phone.send({ location: { latitude: 31.4552, longitude: 119.4434 } });
    await phone.sees(/位置收到了[\s\S]*是哪一类/);
    await phone.say('安全出口被锁');
    await phone.tap('安全出口被锁');
    await phone.tap('单独同意');
    await declineSame(phone);
    await phone.sees(/都对就提交[\s\S]*地点：锦绣社区/);
  });

  test('a location without consent is deleted, and taken with one tap when it comes again', async () => {
    const phone = await app.phone();
    await report(phone, { stopAt: 'place' });
    await phone.say('📍 发送现在的位置');
    await phone.tap('改用文字');
    await phone.sees(/隐患在哪里/);
    const stored = JSON.stringify(await app.running.store.redis.hgetall(`{test}:person:telegram:${phone.id}`));
    expect(stored).toContain('report-hazard');
    expect(stored).not.toContain('31.4552');
    await phone.say('📍 发送现在的位置');
    await phone.tap('单独同意');
    await declineSame(phone);
    await phone.sees(/都对就提交[\s\S]*地点：锦绣社区/);
  });

  test.each(['你是谁', '我要投诉'])('“%s” shows the help text with the hotline for other matters', async (words) => {
    const phone = await app.phone();
    await phone.say(words);
    await phone.sees(/我能帮您做这些[\s\S]*12345/);
  });

  test('a remark after the address does not replace the address', async () => {
    const phone = await app.phone();
    await toWords(phone);
    await phone.say('湖边亭子旁');
    await phone.sees(/『湖边亭子旁』在哪一片/);
    await phone.say('谢谢');
    await phone.sees(/请点一下那一片[\s\S]*『湖边亭子旁』在哪一片/);
    await phone.say('锦绣花园3栋');
    await phone.sees(/说说情况/);
    await phone.say('墙上有个洞');
    await phone.sees(/地点：锦绣社区，锦绣花园3栋/);
  });

  test('back in the category tree leads one level up', async () => {
    const phone = await app.phone();
    await toWords(phone);
    await phone.say('🏘️ 按社区选');
    await phone.tap('西渚区');
    await phone.tap('锦绣街道');
    await phone.withButton('桃园社区');
    await phone.tap('上一步');
    await phone.withButton('柳湾街道');
    await phone.tap('上一步');
    await phone.withButton('东渚区');
  });

  test('a second tap on a category gets no reply', async () => {
    const phone = await app.phone();
    await phone.say('上报');
    await talk(phone, [/先跟您说明白/, '同意基本处理']);
    const { message_id, buttons } = await phone.withButton('道路交通');
    const data = buttons.flat().find(({ text }) => text.includes('道路交通'))?.callback_data ?? '';
    await phone.forge(message_id, data);
    await phone.sees(/具体是哪一种/);
    await phone.forge(message_id, data);
    await app.settle();
    expect((await phone.fromBot()).some(({ text }) => /前面的按钮/.test(text ?? ''))).toBe(false);
  });

  test('the name in a map link passes the person shield', async () => {
    const phone = await app.phone();
    await toWords(phone);
    await phone.say('https://uri.amap.com/marker?position=119.4483,31.4533&name=王建国偷电13800138000');
    await phone.tap('单独同意');
    await phone.sees(/说说情况/);
    await phone.say('有人偷电');
    const shown = await phone.sees(/地点：/);
    expect(shown.text).not.toMatch(/王建国|138/);
    expect(shown.text).toContain('锦绣社区');
  });

  test('added words are shown, and what is not filled in is called so', async () => {
    const phone = await app.phone();
    await phone.say('井盖没了，路口那个');
    await report(phone, { ...NAMED_MANHOLE, address: '', stopAt: 'place' });
    await phone.say('锦绣社区门口');
    const card = await phone.sees(/都对就提交/);
    expect(card.text).toContain('地点：锦绣社区门口\n');
    expect(card.text).toContain('盖子现在怎么样：没填');
    await phone.tap('提交');
    await phone.sees(/编号：/);
    await phone.say('我的');
    await talk(phone, [/想看哪一件/, '井盖'], [/现在：待受理/, '补充照片'], [/有照片/, '跳过']);
    await phone.sees(/还想说点什么/);
    await phone.say('下雨天更看不见');
    await phone.sees(/补充好了/);
    await phone.say('我的');
    await talk(phone, [/想看哪一件/, '井盖']);
    await phone.sees(/后来补充：下雨天更看不见/);
    expect((await loadOwnCases(app.running.store, `telegram:${phone.id}`))[0]?.record.additions).toHaveLength(1);
  });

  test('/start after /stop says that announcements resume', async () => {
    const phone = await app.phone();
    await phone.say('/stop');
    await phone.sees(/不再给您发通知/);
    await phone.say('/start');
    await phone.sees(/又会发给您/);
  });

  test('the example case number has a valid form', async () => {
    const phone = await app.phone();
    await phone.say('K7Q4-M2X9');
    const shown = await phone.sees(/比如 (\S+)。/);
    const example = /比如 (\S+)。/.exec(shown.text ?? '')?.[1] ?? '';
    await phone.say(example);
    await phone.sees(/没有上报过|没有找到/);
  });
});

describe('at the question where', () => {
  test('a sentence about another hazard is no place: it is kept, and reported next', { timeout: 60_000 }, async () => {
    const phone = await app.phone('俞阿婆');
    await phone.say('井盖没了');
    await phone.tap('同意基本处理');
    await phone.hasNew(/有没有人|会不会|隐患在哪里|吗？/);
    for (let n = 0; n < 3 && !/隐患在哪里/.test((await phone.sees(/./)).text ?? ''); n += 1) await phone.tap('没有');
    await phone.sees(/隐患在哪里/);
    await phone.say('对了，楼道里还有人飞线充电');
    await phone.sees(/另一件隐患，我先记下了.*隐患在哪里/s);
    await phone.say('锦绣新村5幢配电箱旁边');
    await phone.sees(/都对就提交/);
    const first = await phone.sees(/地点：.*配电箱旁边/s);
    expect(first.text).not.toContain('飞线充电');
    await phone.tap('✅ 提交');
    await phone.hasSeen(/编号：/);
    await phone.hasSeen(/接着报您刚才说的：『对了，楼道里还有人飞线充电』/);
    await phone.sees(/隐患在哪里/);
    // Said twice, it is the place.
    await phone.say('路灯坏了');
    await phone.sees(/另一件隐患，我先记下了/);
    await phone.say('路灯坏了');
    await phone.sees(/『路灯坏了』在哪一片/);
    await phone.say('锦绣新村3幢');
    await phone.sees(/都对就提交.*飞线充电/s);
    await phone.tap('✅ 提交');
    await phone.sees(/编号：/);
    await app.settle();
    expect((await phone.sees(/./)).text).not.toMatch(/接着报/);
  });

  test.each([
    ['street_light', '3号楼2单元楼道堆满纸箱', true],
    ['street_light', '还有电梯也坏了', true],
    ['manhole_cover', '我家楼下，水管也爆了', true],
    ['street_light', '石榴路那边井盖没了', true],
    ['street_light', '塌了个大坑的路口', false],
    ['street_light', '配电箱旁边', false],
    ['street_light', '听松路3号，就是积水的那个地方', false],
    ['manhole_cover', '断桥新村3号楼', false],
    ['street_light', '路灯不亮的就是3号楼', false],
    ['street_light', '3号楼前面，路灯全坏了', false],
    ['other_hazard', '满庭芳花园', false],
  ])('a report of %s with “%s”: another hazard is %s', (category, said, isOther) => {
    expect(tellsOfAnother(said, category, app.running.services.city)).toBe(isOther);
  });
});

test('the button that changes the answer to a question of the kind reads aloud', { timeout: 30_000 }, async () => {
  const phone = await app.phone('盛伯伯');
  await phone.say('锦绣新村5幢路灯不亮');
  await phone.tap('同意基本处理');
  const card = await phone.sees(/都对就提交/);
  const labels = card.buttons.flat().map(({ text }) => text);
  expect(labels).toContain('✏️ 回答：是一盏还是一片？');
  await phone.tap('回答：是一盏还是一片');
  await phone.sees(/是一盏还是一片/);
  await phone.tap('好几盏');
  const changed = await phone.sees(/都对就提交.*好几盏/s);
  expect(changed.buttons.flat().map(({ text }) => text)).toContain('✏️ 重新答：是一盏还是一片？');
});
