import * as v from 'valibot';
import type { StoreKind } from './environment/contradictions.ts';
import { contradictions, kindOf, siteOf } from './environment/contradictions.ts';
import type { BellValue, Env } from './environment/environment.ts';
import { Environment } from './environment/environment.ts';
import type { MapTiles } from './map-tiles.ts';

export type { StoreKind } from './environment/contradictions.ts';

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
