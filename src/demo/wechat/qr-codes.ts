import { randomBytes } from 'node:crypto';
import type { ApiAnswer } from '../tencent/api-calls.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, textIn } from '../tencent/platform-json.ts';
import type { WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { countCall } from './quotas.ts';
import type { WechatScene, WechatWorld } from './world.ts';

const LIFE_MAX_SECONDS = 30 * 86_400;
const LIFE_DEFAULT_SECONDS = 60;
const PERMANENT_MAX = 100_000;
const SCENE_MAX = 64; // characters

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };

/** Creates a QR code that carries a scene: for at most 30 days, or one of 100 000 for ever. */
export function createQrCode(body: Fields, parts: Parts): ApiAnswer {
  const { account, world } = parts;
  if (account.kind === 'unverified') throw refuse(48001);
  const action = textIn(body, 'action_name');
  if (action !== 'QR_STR_SCENE' && action !== 'QR_LIMIT_STR_SCENE') throw refuse(40052);
  const scene = textIn(fieldsIn(fieldsIn(body, 'action_info'), 'scene'), 'scene_str');
  if (scene === '' || [...scene].length > SCENE_MAX) throw refuse(40053);
  const isPermanent = action === 'QR_LIMIT_STR_SCENE';
  const seconds = body.expire_seconds ?? LIFE_DEFAULT_SECONDS;
  const isLife = typeof seconds === 'number' && Number.isInteger(seconds) && seconds >= 1;
  if (!isPermanent && (!isLife || seconds > LIFE_MAX_SECONDS)) throw refuse(40097);
  const permanent = world.scenes.all().filter(({ until }) => until === null);
  const known = isPermanent ? permanent.find((code) => code.scene === scene) : undefined;
  if (isPermanent && !known && permanent.length >= PERMANENT_MAX) throw refuse(45009);
  countCall('qrcode', parts);
  const until = isPermanent ? null : world.now() + Number(seconds) * 1000;
  const { ticket, url } = known ?? addScene(scene, until, world);
  return { json: { ticket, url, ...(isPermanent ? {} : { expire_seconds: seconds }) } };
}

/** Finds the living code of a scene, a ticket or a URL. */
export function livingCode(sought: string, world: WechatWorld): WechatScene | undefined {
  return world.scenes
    .all()
    .findLast(
      ({ scene, ticket, url, until }) =>
        [scene, ticket, url].includes(sought) && (until === null || world.now() < until),
    );
}

function addScene(scene: string, until: number | null, world: WechatWorld): WechatScene {
  const ticket = `g${randomBytes(48).toString('base64url')}`;
  const url = `http://weixin.qq.com/q/${randomBytes(16).toString('base64url')}`;
  return world.scenes.put(ticket, { scene, ticket, url, until });
}
