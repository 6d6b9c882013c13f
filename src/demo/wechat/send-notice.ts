import { MINUTE_MS } from '../../calendar.ts';
import type { ApiAnswer } from '../tencent/api-calls.ts';
import type { Fields } from '../tencent/platform-json.ts';
import { fieldsIn, textIn } from '../tencent/platform-json.ts';
import type { Template, WechatAccount } from './account.ts';
import { refuse } from './errors.ts';
import { countCall } from './quotas.ts';
import { checkTemplateData } from './template-data.ts';
import type { WechatPerson, WechatWorld } from './world.ts';

/** A template message with the same client_msg_id is dropped for this long. */
const SAME_ID_MS = 10 * MINUTE_MS;
/** Ids of 64 bits, which a JavaScript number cannot hold. */
const FIRST_MSGID = 2_863_219_023_414_362_112n;

type Parts = { readonly account: WechatAccount; readonly world: WechatWorld };
/** Tells the account by an event that a message reached the person. */
type OnSent = (person: WechatPerson, msgid: bigint) => void;

/** Sends a template message to a follower. It needs no window. */
export function sendTemplate(body: Fields, parts: Parts, onSent: OnSent): ApiAnswer {
  const { account, world } = parts;
  const { person, template } = readHead(body, parts);
  if (!person.follows) throw refuse(43004);
  const rows = checkTemplateData(fieldsIn(body, 'data'), template, account.blockedWords);
  const key = `${person.id} ${textIn(body, 'client_msg_id')}`;
  const before = key.endsWith(' ') ? undefined : world.sentOnce.get(key);
  if (before && world.now() < before.at + SAME_ID_MS)
    return { json: { errcode: 0, errmsg: 'ok', msgid: BigInt(before.msgid) } };
  countCall('template', parts);
  const url = textIn(body, 'url');
  const card = { title: template.title, rows, ...(url ? { url } : {}) };
  const { message_id } = world.addMessage(person.id, 'account', { card });
  const msgid = FIRST_MSGID + BigInt(message_id);
  if (!key.endsWith(' ')) world.sentOnce.put(key, { msgid: String(msgid), at: world.now() });
  onSent(person, msgid);
  return { json: { errcode: 0, errmsg: 'ok', msgid }, delivered: message_id };
}

/** Sends a 订阅通知: once for each consent, or always after a long-term one. */
export function sendSubscription(body: Fields, parts: Parts): ApiAnswer {
  const { account, world } = parts;
  const { person, template, id } = readHead(body, parts);
  const consents = person.consents[id] ?? 0;
  if (consents === 0) throw refuse(43101);
  const rows = checkTemplateData(fieldsIn(body, 'data'), template, account.blockedWords);
  const left = account.longTermTemplates.includes(id) ? consents : consents - 1;
  world.changePerson(person.id, { consents: { ...person.consents, [id]: left } });
  const url = textIn(body, 'page');
  const card = { title: template.title, rows, ...(url ? { url } : {}) };
  const { message_id } = world.addMessage(person.id, 'account', { card });
  return { json: { errcode: 0, errmsg: 'ok' }, delivered: message_id };
}

function readHead(body: Fields, { account, world }: Parts) {
  if (account.kind === 'unverified') throw refuse(48001);
  const person = world.people.get(textIn(body, 'touser'));
  if (!person) throw refuse(40003);
  const id = textIn(body, 'template_id');
  const template: Template | undefined = Object.hasOwn(account.templates, id) ? account.templates[id] : undefined;
  if (!template) throw refuse(40037);
  return { person, template, id };
}
