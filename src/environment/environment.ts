import { isIP } from 'node:net';
import * as v from 'valibot';
import { isTileUrl } from '../map-tiles.ts';
import { sentinelsOf } from '../redis-url.ts';

/** Values that a field of the template may show. None of them is taken from a message. */
const BELL_VALUES = ['what', 'when', 'hint'] as const;
export type BellValue = (typeof BELL_VALUES)[number];

const port = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), fallback),
    v.regex(/^\d{1,5}$/, 'must be a port number, such as 8080'),
    v.transform(Number),
    v.maxValue(65_535, 'must be at most 65535'),
  );
const rate = (fallback: string) =>
  v.pipe(
    v.optional(v.string(), fallback),
    v.regex(/^\d+(\.\d+)?$/, 'must be a number of messages a second, such as 25'),
    v.transform(Number),
    v.minValue(0.1, 'must be at least 0.1'),
  );
const dayTimes = v.pipe(
  v.string(),
  v.regex(/^([01]\d|2[0-3]):[0-5]\d(,([01]\d|2[0-3]):[0-5]\d)*$/, 'must be times of the day, such as 08:30,14:00'),
  v.transform((text) => text.split(',').toSorted()),
);
const url = (schemes: string) =>
  v.pipe(
    v.string(),
    v.regex(
      new RegExp(`^(${schemes})://[^\\s/]+`),
      `must be a url that begins with ${schemes.replaceAll('|', ':// or ')}://`,
    ),
  );
const origin = v.pipe(
  v.string(),
  v.check(
    (text) => /^https?:\/\/[^\s/?#@\\]+\/?$/i.test(text) && URL.canParse(text),
    'must be an address alone, such as https://anlin.example.org, without user, path, ? or #',
  ),
  v.transform((text) => new URL(text).origin),
);
const proxies = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((one) => one.trim())),
  v.everyItem(isSubnet, 'must be addresses or subnets with commas, such as 127.0.0.1,172.16.0.0/12'),
);
const bellFields = v.pipe(
  v.string(),
  v.check(
    (text) => text.split(',').every((one) => /^[a-z_]+\d*=(what|when|hint)$/.test(one.trim())),
    `must be the template's fields with commas, each with ${BELL_VALUES.join(', ')}: thing1=what,time2=when`,
  ),
  v.transform((text) => Object.fromEntries(text.split(',').map((one) => one.trim().split('=') as [string, BellValue]))),
);
const redisUrls = v.pipe(
  v.string(),
  v.check(
    (text) =>
      sentinelsOf(text) !== undefined ||
      text.split(',').every((one) => /^rediss?:\/\/[^\s/]+/.test(one.trim()) && URL.canParse(one.trim())),
    'must be redis://host:6379 or rediss://…; several with commas are one cluster; redis+sentinel://:password@host:26379,host:26379/name',
  ),
);

export const Environment = v.object({
  TELEGRAM_TOKEN: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,16}:[\w-]{3,100}$/, 'must look like 123456:ABC-DEF; BotFather gives it')),
  ),
  TELEGRAM_API_ROOT: v.optional(url('https?'), 'https://api.telegram.org'),
  TELEGRAM_WEBHOOK_URL: v.optional(url('https?')),
  TELEGRAM_WEBHOOK_SECRET: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\w-]{16,256}$/, 'must be 16 to 256 letters, digits, _ or -; for example `openssl rand -hex 32`'),
    ),
  ),
  REDIS_URL: v.optional(redisUrls),
  REDIS_SETTINGS_CHECKED: v.optional(v.picklist(['yes', 'no'], 'must be yes or no'), 'no'),
  NEW_DATA_KEY: v.optional(v.pipe(v.string(), v.minLength(32, 'must be at least 32 characters'))),
  REDIS_REPLICAS: v.optional(v.pipe(v.string(), v.regex(/^\d$/, 'must be a number from 0 to 9'), v.transform(Number))),
  DATA_KEY: v.optional(
    v.pipe(v.string(), v.minLength(32, 'must be at least 32 characters; for example `openssl rand -hex 32`')),
  ),
  CITY: v.optional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9_-]{0,31}$/, 'must be 1 to 32 of a–z, 0–9, _ and -'))),
  DEMO: v.optional(v.picklist(['yes', 'no'], 'must be yes or no')),
  DATA_DIR: v.optional(v.pipe(v.string(), v.nonEmpty('must be a folder')), 'data'),
  HOST: v.optional(
    v.picklist(['127.0.0.1', '0.0.0.0', '::1', '::'], 'must be 127.0.0.1, or 0.0.0.0 inside a container'),
    '127.0.0.1',
  ),
  PORT: port('8080'),
  PUBLIC_URL: v.optional(origin),
  TRUSTED_PROXY: v.optional(proxies),
  MAP_TILES: v.optional(
    v.pipe(
      v.string(),
      v.check(isTileUrl, 'must be a url with {z}, {x} and {y}, such as https://tiles.example.org/{z}/{x}/{y}.png'),
    ),
  ),
  MAP_TILES_DATUM: v.optional(v.picklist(['wgs84', 'gcj02'], 'must be wgs84 or gcj02'), 'wgs84'),
  MAP_TILES_ATTRIBUTION: v.optional(v.pipe(v.string(), v.maxLength(200, 'must be at most 200 characters'))),
  SIM_PORT: port('8081'),
  WECHAT_APPID: v.optional(v.pipe(v.string(), v.regex(/^wx[0-9a-f]{16}$/, 'must look like wx0123456789abcdef'))),
  WECHAT_SECRET: v.optional(v.pipe(v.string(), v.regex(/^\w{32}$/, 'must be the 32 characters of the AppSecret'))),
  WECHAT_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^\w{3,32}$/, 'must be 3 to 32 letters and digits'))),
  WECHAT_AES_KEY: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{43}$/, 'must be the 43 characters of the EncodingAESKey')),
  ),
  WECHAT_TEMPLATE: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{20,64}$/, 'must be the id of a template'))),
  WECHAT_TEMPLATE_KIND: v.optional(
    v.picklist(['template', 'subscription'], 'must be template or subscription'),
    'template',
  ),
  WECHAT_TEMPLATE_FIELDS: v.optional(bellFields, 'thing1=what,time2=when,thing3=hint'),
  WECHAT_TEMPLATE_PER_DAY: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,6}$/, 'must be a number of notices a day'), v.transform(Number)),
    '10000',
  ),
  WECHAT_API_ROOT: v.optional(url('https?'), 'https://api.weixin.qq.com'),
  WECOM_CORPID: v.optional(v.pipe(v.string(), v.regex(/^\w{10,40}$/, 'must look like ww0123456789abcdef'))),
  WECOM_AGENTID: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,10}$/, 'must be the number of the app'), v.transform(Number)),
  ),
  WECOM_SECRET: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{20,64}$/, 'must be the Secret of the app'))),
  WECOM_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^\w{1,32}$/, 'must be 1 to 32 letters and digits'))),
  WECOM_AES_KEY: v.optional(
    v.pipe(v.string(), v.regex(/^[A-Za-z0-9]{43}$/, 'must be the 43 characters of the EncodingAESKey')),
  ),
  WECOM_API_ROOT: v.optional(url('https?'), 'https://qyapi.weixin.qq.com'),
  WEB_CHAT: v.optional(v.picklist(['yes', 'no'], 'must be yes or no')),
  SEND_RATE: rate('25'),
  SEND_RATE_BULK: rate('25'),
  SEND_RATE_CHAT: rate('1'),
  DEADLINE_DIGEST: v.optional(dayTimes, '08:30,14:00'),
  LOG_LEVEL: v.optional(v.picklist(['debug', 'info', 'warn', 'error'], 'must be debug, info, warn or error')),
  CRASH_AT: v.optional(v.string()),
});

function isSubnet(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most;
}

/** The variables after their formats were checked. */
export type Env = v.InferOutput<typeof Environment>;
