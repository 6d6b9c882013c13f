import type { Env } from './environment.ts';

/** Kind of a city's data: invented ones or those of real people. */
export type StoreKind = 'demo' | 'real';

const WECHAT = ['WECHAT_APPID', 'WECHAT_SECRET', 'WECHAT_TOKEN', 'WECHAT_AES_KEY'] as const;

const WECOM = ['WECOM_CORPID', 'WECOM_AGENTID', 'WECOM_SECRET', 'WECOM_TOKEN', 'WECOM_AES_KEY'] as const;

/** A city is real as soon as one channel reaches its people. The web chat alone does so at a public address. */
export function kindOf(env: Env): StoreKind {
  const pageAlone = env.WEB_CHAT === 'yes' && env.DEMO !== 'yes' && siteOf(env).site !== undefined;
  return messengersIn(env).length > 0 || pageAlone ? 'real' : 'demo';
}

/** One variable of each messenger whose account is named, if only in part. */
function messengersIn(env: Env): readonly string[] {
  const all: readonly (readonly (keyof Env)[])[] = [['TELEGRAM_TOKEN'], WECHAT, WECOM];
  return all.flatMap((names) => names.find((name) => env[name] !== undefined) ?? []);
}

/** The origin under which people reach this server. */
export function siteOf({ PUBLIC_URL, TELEGRAM_WEBHOOK_URL }: Env): { readonly site?: string } {
  const url = PUBLIC_URL ?? TELEGRAM_WEBHOOK_URL;
  return url === undefined ? {} : { site: new URL(url).origin };
}

/** Returns a line for each pair of variables that cannot hold together, with its cure. */
export function contradictions(env: Env): readonly string[] {
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
  if (env.CRASH_AT !== undefined) {
    lines.push('Remove CRASH_AT: it is for fault tests, whose own build alone obeys it.');
  }
  if (env.PORT === env.SIM_PORT && env.PORT !== 0 && !real) {
    lines.push('Set SIM_PORT in .env to another port than PORT.');
  }
  return lines;
}
