import { randomBytes } from 'node:crypto';
import { MINUTE_MS } from '../../calendar.ts';
import type { WecomApp } from './app.ts';
import { refuse } from './errors.ts';
import type { WecomWorld } from './world.ts';

const LIFE_MS = 120 * MINUTE_MS;

type Parts = { readonly app: WecomApp; readonly world: WecomWorld };

/** Answers gettoken: the same token until its end, without an overlap. */
export function getToken(query: URLSearchParams, { app, world }: Parts) {
  if (!query.get('corpid')) throw refuse(41002);
  if (query.get('corpid') !== app.corpid) throw refuse(40013);
  if (!query.get('corpsecret')) throw refuse(41004);
  if (query.get('corpsecret') !== app.secret) throw refuse(40001);
  const now = world.now();
  const current = world.tokens.get('current');
  const token =
    current && now < current.until
      ? current
      : world.tokens.put('current', { value: randomBytes(60).toString('base64url'), until: now + LIFE_MS });
  if (current && token !== current) world.tokens.put('ended', current);
  const expires_in = Math.floor((token.until - now) / 1000);
  return { errcode: 0, errmsg: 'ok', access_token: token.value, expires_in };
}

/** Refuses a call whose token is missing, unknown or at its end. */
export function checkToken(given: string | null, world: WecomWorld): void {
  if (!given) throw refuse(41001);
  const known = world.tokens.all().find(({ value }) => value === given);
  if (!known) throw refuse(40014);
  if (world.now() >= known.until) throw refuse(42001);
}

/** Ends all tokens: WeCom may end them early. */
export function endTokens(world: WecomWorld): void {
  for (const id of ['current', 'ended']) world.tokens.remove(id);
}
