import type { Step } from '../subject.ts';

/** The six-step report that every peer plays. Texts, buttons and answers are the same; only the implementation differs. */
export const STEPS: readonly Step[] = [
  { name: 'command', act: { type: 'command', text: '/report' } },
  { name: 'category', act: { type: 'tap', data: 'category:flooding' } },
  { name: 'text', act: { type: 'text' } },
  { name: 'location', act: { type: 'location' } },
  { name: 'photo', act: { type: 'photo' } },
  { name: 'confirm', act: { type: 'tap', data: 'confirm:send' } },
].map((step) => ({ ...step, timed: true, messages: 1 }) as Step);

/** The answers so far, as the session stores them. */
export type Report = {
  category?: string;
  text?: string;
  location?: { latitude: number; longitude: number };
  photo?: string;
};

/** The types of grammY and of Telegraf both accept this form. */
type Buttons = { inline_keyboard: { text: string; callback_data: string }[][] };

const CATEGORIES = [
  ['fire_lane', '消防车通道被堵'],
  ['wire_charging', '电动车飞线充电'],
  ['manhole', '井盖缺失、破损'],
  ['street_light', '路灯不亮'],
  ['wire_exposed', '电线裸露、掉落'],
  ['gas_leak', '疑似燃气泄漏'],
  ['flooding', '道路积水'],
  ['facade', '外墙、玻璃要掉'],
  ['lift', '电梯故障'],
] as const;

// The messages of the talk, in order.
export const ASK_CATEGORY = '是哪一类隐患？';
export const CATEGORY_BUTTONS: Buttons = {
  inline_keyboard: CATEGORIES.map(([id, label]) => [{ text: label, callback_data: `category:${id}` }]),
};
export const ASK_TEXT = '请说说情况：那里怎么了？\n\n只说东西和地方，不用写人名。';
export const ASK_LOCATION = '隐患在哪里？\n\n您就在旁边，点『📍 发送现在的位置』。';
export const LOCATION_BUTTON = {
  keyboard: [[{ text: '📍 发送现在的位置', request_location: true }]],
  resize_keyboard: true,
};
export const ASK_PHOTO = '有照片更好办：远处拍一张，近处拍一张。\n\n尽量别拍到人脸。';
export const CONFIRM_BUTTONS: Buttons = {
  inline_keyboard: [
    [{ text: '✅ 提交', callback_data: 'confirm:send' }],
    [{ text: '✖️ 不报了', callback_data: 'confirm:drop' }],
  ],
};

/** Words the review card. */
export function askConfirm({ category, text, location }: Report): string {
  const where = location ? `${location.latitude.toFixed(5)}, ${location.longitude.toFixed(5)}` : '没有';
  const label = CATEGORIES.find(([id]) => id === category)?.[1] ?? '';
  return `请看一眼，都对就提交。\n\n类别：${label}\n情况：${text}\n地点：${where}\n照片：1 张`;
}

/** Words the receipt with the report's number. */
export function done(number: number): string {
  return `收到了，谢谢您！\n\n编号：${number}\n\n社区会来看。`;
}

/** Key of the filed reports: a hash by chat. */
export const FILED = 'filed';
