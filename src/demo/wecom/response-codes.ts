import { randomBytes } from 'node:crypto';
import { HOUR_MS } from '../../calendar.ts';
import { refuse } from './errors.ts';
import type { ResponseCode, WecomWorld } from './world.ts';

const LIFE_MS = 72 * HOUR_MS;

/** Makes a code that updates these messages once within 72 hours. */
export function makeResponseCode(messages: ResponseCode['messages'], world: WecomWorld): string {
  const code = randomBytes(32).toString('base64url');
  world.responseCodes.put(code, { code, messages, until: world.now() + LIFE_MS, used: false });
  return code;
}

/** Uses up a code; refuses one that is unknown, used or at its end. */
export function takeResponseCode(code: string, world: WecomWorld): ResponseCode {
  const known = world.responseCodes.get(code);
  if (!known || known.used || world.now() >= known.until) throw refuse(40035, ' response_code');
  return world.responseCodes.put(code, { ...known, used: true });
}
