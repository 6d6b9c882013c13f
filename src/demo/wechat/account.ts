import type { CallbackKeys } from '../../channels/wechat/message-crypto.ts';
import { readAesKey } from '../../channels/wechat/message-crypto.ts';

/** Calls that are counted by the day, with the limits of a verified account and of a test account. */
const DAY_LIMITS = {
  custom: [500_000, 50_000],
  token: [500_000, 200],
  upload: [100_000, 500],
  download: [200_000, 1000],
  qrcode: [100_000, 10_000],
  template: [100_000, 100_000],
} as const;
/** The name of a call that is counted by the day. */
export type Counted = keyof typeof DAY_LIMITS;

/** A message template: its title and the label of each field, such as `thing1`. */
export type Template = { readonly title: string; readonly fields: Readonly<Record<string, string>> };

/** The account that the simulator keeps, as its owner has set it up on the platform. */
export type WechatAccount = {
  /** A service account, a service account for tests, or one that is not verified. */
  readonly kind: 'service' | 'test' | 'unverified';
  readonly appid: string;
  readonly secret: string;
  /** The account's own id, `gh_…`. */
  readonly name: string;
  readonly token: string;
  readonly encodingAesKey: string;
  /** Addresses that may call. */
  readonly addresses: readonly string[];
  /** Hosts to which OAuth may lead back. */
  readonly oauthHosts: readonly string[];
  readonly templates: Readonly<Record<string, Template>>;
  /** Templates of 订阅通知 that a person agrees to for ever. */
  readonly longTermTemplates: readonly string[];
  /** Words for which a template message is blocked. */
  readonly blockedWords: readonly string[];
  /** Limits by day that differ from the platform's. */
  readonly dayLimits: Partial<Readonly<Record<Counted, number>>>;
};

/** The account of the demo. The platform knows none of its secrets. */
export const DEMO_ACCOUNT: WechatAccount = {
  kind: 'service',
  appid: 'wx0123456789abcdef',
  secret: 'simulator-only-not-a-real-secret',
  name: 'gh_anlin0000001',
  token: 'anlin-sim-token',
  encodingAesKey: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8',
  addresses: ['127.0.0.1'],
  oauthHosts: ['127.0.0.1', 'localhost'],
  templates: {
    'anlin-news-0000000000000000000000000000000001': {
      title: '社区事项进度通知',
      fields: { thing1: '事项', thing2: '社区', time3: '时间', character_string4: '编号' },
    },
    'anlin-bell-0000000000000000000000000000000002': {
      title: '社区消息提醒',
      fields: { thing1: '内容', time2: '时间', thing3: '怎么看' },
    },
  },
  longTermTemplates: ['anlin-news-0000000000000000000000000000000001'],
  blockedWords: ['抽奖', '红包', '领取'],
  dayLimits: {},
};

/** Returns how often a call may be made in a day. */
export function dayLimit({ kind, dayLimits }: WechatAccount, counted: Counted): number {
  const [verified, test] = DAY_LIMITS[counted];
  return dayLimits[counted] ?? (kind === 'test' ? test : verified);
}

/** Returns the keys of the account's callbacks. */
export function callbackKeys({ token, encodingAesKey, appid }: WechatAccount): CallbackKeys {
  const aesKey = readAesKey(encodingAesKey);
  if (!aesKey) throw new Error('Set encodingAesKey to 43 characters of base64.');
  return { token, aesKey, receiveId: appid };
}
