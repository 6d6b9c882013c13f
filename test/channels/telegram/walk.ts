/** A message of the bot, as a phone shows it. */
export type BotMessage = {
  readonly messageId: number;
  readonly text: string;
  readonly buttons: readonly { readonly text: string; readonly callback_data?: string }[];
};
export type Answer =
  | { readonly type: 'tap'; readonly data: string }
  | { readonly type: 'say'; readonly text: string }
  /** Fields of a message that the emulator passes on unchanged. */
  | { readonly type: 'send'; readonly fields: object };

type Reply = Exclude<Answer, { type: 'tap' }> | { readonly type: 'press'; readonly label: string };
const press = (label: string): Reply => ({ type: 'press', label });
const photo = [{ file_id: 'AgACAgUAAxkBAAIB', file_unique_id: 'AQADB1x4', width: 960, height: 1280 }];

/** Answers of a person who reports an open manhole, by the text of the question. The bot decides the order. */
const ANSWERS: readonly (readonly [RegExp, Reply])[] = [
  [/您好，我是安邻/, { type: 'say', text: '📢 上报隐患' }],
  [/先跟您说明白/, press('同意基本处理')],
  [/哪一类/, press('道路交通')],
  [/哪一种/, press('井盖缺失')],
  [/位置收到了/, press('单独同意')],
  [/隐患在哪里/, { type: 'send', fields: { location: { latitude: 31.4552, longitude: 119.4434 } } }],
  [/照片：1 张/, press('✅ 提交')],
  [/都对就提交[\s\S]*情况：井盖没了/, { type: 'send', fields: { photo, caption: '远处' } }],
  [/都对就提交/, { type: 'say', text: '井盖没了，晚上看不见' }],
];
/** Labels that answer any other question: skip, no, not sure. Without one of them, the first button is the answer. */
const EVASIVE = ['跳过', '没有', '不清楚', '说不好', '不是', '否', '不'];
const CONTROL = /上一步|不报了|关上|✏️/;

/** The answer to a message; undefined if it asks nothing. */
export function answerTo({ text, buttons }: BotMessage): Answer | undefined {
  const [, reply] = ANSWERS.find(([question]) => question.test(text)) ?? [];
  if (reply && reply.type !== 'press') return reply;
  const label = reply?.label ?? evasiveLabel(buttons.map((button) => button.text));
  const data = buttons.find((button) => label && button.text.includes(label))?.callback_data;
  return data === undefined ? undefined : { type: 'tap', data };
}

function evasiveLabel(labels: readonly string[]): string | undefined {
  const answers = labels.filter((label) => !CONTROL.test(label));
  return EVASIVE.map((word) => answers.find((label) => label.includes(word))).find(Boolean) ?? answers[0];
}
