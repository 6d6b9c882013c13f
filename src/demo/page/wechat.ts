import { signal } from '@preact/signals';
import type { WechatMessage, WechatPerson } from './sim.ts';
import { askWechat } from './sim.ts';

/** A person with WeChat, and the messages on her phone, newest last. */
export type WechatChat = { readonly person: WechatPerson; readonly messages: readonly WechatMessage[] };
/** An entry of the menu below the chats: it acts, or opens entries of its own. */
export type MenuEntry = {
  readonly name: string;
  readonly key?: string;
  readonly url?: string;
  readonly sub_button?: readonly MenuEntry[];
};

export const wechatChats = signal<readonly WechatChat[]>([]);
export const menu = signal<readonly MenuEntry[]>([]);

type Changes = { readonly changes: number; readonly people: readonly WechatPerson[] };

/** Follows the changes of the WeChat phones while the page is open. A reset counts as a change of each person. */
export async function watchWechat(): Promise<never> {
  for (let since = -1; ; ) {
    try {
      const latest = await askWechat<Changes>(`changes?since=${since}`);
      const [below, ...chats] = await Promise.all([
        askWechat<{ readonly button?: readonly MenuEntry[] }>('menu'),
        ...latest.people.map(async (person) => ({
          person,
          messages: await askWechat<WechatMessage[]>(`people/${person.id}/messages`),
        })),
      ]);
      since = latest.changes;
      menu.value = below.button ?? [];
      wechatChats.value = chats;
    } catch {
      since = -1;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
