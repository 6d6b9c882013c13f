import type { Phone } from '../phone.ts';

const PATIENCE_MS = 25_000;

/** The whole report on a phone, in a city without regions, slow enough for a bot that dies on the way; gives the case's number. */
export async function reportByPhone(phone: Phone): Promise<string> {
  const sees = (what: RegExp) => phone.hasSeen(what, PATIENCE_MS);
  const tap = async (button: string) => phone.tap(button, (await phone.withButton(button, PATIENCE_MS)).message_id);
  await phone.say('/start');
  await sees(/您好/);
  await phone.say('📢 上报隐患');
  await tap('同意基本处理');
  await sees(/哪一类/);
  await tap('道路交通');
  await sees(/哪一种/);
  await tap('井盖缺失');
  await sees(/可能受伤/);
  await tap('暂时没有');
  await sees(/盖子现在怎么样/);
  await tap('整个不见了');
  await sees(/围起来/);
  await tap('跳过');
  await sees(/敏感个人信息/);
  await tap('改用文字');
  await sees(/打字写地址/);
  await phone.say('锦绣路 12 号');
  await sees(/地点是：/);
  await tap('对，就是这里');
  await sees(/说说情况/);
  await phone.say('井盖没了');
  await sees(/有照片更好办/);
  await tap('跳过');
  await sees(/要不要匿名/);
  await tap('不匿名');
  await sees(/都对就提交/);
  await tap('提交');
  const done = await sees(/编号：/);
  return /编号：(\S+)/.exec(done.text ?? '')?.[1]?.replace('-', '') ?? '';
}

/** How many inputs a report takes: what a person sends and taps. */
export const REPORT_INPUTS = 15;
