import type { Phone } from './phone.ts';

/** A question of the report flow with the button that answers it. */
type Answer = readonly [question: RegExp, button: string];

/** Differences between reports; the defaults file an e-bike charging report at the phone's location. */
export type ReportOptions = {
  /** `word` types 上报; `menu` starts the bot and taps the menu; `sent`: the caller has sent the first message. */
  readonly opening?: 'word' | 'menu' | 'sent';
  readonly category?: readonly Answer[];
  /** Answers to the category's own questions. */
  readonly extras?: readonly Answer[];
  /** A typed address instead of the phone's location. */
  readonly address?: string;
  /** False if the first message gave the description, so that it is not asked for. */
  readonly words?: string | false;
  /** The sample photo to send; false if the first message was a photo. */
  readonly photo?: string | false;
  readonly anonymous?: boolean;
  /** The question at which to stop, unanswered; `same` stops right after the place. */
  readonly stopAt?: 'place' | 'same' | 'review';
  /** Waits this long, and takes any matching message instead of the newest one: for a bot that is killed meanwhile. */
  readonly patienceMs?: number;
};

const E_BIKE_CHARGING: readonly Answer[] = [
  [/哪一类/, '消防'],
  [/哪一种/, '电动车飞线充电'],
];

/** The options of a report in the category for everything else, which has no questions of its own. */
export const OTHER_HAZARD = {
  category: [
    [/哪一类/, '其他'],
    [/具体是哪一种/, '其他隐患'],
  ],
  extras: [],
} as const satisfies ReportOptions;

/** The options of a manhole report in words, if the first message already named the manhole. */
export const NAMED_MANHOLE = {
  opening: 'sent',
  category: [[/是不是这里面的一种/, '井盖缺失']],
  extras: [
    [/盖子现在/, '跳过'],
    [/围起来/, '跳过'],
  ],
} as const satisfies ReportOptions;

/** The options of a report to a bot that may be killed on the way, in a city without regions. */
export const PATIENT_REPORT: ReportOptions = {
  opening: 'menu',
  category: [
    [/哪一类/, '道路交通'],
    [/哪一种/, '井盖缺失'],
  ],
  extras: [
    [/盖子现在怎么样/, '整个不见了'],
    [/围起来/, '跳过'],
  ],
  address: '锦绣路 12 号',
  words: '井盖没了',
  anonymous: false,
  patienceMs: 25_000,
};
/** Number of messages and taps in a PATIENT_REPORT. */
export const PATIENT_REPORT_INPUTS = 15;

/** Files a report by taps; returns the case number without its dash, '' if it stops before the end. */
export async function report(phone: Phone, options: ReportOptions = {}): Promise<string> {
  const {
    opening = 'word',
    category = E_BIKE_CHARGING,
    extras = [[/正在充电吗/, '跳过']],
    address,
    words = '楼道口飞线充电',
    photo,
    anonymous = true,
    stopAt,
    patienceMs,
  } = options;
  const sees = (what: RegExp) => (patienceMs ? phone.hasSeen(what, patienceMs) : phone.sees(what));
  const tap = async (button: string) => phone.tap(button, (await phone.withButton(button, patienceMs)).message_id);
  const answer = async (...answers: readonly Answer[]) => {
    for (const [question, button] of answers) {
      await sees(question);
      await tap(button);
    }
  };

  if (opening === 'word') await phone.say('上报');
  if (opening === 'menu') {
    await phone.say('/start');
    await sees(/您好/);
    await phone.say('📢 上报隐患');
  }
  await answer([/先跟您说明白/, '同意基本处理'], ...category, [/可能受伤/, '暂时没有'], ...extras);

  await answer([/敏感个人信息/, address === undefined ? '单独同意' : '改用文字']);
  await sees(address === undefined ? /隐患在哪里/ : /打字写地址/);
  if (stopAt === 'place') return '';
  await phone.say(address ?? '📍 发送现在的位置');
  // Without a region the flow asks for one; a map without regions does not.
  if (/在哪一片/.test((await sees(/地点是：|在哪一片/)).text ?? '')) await tap('不清楚');
  await answer([/地点是：/, '对，就是这里']);
  if (stopAt === 'same') return '';

  if (words !== false) {
    await declineSame(phone, patienceMs);
    await phone.say(words);
  }
  if (photo === undefined) await answer([/有照片更好办/, '跳过']);
  else if (photo !== false) {
    await sees(/有照片更好办/);
    await phone.send({ photo });
    await tap('发好了');
  }
  await answer([/要不要匿名/, anonymous ? '匿名' : '不匿名']);
  await sees(/都对就提交/);
  if (stopAt === 'review') return '';
  await tap('提交');
  const done = patienceMs ? await sees(/编号：/) : await phone.hasSeen(/编号：/);
  return /编号：(\S+)/.exec(done.text ?? '')?.[1]?.replace('-', '') ?? '';
}

/** Goes on to the description; answers first that a similar case nearby is another one, if the flow asks. */
export async function declineSame(phone: Phone, patienceMs?: number): Promise<void> {
  const sees = (what: RegExp) => (patienceMs ? phone.hasSeen(what, patienceMs) : phone.sees(what));
  const { text = '' } = await sees(/说说情况|是不是同一件/);
  if (/是不是同一件/.test(text)) await phone.tap('接着报');
  await sees(/说说情况/);
}
