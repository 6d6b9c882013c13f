import type { Callbacks } from '../tencent/callbacks.ts';
import { readParts } from '../tencent/text-parts.ts';
import type { XmlContent } from '../tencent/xml.ts';
import type { WechatAccount } from './account.ts';
import type { WechatWorld } from './world.ts';

/** The line that WeChat shows after three failed tries. */
const OUT_OF_SERVICE = '该公众号暂时无法提供服务，请稍后再试';
/** Ids of 64 bits, which a JavaScript number cannot hold. */
const FIRST_MSG_ID = 7_250_021_412_600_020_992n;

/** The simulator's parts that a person's acts need. */
export type PhonesState = {
  readonly account: WechatAccount;
  readonly world: WechatWorld;
  readonly callbacks: Callbacks;
  readonly pictureUrl: (media: string) => string;
};
type Elements = { readonly [name: string]: XmlContent | undefined };
/** How a callback is posted. `copies`: times at once. `silent`: the person does not see that it was lost. */
type Posting = { readonly copies?: number; readonly silent?: true };

/** Posts a person's message to the account. */
export function postMessage(openid: string, type: string, content: Elements, state: PhonesState, copies = 1): void {
  const { tail, ...rest } = content;
  const MsgId = FIRST_MSG_ID + BigInt(state.world.rows.nextNumber('msg_id'));
  // WeChat writes the fields of a menu link behind the id.
  post(openid, { MsgType: type, ...rest, MsgId, ...(tail as Elements | undefined) }, type, state, { copies });
}

/** Posts an event to the account. */
export function postEvent(
  openid: string,
  event: string,
  content: Elements,
  state: PhonesState,
  posting: Posting = {},
): void {
  post(openid, { MsgType: 'event', Event: event, ...content }, event, state, posting);
}

function post(openid: string, content: Elements, about: string, state: PhonesState, posting: Posting): void {
  const { account, world, callbacks } = state;
  const head = { ToUserName: account.name, FromUserName: openid, CreateTime: Math.floor(world.now() / 1000) };
  const { copies = 1, silent } = posting;
  callbacks.post(
    {
      person: openid,
      about,
      message: { ...head, ...content },
      onReply: (text) => void world.addMessage(openid, 'account', { parts: readParts(text) }),
      onLost: () => {
        if (!silent) world.addMessage(openid, 'platform', { parts: [{ text: OUT_OF_SERVICE }] });
      },
    },
    copies,
  );
}
