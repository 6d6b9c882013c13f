import type { Phone } from './phone.ts';

/** A question of the report flow with the button that answers it. */
type Answer = readonly [question: RegExp, button: string];

/** Differences between reports; the defaults file an e-bike charging report at the phone's location. */
export type ReportOptions = {
  /** `word` types 上报; `menu` starts the bot and taps the menu; `sent`: the caller has sent the first message. */
  readonly opening?: 'word' | 'menu' | 'sent';
  readonly category?: readonly Answer[];
  /** Corrections and additions at the card: the button, then the answers. */
  readonly added?: readonly (readonly [button: string, ...answers: readonly Answer[]])[];
  /** A typed address instead of the phone's location. */
  readonly address?: string;
  /** False if the first message gave the description. */
  readonly words?: string | false;
  /** The sample photo to send at the card. */
  readonly photo?: string | false;
  readonly urgent?: boolean;
  /** The question at which to stop, unanswered; `same` stops right after the place. */
  readonly stopAt?: 'place' | 'same' | 'review';
  /** Waits this long, and takes any matching message instead of the newest one: for a bot that is killed meanwhile. */
  readonly patienceMs?: number;
  /** Runs after each message that the person waited for, before the answer. */
  readonly beforeAnswer?: () => Promise<unknown>;
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
} as const satisfies ReportOptions;

/** The options of a manhole report in words: the first message named the manhole. */
export const NAMED_MANHOLE = { opening: 'sent', category: [] } as const satisfies ReportOptions;

/** The options of a report to a bot that may be killed on the way, in a city without regions. */
export const PATIENT_REPORT: ReportOptions = {
  opening: 'menu',
  category: [
    [/哪一类/, '道路交通'],
    [/哪一种/, '井盖缺失'],
  ],
  address: '锦绣路 12 号',
  words: '井盖没了',
  patienceMs: 25_000,
};
/** Number of messages and taps in a PATIENT_REPORT. */
export const PATIENT_REPORT_INPUTS = 8;

/** Files a report by taps; returns the case number without its dash, '' if it stops before the end. */
export async function report(phone: Phone, options: ReportOptions = {}): Promise<string> {
  const {
    opening = 'word',
    category = E_BIKE_CHARGING,
    added = [],
    address,
    words = '楼道口飞线充电',
    photo,
    urgent = false,
    stopAt,
    patienceMs,
    beforeAnswer,
  } = options;
  const sees = async (what: RegExp) => {
    const message = await (patienceMs ? phone.hasSeen(what, patienceMs) : phone.sees(what));
    await beforeAnswer?.();
    return message;
  };
  const tap = async (button: string) =>
    phone.tap(button, (await phone.withButton(button, undefined, patienceMs)).message_id);
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
  if (/先跟您说明白/.test((await sees(/先跟您说明白|哪一类|隐患在哪里|一种/)).text ?? '')) await tap('同意基本处理');
  await answer(...category);
  await sees(/隐患在哪里/);
  if (stopAt === 'place') return '';
  await phone.say(address ?? '📍 发送现在的位置');
  const AFTER_PLACE = /位置收到了|在哪一片|是不是同一件|都对就提交|说说情况/;
  let { text: shown = '' } = await sees(AFTER_PLACE);
  // Without a region the flow asks for one; a map without regions does not.
  if (/在哪一片/.test(shown)) await tap('不清楚');
  if (/位置收到了/.test(shown)) await tap('单独同意');
  if (stopAt === 'same') return '';
  shown = (await sees(/是不是同一件|都对就提交|说说情况/)).text ?? '';
  if (/是不是同一件/.test(shown)) await tap('接着报');
  await sees(/都对就提交|说说情况/);
  if (words !== false) {
    await phone.say(words);
    await sees(/都对就提交[\s\S]*情况：(?!没填)/);
  }
  if (photo) {
    await phone.send({ photo });
    await sees(/照片：1 张/);
  }
  for (const [button, ...answers] of added) {
    await tap(button);
    await answer(...answers);
    await sees(/都对就提交/);
  }
  if (stopAt === 'review') return '';
  await tap(urgent ? '加急提交' : '提交');
  const done = patienceMs ? await sees(/编号：/) : await phone.hasSeen(/编号：/);
  return /编号：(\S+)/.exec(done.text ?? '')?.[1]?.replace('-', '') ?? '';
}

/** Goes on to the card; answers first that a similar case nearby is another one, if the flow asks. */
export async function declineSame(phone: Phone, patienceMs?: number): Promise<void> {
  const sees = (what: RegExp) => (patienceMs ? phone.hasSeen(what, patienceMs) : phone.sees(what));
  const { text = '' } = await sees(/都对就提交|是不是同一件/);
  if (/是不是同一件/.test(text)) await phone.tap('接着报');
  await sees(/都对就提交/);
}
