import { randomBytes } from 'node:crypto';
import { dayOf, MINUTE_MS } from '../../calendar.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { textIn } from '../tencent/platform-json.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { countCall } from './quotas.ts';
import type { WechatToken, WechatWorld } from './world.ts';

const LIFE_MS = 120 * MINUTE_MS;
/** A token is renewed this long before its end, and the old one works for as long after the renewal. */
const OVERLAP_MS = 5 * MINUTE_MS;
const FORCED_A_DAY = 20;
const FORCED_APART_MS = 30_000;

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Answers stable_token: the same token until 5 minutes before its end. A forced renewal ends the old one at once. */
export function stableToken(body: Fields, parts: Parts) {
  const { account, world } = parts;
  if (textIn(body, 'grant_type') !== 'client_credential') throw refuse(40002);
  if (textIn(body, 'appid') === '') throw refuse(41002);
  if (textIn(body, 'appid') !== account.appid) throw refuse(40013);
  if (textIn(body, 'secret') === '') throw refuse(41004);
  if (textIn(body, 'secret') !== account.secret) throw refuse(40125);
  const now = world.now();
  const newest = world.tokens.get('newest');
  const forced = body.force_refresh === true;
  if (forced) countForced(world);
  countCall('token', parts);
  if (newest && !forced && now < newest.until - OVERLAP_MS) return asAnswer(newest, now);
  if (newest && !forced) world.tokens.put('older', { ...newest, forgottenAt: now + OVERLAP_MS });
  if (forced) world.tokens.remove('older');
  const value = `${world.rows.nextNumber('token')}_${randomBytes(60).toString('base64url')}`;
  const made = { value, issuedAt: now, until: now + LIFE_MS, forgottenAt: Number.MAX_SAFE_INTEGER };
  return asAnswer(world.tokens.put('newest', made), now);
}

/** Refuses a call whose token is missing, unknown or at its end. */
export function checkToken(given: string | null, world: WechatWorld): void {
  if (!given) throw refuse(41001);
  const now = world.now();
  const known = world.tokens.all().find(({ value, forgottenAt }) => value === given && now < forgottenAt);
  if (!known) throw refuse(40001);
  if (now >= known.until) throw refuse(42001);
}

/** Ends all tokens, as when the secret is reset. */
export function endTokens(world: WechatWorld): void {
  for (const id of ['newest', 'older']) world.tokens.remove(id);
}

function countForced(world: WechatWorld): void {
  const now = world.now();
  const last = world.counts.get('forced at') ?? Number.NEGATIVE_INFINITY;
  if (now - last < FORCED_APART_MS) throw refuse(45011);
  const id = `${dayOf(now)} forced`;
  const count = world.counts.get(id) ?? 0;
  if (count >= FORCED_A_DAY) throw refuse(45009);
  world.counts.put(id, count + 1);
  world.counts.put('forced at', now);
}

function asAnswer({ value, until }: WechatToken, now: number) {
  return { access_token: value, expires_in: Math.floor((until - now) / 1000) };
}
