import { ApiRefusal } from '../simulator/refusal.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { writtenMessage } from '../tencent/written-message.ts';
import type { PhonesState } from './notify-account.ts';
import { postMessage } from './notify-account.ts';
import { openedBy } from './reply-window.ts';

/** Sends a follower's message to the account and opens her window of 48 hours. */
export function writeToAccount(openid: string, body: Fields, state: PhonesState): { readonly message_id: number } {
  const { world } = state;
  const { follows, windows } = world.personOf(openid);
  if (!follows) throw new ApiRefusal(403, 'Forbidden: only a follower can write to the account');
  const { type, shown, elements, copies } = writtenMessage(body, state);
  world.changePerson(openid, { windows: openedBy('said', windows, world.now()) });
  const { message_id } = world.addMessage(openid, 'person', shown);
  postMessage(openid, type, elements, state, copies);
  return { message_id };
}
