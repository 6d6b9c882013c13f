import type { Reach } from '../tencent/start-platform.ts';
import { readParts } from '../tencent/text-parts.ts';
import type { XmlContent } from '../tencent/xml.ts';
import type { WecomApp } from './app.ts';
import type { WecomWorld } from './world.ts';

/** Ids of 64 bits, which a JavaScript number cannot hold. */
const FIRST_MSG_ID = 7_450_021_412_600_020_992n;

/** The simulator's parts that a member's acts need. */
export type PhonesState = Reach & { readonly app: WecomApp; readonly world: WecomWorld };
type Elements = { readonly [name: string]: XmlContent | undefined };

/** Posts a member's message to the app. */
export function postMessage(member: string, type: string, content: Elements, state: PhonesState, copies = 1): void {
  const MsgId = FIRST_MSG_ID + BigInt(state.world.rows.nextNumber('msg_id'));
  post(member, { MsgType: type, ...content, MsgId }, type, state, copies);
}

/** Posts an event to the app. */
export function postEvent(member: string, event: string, content: Elements, state: PhonesState): void {
  post(member, { MsgType: 'event', Event: event, ...content }, event, state);
}

function post(member: string, content: Elements, about: string, state: PhonesState, copies = 1): void {
  const { app, world, callbacks } = state;
  const head = { ToUserName: app.corpid, FromUserName: member, CreateTime: Math.floor(world.now() / 1000) };
  callbacks.post(
    {
      person: member,
      about,
      message: { ...head, ...content, AgentID: app.agentid },
      onReply: (text) => void world.addMessage(member, 'account', { parts: readParts(text) }),
      // WeCom shows nothing when a callback is lost.
      onLost: () => {},
    },
    copies,
  );
}
