import { isIP } from 'node:net';
import * as v from 'valibot';
import type { MapTiles } from './map-tiles.ts';
import { isTileUrl } from './map-tiles.ts';
import { sentinelsOf } from './redis-url.ts';

/** Kind of a city's data: invented ones or those of real people. */
export type StoreKind = 'demo' | 'real';

/** Name of the demo's data, and of a real city's, if CITY is unset. */
export const CITY_NAMES = { demo: 'demo', real: 'city' } as const;

/** Names of demo data. A real bot refuses them. */
export function isDemoName(city: string): boolean {
  return city === CITY_NAMES.demo || city.startsWith(`${CITY_NAMES.demo}-`);
}

/** The validated environment. */
export type Config = {
  readonly telegram:
    | { readonly type: 'demo' }
    /** A real city that other channels reach. */
    | { readonly type: 'none' }
    | {
        readonly type: 'bot';
        readonly token: string;
        readonly apiRoot: string;
        readonly webhook?: { readonly url: string; readonly secret: string };
      };
  readonly redisUrl: string | undefined;
  readonly redisSettingsChecked: boolean;
  /** Replicas that must have a commit before its reply is sent; undefined counts as 0. */
  readonly replicas?: number;
  /** Encrypts phone numbers; without it, the city's own key does. */
  readonly dataKey?: string;
  /** The next DATA_KEY, for the command that changes it. */
  readonly newDataKey?: string;
  /** The demo keeps its data under another name than a real city. */
  readonly city: string;
  readonly kind: StoreKind;
  /** Variables that are probably misspelt. */
  readonly warnings: readonly ConfigWarning[];
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** The origin under which people and programs reach this server: PUBLIC_URL, else that of the webhook. */
  readonly site?: string;
  /** Proxies whose X-Forwarded headers count. Without them, this machine's proxy names the caller's address only. */
  readonly trustedProxy?: readonly string[];
  /** A server of map tiles for the console. */
  readonly mapTiles?: MapTiles;
  readonly simPort: number;
  /** The WeCom app. */
  readonly wecom?: WecomConfig;
  /** The WeChat service account. */
  readonly wechat?: WechatConfig;
  /** Residents may use the web chat, a page without an account. Always true in the demo unless switched off. */
  readonly webChat: boolean;
  readonly pace: Pace;
  /** Times of the deadline digest, China time: 08:30. */
  readonly digestTimes: readonly string[];
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error';
};

/** A self-built WeCom app, as its owner has set it up in the company. */
export type WecomConfig = {
  readonly corpid: string;
  readonly agentid: number;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
  readonly apiRoot: string;
};

/** Values that a field of the template may show. None of them is taken from a message. */
export const BELL_VALUES = ['what', 'when', 'hint'] as const;
export type BellValue = (typeof BELL_VALUES)[number];

/** The notice that the account may send outside the reply window. `perDay`: the budget of the whole account. */
export type BellConfig = {
  readonly kind: 'template' | 'subscription';
  readonly template: string;
  /** The template's fields: `thing1` → what. */
  readonly fields: Readonly<Record<string, BellValue>>;
  readonly perDay: number;
};

/** A WeChat service account, as its owner has set it up on the platform. */
export type WechatConfig = {
  readonly appid: string;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
  readonly apiRoot: string;
  /** The notice that may be sent outside the reply window. */
  readonly bell?: BellConfig;
};

export type ConfigWarning = { readonly level: 'warn'; readonly what: string; readonly cure: string };

/** Send rates in messages a second: in all, for bulk, and per chat; bursts in messages. */
export type Pace = {
  readonly perSecond: number;
  readonly burst: number;
  readonly bulkPerSecond: number;
  readonly chatPerSecond: number;
  readonly chatBurst: number;
};

/** The environment is invalid; each line names a fault and its cure. */
export class BadConfig extends Error {
  override readonly name = 'BadConfig';
  readonly lines: readonly string[];
  constructor(lines: readonly string[]) {
    super(lines.join('\n'));
    this.lines = lines;
  }
}

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

const Environment = v.object({
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

/** Reads and validates the environment; throws BadConfig with all faults. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  // An empty variable counts as unset.
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const read = v.safeParse(Environment, given);
  if (!read.success) {
    throw new BadConfig(read.issues.map((issue) => `Set ${v.getDotPath(issue)} in .env: it ${issue.message}.`));
  }
  const env = read.output;
  const kind = kindOf(env);
  const lines = contradictions(env);
  if (lines.length > 0) throw new BadConfig(lines);
  return {
    telegram: telegramOf(env),
    redisUrl: env.REDIS_URL,
    redisSettingsChecked: env.REDIS_SETTINGS_CHECKED === 'yes',
    replicas: env.REDIS_REPLICAS ?? 0,
    ...(env.DATA_KEY ? { dataKey: env.DATA_KEY } : {}),
    ...(env.NEW_DATA_KEY ? { newDataKey: env.NEW_DATA_KEY } : {}),
    city: storeNameOf(env.CITY, kind),
    kind,
    warnings: unknownVariables(given),
    dataDir: env.DATA_DIR,
    host: env.HOST,
    port: env.PORT,
    ...siteOf(env),
    ...(env.TRUSTED_PROXY ? { trustedProxy: env.TRUSTED_PROXY } : {}),
    ...mapTilesOf(env),
    simPort: env.SIM_PORT,
    ...wechatOf(env),
    ...wecomOf(env),
    webChat: (env.WEB_CHAT ?? (kind === 'demo' ? 'yes' : 'no')) === 'yes',
    pace: {
      perSecond: env.SEND_RATE,
      burst: 2,
      bulkPerSecond: Math.min(env.SEND_RATE_BULK, env.SEND_RATE),
      chatPerSecond: env.SEND_RATE_CHAT,
      chatBurst: 4,
    },
    digestTimes: env.DEADLINE_DIGEST,
    logLevel: env.LOG_LEVEL ?? (kind === 'real' ? 'info' : 'warn'),
  };
}

type Env = v.InferOutput<typeof Environment>;

/** A city is real as soon as one channel reaches its people. The web chat alone does so at a public address. */
function kindOf(env: Env): StoreKind {
  const pageAlone = env.WEB_CHAT === 'yes' && env.DEMO !== 'yes' && siteOf(env).site !== undefined;
  return messengersIn(env).length > 0 || pageAlone ? 'real' : 'demo';
}

/** One variable of each messenger whose account is named, if only in part. */
function messengersIn(env: Env): readonly string[] {
  const all: readonly (readonly (keyof Env)[])[] = [['TELEGRAM_TOKEN'], WECHAT, WECOM];
  return all.flatMap((names) => names.find((name) => env[name] !== undefined) ?? []);
}

/** The demo keeps its data under names of its own, so that a real bot and a demo never share a city. */
function storeNameOf(city: string | undefined, kind: StoreKind): string {
  if (city === undefined) return CITY_NAMES[kind];
  return kind === 'real' || isDemoName(city) ? city : `${CITY_NAMES.demo}-${city}`;
}

/** Only names that can be meant for this program: the environment holds those of others. */
function unknownVariables(given: Readonly<Record<string, string | undefined>>): readonly ConfigWarning[] {
  const known = Object.keys(Environment.entries);
  return Object.keys(given)
    .filter((name) => /^(TELEGRAM|WECHAT|WECOM|ANLIN)_/.test(name) && !known.includes(name))
    .map((name) => ({
      level: 'warn',
      what: `${name} is set, but this program has no such setting.`,
      cure: 'Compare it with .env.example.',
    }));
}

function contradictions(env: Env): readonly string[] {
  const lines: string[] = [];
  const real = kindOf(env) === 'real';
  if (env.DEMO === 'no' && !real) {
    lines.push(
      'Set TELEGRAM_TOKEN or another channel in .env, or DEMO=yes for the demo with invented people; see .env.example.',
    );
  }
  if (env.DEMO === 'yes' && real) {
    lines.push(`Remove ${messengersIn(env).join(', ')} or DEMO=yes: the demo's channels are simulators.`);
  }
  if (env.TELEGRAM_WEBHOOK_URL && !env.TELEGRAM_TOKEN) {
    lines.push('Set TELEGRAM_TOKEN in .env: TELEGRAM_WEBHOOK_URL is set, and a webhook needs a bot.');
  }
  if (env.TELEGRAM_WEBHOOK_URL && !env.TELEGRAM_WEBHOOK_SECRET) {
    lines.push('Set TELEGRAM_WEBHOOK_SECRET in .env: without it, any client could send updates as Telegram.');
  }
  if (env.TELEGRAM_WEBHOOK_SECRET && !env.TELEGRAM_WEBHOOK_URL) {
    lines.push('Set TELEGRAM_WEBHOOK_URL in .env too, or remove TELEGRAM_WEBHOOK_SECRET: alone it does nothing.');
  }
  if (env.REDIS_REPLICAS && (env.REDIS_URL ?? ',').includes(',')) {
    lines.push(
      'Remove REDIS_REPLICAS, or set REDIS_URL to one address: a commit can wait for replicas of a single primary.',
    );
  }
  for (const [what, names] of Object.entries({ 'WeChat account': WECHAT, 'WeCom app': WECOM })) {
    const missing = names.filter((name) => env[name] === undefined);
    if (missing.length > 0 && missing.length < names.length)
      lines.push(`Set ${missing.join(', ')} in .env too: a ${what} needs all of ${names.join(', ')}.`);
  }
  if (env.WEB_CHAT === 'yes' && real && !siteOf(env).site) {
    lines.push('Set PUBLIC_URL in .env: QR codes lead to the web chat under that address.');
  }
  if (env.PUBLIC_URL?.startsWith('http:') && real) {
    lines.push('Set PUBLIC_URL in .env to an https url: people of a real city are sent to no other.');
  }
  if (env.MAP_TILES && !env.MAP_TILES_ATTRIBUTION) {
    lines.push('Set MAP_TILES_ATTRIBUTION in .env: a map names its source, and in China its approval number.');
  }
  if (env.MAP_TILES_ATTRIBUTION && !env.MAP_TILES) {
    lines.push('Set MAP_TILES in .env too, or remove MAP_TILES_ATTRIBUTION: alone it does nothing.');
  }
  if (env.MAP_TILES?.toLowerCase().startsWith('http:') && real) {
    lines.push('Set MAP_TILES in .env to an https url: a page over https loads no other pictures.');
  }
  const official = env.TELEGRAM_API_ROOT === 'https://api.telegram.org';
  if (env.TELEGRAM_WEBHOOK_URL?.startsWith('http:') && official) {
    lines.push('Set TELEGRAM_WEBHOOK_URL in .env to an https url: Telegram calls no other.');
  }
  if (env.CRASH_AT && real && apiRootsOf(env).some((root) => root === undefined || root.startsWith('https:'))) {
    lines.push('Remove CRASH_AT: it is for fault tests and would kill a real bot.');
  }
  if (env.PORT === env.SIM_PORT && env.PORT !== 0 && !real) {
    lines.push('Set SIM_PORT in .env to another port than PORT.');
  }
  return lines;
}

/** API servers of the channels in use; undefined for a city with the web chat alone. */
function apiRootsOf(env: Env): readonly (string | undefined)[] {
  const roots = [
    env.TELEGRAM_TOKEN && env.TELEGRAM_API_ROOT,
    env.WECHAT_APPID && env.WECHAT_API_ROOT,
    env.WECOM_CORPID && env.WECOM_API_ROOT,
  ].filter((root) => root !== undefined);
  return roots.length > 0 ? roots : [undefined];
}

const WECHAT = ['WECHAT_APPID', 'WECHAT_SECRET', 'WECHAT_TOKEN', 'WECHAT_AES_KEY'] as const;

const WECOM = ['WECOM_CORPID', 'WECOM_AGENTID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_AES_KEY'] as const;

function wecomOf(env: Env): { readonly wecom?: WecomConfig } {
  const { WECOM_CORPID: corpid, WECOM_AGENTID: agentid, WECOM_SECRET: secret, WECOM_TOKEN: token } = env;
  const encodingAesKey = env.WECOM_AES_KEY;
  if (!corpid || agentid === undefined || !secret || !token || !encodingAesKey) return {};
  return { wecom: { corpid, agentid, secret, token, encodingAesKey, apiRoot: env.WECOM_API_ROOT } };
}

function wechatOf(env: Env): { readonly wechat?: WechatConfig } {
  const { WECHAT_APPID: appid, WECHAT_SECRET: secret, WECHAT_TOKEN: token, WECHAT_AES_KEY: encodingAesKey } = env;
  if (!appid || !secret || !token || !encodingAesKey) return {};
  return { wechat: { appid, secret, token, encodingAesKey, apiRoot: env.WECHAT_API_ROOT, ...bellOf(env) } };
}

function bellOf(env: Env): Pick<WechatConfig, 'bell'> {
  const { WECHAT_TEMPLATE: template, WECHAT_TEMPLATE_KIND: kind, WECHAT_TEMPLATE_FIELDS: fields } = env;
  return template ? { bell: { kind, template, fields, perDay: env.WECHAT_TEMPLATE_PER_DAY } } : {};
}

function siteOf({ PUBLIC_URL, TELEGRAM_WEBHOOK_URL }: Env): { readonly site?: string } {
  const url = PUBLIC_URL ?? TELEGRAM_WEBHOOK_URL;
  return url === undefined ? {} : { site: new URL(url).origin };
}

function mapTilesOf({ MAP_TILES, MAP_TILES_DATUM, MAP_TILES_ATTRIBUTION = '' }: Env): { readonly mapTiles?: MapTiles } {
  if (!MAP_TILES) return {};
  return { mapTiles: { url: MAP_TILES, datum: MAP_TILES_DATUM, attribution: MAP_TILES_ATTRIBUTION } };
}

function telegramOf(env: Env): Config['telegram'] {
  if (!env.TELEGRAM_TOKEN) return { type: kindOf(env) === 'demo' ? 'demo' : 'none' };
  const bot = { type: 'bot', token: env.TELEGRAM_TOKEN, apiRoot: env.TELEGRAM_API_ROOT } as const;
  if (!env.TELEGRAM_WEBHOOK_URL || !env.TELEGRAM_WEBHOOK_SECRET) return bot;
  return { ...bot, webhook: { url: env.TELEGRAM_WEBHOOK_URL, secret: env.TELEGRAM_WEBHOOK_SECRET } };
}
