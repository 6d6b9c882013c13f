import { ApiRefusal } from '../simulator/refusal.ts';
import type { Fields } from '../tencent/platform-json.ts';
import type { WrittenMessage } from '../tencent/written-message.ts';
import { writtenMessage } from '../tencent/written-message.ts';
import type { PhonesState } from './notify-account.ts';
import { postMessage } from './notify-account.ts';
import { openedBy } from './reply-window.ts';

/** Accounts get no stickers: WeChat sends them these words instead. */
const STICKER: WrittenMessage = {
  type: 'text',
  shown: { parts: [{ text: '[表情]' }] },
  elements: { Content: '【收到不支持的消息类型，暂无法显示】' },
  copies: 1,
};

/** Sends a follower's message to the account and opens her window of 48 hours. */
export function writeToAccount(openid: string, body: Fields, state: PhonesState): { readonly message_id: number } {
  const { world } = state;
  const { follows, windows } = world.personOf(openid);
  if (!follows) throw new ApiRefusal(403, 'Forbidden: only a follower can write to the account');
  const { type, shown, elements, copies } = body.sticker ? STICKER : writtenMessage(body, state);
  world.changePerson(openid, { windows: openedBy('said', windows, world.now()) });
  const { message_id } = world.addMessage(openid, 'person', shown);
  postMessage(openid, type, elements, state, copies);
  return { message_id };
}
