import { createHmac, randomBytes } from 'node:crypto';
import { personOf } from './people.ts';
import { badRequest } from './refusal.ts';
import { SIM_TOKEN } from './telegram-format.ts';
import type { World } from './world.ts';

/** Opens the bot's Mini App on a person's phone: returns the launch data that Telegram gives to its page. */
export function openWebApp(id: number, world: World): { readonly init_data: string } {
  const person = personOf(world, id);
  if (id < 0) throw badRequest('a group opens no Mini App');
  const { first_name, language_code } = person;
  const user = { id, first_name, last_name: '', language_code, allows_write_to_pm: true };
  const fields = {
    query_id: randomBytes(16).toString('base64url'),
    user: JSON.stringify(user),
    auth_date: String(Math.floor(world.now() / 1000)),
    // Telegram signs for third parties too. Only it has that key, and the bot does not check it.
    signature: randomBytes(64).toString('base64url'),
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}=${value}`);
  const key = createHmac('sha256', 'WebAppData').update(SIM_TOKEN).digest();
  const hash = createHmac('sha256', key).update(lines.sort().join('\n')).digest('hex');
  return { init_data: new URLSearchParams({ ...fields, hash }).toString() };
}
