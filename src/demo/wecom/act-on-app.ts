import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { menuButtons } from '../tencent/account-menu.ts';
import type { Led } from '../tencent/oauth.ts';
import { AUTHORIZE_PATH, authorize } from '../tencent/oauth.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { textIn } from '../tencent/platform-json.ts';
import { writtenMessage } from '../tencent/written-message.ts';
import type { PhonesState } from './notify-app.ts';
import { postEvent, postMessage } from './notify-app.ts';
import { makeResponseCode } from './response-codes.ts';
import type { WecomMember } from './world.ts';

type Done = { readonly ok: true; readonly url?: string };

/** Sends a member's message to the app. */
export function writeToApp(id: string, body: Fields, state: PhonesState): { readonly message_id: number } {
  memberOf(id, state);
  const { type, shown, elements: common, copies } = writtenMessage(body, state);
  // Elements that WeChat's messages have not.
  const own = { location: { AppType: 'wxwork' }, link: { PicUrl: '' } };
  const elements = { ...common, ...(type === 'location' || type === 'link' ? own[type] : {}) };
  const { message_id } = state.world.addMessage(id, 'person', shown);
  postMessage(id, type, elements, state, copies);
  return { message_id };
}

/** Opens the chat with the app. */
export function enter(id: string, state: PhonesState): Done {
  memberOf(id, state);
  postEvent(id, 'enter_agent', { EventKey: '' }, state);
  return { ok: true };
}

/** Shows or hides the app for a member. A hidden member gets no messages. */
export function show(id: string, sees: boolean, state: PhonesState): Done {
  state.world.personOf(id);
  state.world.changePerson(id, { sees });
  postEvent(id, sees ? 'subscribe' : 'unsubscribe', { EventKey: '' }, state);
  return { ok: true };
}

/** Taps a button of the menu below the chat, by its key, URL or name. */
export function tapMenu(id: string, body: Fields, state: PhonesState): Done {
  memberOf(id, state);
  const sought = textIn(body, 'key') || textIn(body, 'name');
  const buttons = menuButtons(state.world.menu.get('menu'));
  const button = buttons.find(({ key, url, name }) => [key, url, name].includes(sought));
  if (!button) throw badRequest('the menu has no such button');
  const url = textIn(button, 'url');
  if (button.type === 'view') postEvent(id, 'view', { EventKey: url }, state);
  else postEvent(id, 'click', { EventKey: textIn(button, 'key') }, state);
  return button.type === 'view' ? { ok: true, url } : { ok: true };
}

/** Taps a button of a card, a link of a text, or the card itself. `key`: forged, no button has it. */
export function tapMessage(id: string, body: Fields, state: PhonesState): Done {
  memberOf(id, state);
  const { world } = state;
  const message = world.messages.get(String(body.message_id));
  if (!message || message.chat !== id) throw badRequest('this member sees no such message');
  const { card, parts } = message;
  if (body.button === undefined && body.key === undefined) {
    const href = body.link === undefined ? card?.url : parts?.find(({ text }) => text === body.link)?.href;
    if (!href || !/^https?:\/\//.test(href)) throw badRequest('WeCom opens no such link');
    return { ok: true, url: href };
  }
  const buttons = card?.closed === undefined ? (card?.buttons ?? []) : [];
  const button = typeof body.key === 'string' ? { key: body.key } : buttons.find(({ text }) => text === body.button);
  if (!button) throw badRequest('this message has no such button');
  if (button.key === undefined) return { ok: true, url: 'url' in button ? (button.url ?? '') : '' };
  const ResponseCode = makeResponseCode({ [id]: message.message_id }, world);
  const fields = { EventKey: button.key, TaskId: card?.taskId ?? '', CardType: 'button_interaction', ResponseCode };
  postEvent(id, 'template_card_event', fields, state);
  return { ok: true };
}

/** Opens a page in WeCom's browser. A page of OAuth leads back to the app's page at once. */
export function openPage(id: string, body: Fields, state: PhonesState): { readonly url: string } {
  memberOf(id, state);
  const url = URL.parse(textIn(body, 'url'));
  if (!url) throw badRequest('url must be a URL');
  if (url.pathname !== AUTHORIZE_PATH) return { url: url.href };
  const led = authorizeInWecom(url.searchParams, id, state);
  if (led.url === undefined) throw badRequest(led.words);
  return { url: led.url };
}

/** Leads a member who opened the page of OAuth in WeCom. */
export function authorizeInWecom(query: URLSearchParams, id: string, { app, world }: PhonesState): Led {
  return authorize(query, id, { appid: app.corpid, hosts: app.oauthHosts }, world);
}

function memberOf(id: string, { world }: PhonesState): WecomMember {
  const member = world.personOf(id);
  if (!member.sees) throw new ApiRefusal(403, 'Forbidden: the app is not shown to this member');
  return member;
}
