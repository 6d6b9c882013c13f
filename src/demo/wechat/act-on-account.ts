import { ApiRefusal, badRequest } from '../simulator/refusal.ts';
import { menuButtons } from '../tencent/account-menu.ts';
import { AUTHORIZE_PATH } from '../tencent/oauth.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { textIn } from '../tencent/platform-json.ts';
import type { MenuTap } from './menu-link.ts';
import { readMenuLink } from './menu-link.ts';
import type { PhonesState } from './notify-account.ts';
import { postEvent, postMessage } from './notify-account.ts';
import { authorizeInWechat } from './oauth.ts';
import { livingCode } from './qr-codes.ts';
import { openedBy } from './reply-window.ts';
import type { WechatPerson } from './world.ts';

type Done = { readonly ok: true };

/** Follows the account. */
export function follow(openid: string, state: PhonesState): Done {
  const { follows } = state.world.personOf(openid);
  if (follows) throw badRequest('this person follows the account already');
  becomeFollower(openid, { EventKey: '' }, state);
  return { ok: true };
}

/** Unfollows the account. The chat is gone from the phone, and with it the windows. */
export function unfollow(openid: string, state: PhonesState): Done {
  followerOf(openid, state);
  state.world.changePerson(openid, { follows: false, windows: [], consents: {} });
  postEvent(openid, 'unsubscribe', { EventKey: '' }, state, { silent: true });
  return { ok: true };
}

/** Scans a code by its scene, ticket or URL. The first scan of a stranger follows the account. */
export function scan(openid: string, body: Fields, state: PhonesState): Done {
  const { follows } = state.world.personOf(openid);
  const code = livingCode(textIn(body, 'scene') || textIn(body, 'url') || textIn(body, 'ticket'), state.world);
  if (!code) throw badRequest('no living QR code has this scene, ticket or URL');
  const { scene, ticket } = code;
  if (!follows) becomeFollower(openid, { EventKey: `qrscene_${scene}`, Ticket: ticket }, state);
  else touch(openid, 'SCAN', { EventKey: scene, Ticket: ticket }, state);
  return { ok: true };
}

/** Taps a button of the menu below the chat, by its key, URL or name. */
export function tapMenu(openid: string, body: Fields, state: PhonesState): Done & { readonly url?: string } {
  followerOf(openid, state);
  const sought = textIn(body, 'key') || textIn(body, 'name');
  const button = menuButtons(state.world.menu.get('menu')).find(({ key, url, name }) =>
    [key, url, name].includes(sought),
  );
  if (!button) throw badRequest('the menu has no such button');
  const [key, url] = [textIn(button, 'key'), textIn(button, 'url')];
  if (button.type === 'click') {
    touch(openid, 'CLICK', { EventKey: key }, state);
    return { ok: true };
  }
  // A page that is opened opens no window.
  postEvent(openid, 'VIEW', { EventKey: url }, state, { silent: true });
  return { ok: true, url };
}

/** Taps a link of a message, by its text. Without a link, the card. `content` and `id`: a forged menu link. */
export function tapMessage(openid: string, body: Fields, state: PhonesState): Done & { readonly url?: string } {
  const person = followerOf(openid, state);
  const message = state.world.messages.get(String(body.message_id));
  if (!message || message.chat !== openid) throw badRequest('this person sees no such message');
  const forged = { content: textIn(body, 'content'), id: textIn(body, 'id') };
  if (forged.content !== '') return sendTap(person, forged, state);
  const link = message.parts?.find(({ text, href }) => href !== undefined && text === body.link);
  const href = link?.href ?? (body.link === undefined ? message.card?.url : undefined);
  if (!href) throw badRequest('this message has no such link');
  const tap = link?.tap ?? readMenuLink(href);
  if (tap) return sendTap(person, tap, state);
  if (!/^https?:\/\//.test(href)) throw badRequest('WeChat opens no such link');
  return { ok: true, url: href };
}

/** Opens a page in WeChat's browser. A page of OAuth leads back to the account's page at once. */
export function openPage(openid: string, body: Fields, state: PhonesState): { readonly url: string } {
  state.world.personOf(openid);
  const url = URL.parse(textIn(body, 'url'));
  if (!url) throw badRequest('url must be a URL');
  if (url.pathname !== AUTHORIZE_PATH) return { url: url.href };
  const led = authorizeInWechat(url.searchParams, openid, state);
  if (led.url === undefined) throw badRequest(led.words);
  return { url: led.url };
}

/** Agrees to notices of a template. */
export function consent(openid: string, body: Fields, state: PhonesState): Done {
  const { consents } = followerOf(openid, state);
  const id = textIn(body, 'template_id');
  if (!Object.hasOwn(state.account.templates, id)) throw badRequest('the account has no such template');
  state.world.changePerson(openid, { consents: { ...consents, [id]: (consents[id] ?? 0) + 1 } });
  return { ok: true };
}

/** The client sends the link's words as a text. That counts as a click, not as a message. */
function sendTap({ id: openid }: WechatPerson, { content, id }: MenuTap, state: PhonesState): Done {
  if (state.account.kind === 'test' && id !== '') throw badRequest('a test account has no links with msgmenuid');
  opens(openid, state);
  state.world.addMessage(openid, 'person', { parts: [{ text: content }] });
  postMessage(openid, 'text', { Content: content, ...(id === '' ? {} : { tail: { bizmsgmenuid: id } }) }, state);
  return { ok: true };
}

function becomeFollower(openid: string, content: { EventKey: string; Ticket?: string }, state: PhonesState): void {
  state.world.changePerson(openid, { follows: true });
  touch(openid, 'subscribe', content, state);
}

function touch(
  openid: string,
  event: string,
  content: { EventKey: string; Ticket?: string },
  state: PhonesState,
): void {
  opens(openid, state);
  postEvent(openid, event, content, state);
}

function opens(openid: string, { world }: PhonesState): void {
  const { windows } = world.personOf(openid);
  world.changePerson(openid, { windows: openedBy('touched', windows, world.now()) });
}

function followerOf(openid: string, { world }: PhonesState): WechatPerson {
  const person = world.personOf(openid);
  if (!person.follows) throw new ApiRefusal(403, 'Forbidden: this person does not follow the account');
  return person;
}
