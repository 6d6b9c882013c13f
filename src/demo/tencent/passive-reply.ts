import type { CallbackKeys } from '../../channels/wechat/message-crypto.ts';
import { openMessage } from '../../channels/wechat/message-crypto.ts';
import { readXml } from './read-xml.ts';

/** Reads the text of an encrypted passive reply; undefined if the platform would not take it. */
export function readReply(body: string, keys: CallbackKeys): string | undefined {
  const envelope = readXml(body);
  const field = (name: string) => envelope?.get(name) ?? '';
  const sealed = { encrypted: field('Encrypt'), signature: field('MsgSignature'), nonce: field('Nonce') };
  const opened = openMessage({ ...sealed, timestamp: field('TimeStamp') }, keys);
  if (opened.type === 'refused') return undefined;
  const reply = readXml(opened.message);
  const complete = ['ToUserName', 'FromUserName', 'CreateTime'].every((name) => (reply?.get(name) ?? '') !== '');
  if (!complete || reply?.get('MsgType') !== 'text') return undefined;
  return reply.get('Content') || undefined;
}
