import type { Phone } from '../phone.ts';

/** The whole report on a phone in the demo city, by location; gives the case's number. */
export async function reportInCity(phone: Phone): Promise<string> {
  await phone.say('上报');
  await phone.tap('同意基本处理');
  await phone.sees(/哪一类/);
  await phone.tap('消防');
  await phone.sees(/哪一种/);
  await phone.tap('电动车飞线充电');
  await phone.sees(/可能受伤/);
  await phone.tap('暂时没有');
  await phone.sees(/正在充电吗/);
  await phone.tap('跳过');
  await phone.sees(/敏感个人信息/);
  await phone.tap('单独同意');
  await phone.sees(/隐患在哪里/);
  await phone.say('📍 发送现在的位置');
  await phone.sees(/对吗/);
  await phone.tap('对，就是这里');
  await isAnother(phone);
  await phone.say('楼道口飞线充电');
  await phone.sees(/有照片更好办/);
  await phone.tap('跳过');
  await phone.sees(/要不要匿名/);
  await phone.tap('匿名');
  await phone.sees(/都对就提交/);
  await phone.tap('提交');
  const done = await phone.hasSeen(/编号：/);
  return /编号：(\S+)/.exec(done.text ?? '')?.[1]?.replace('-', '') ?? '';
}

/** Says, if it is asked, that what a neighbour has reported is another thing; then the report goes on. */
export async function isAnother(phone: Phone): Promise<void> {
  const { text = '' } = await phone.sees(/说说情况|是不是同一件/);
  if (/是不是同一件/.test(text)) await phone.tap('接着报');
  await phone.sees(/说说情况/);
}
