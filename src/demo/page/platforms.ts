import type { Signal } from '@preact/signals';
import { computed, effect, signal } from '@preact/signals';
import type { Platform, PlatformMessage, PlatformPerson } from './sim.ts';
import { askPlatform, PLATFORMS } from './sim.ts';
import { neighbours } from './telegram.ts';

/** A person with WeChat or WeCom, and the messages on the phone, newest last. */
export type PlatformChat = { readonly person: PlatformPerson; readonly messages: readonly PlatformMessage[] };
/** An entry of the menu below the chats: it acts, or opens entries of its own. */
export type MenuEntry = {
  readonly name: string;
  readonly key?: string;
  readonly url?: string;
  readonly sub_button?: readonly MenuEntry[];
};
type Chats = { readonly chats: Signal<readonly PlatformChat[]>; readonly menu: Signal<readonly MenuEntry[]> };

/** The chats of each platform, and its menu below them. */
export const platforms: Readonly<Record<Platform, Chats>> = { wechat: noChats(), wecom: noChats() };

/** Finds the chat of a person. */
export function chatOn(platform: Platform, id: string): PlatformChat | undefined {
  return platforms[platform].chats.value.find(({ person }) => person.id === id);
}

/** Follows the phones of each platform from the time when its simulator is known. */
export function watchPlatforms(): void {
  for (const platform of PLATFORMS) {
    const isKnown = computed(() => neighbours.value?.[platform] !== undefined);
    effect(() => {
      if (isKnown.value) void watch(platform, platforms[platform]);
    });
  }
}

function noChats(): Chats {
  return { chats: signal([]), menu: signal([]) };
}

type Changes = { readonly changes: number; readonly people: readonly PlatformPerson[] };

/** Follows the changes while the page is open. A reset counts as a change of each person. */
async function watch(platform: Platform, { chats, menu }: Chats): Promise<never> {
  const ask = <T>(path: string) => askPlatform<T>(platform, path);
  for (let since = -1; ; ) {
    try {
      const latest = await ask<Changes>(`changes?since=${since}`);
      const [below, ...all] = await Promise.all([
        ask<{ readonly button?: readonly MenuEntry[] }>('menu'),
        ...latest.people.map(async (person) => ({
          person,
          messages: await ask<PlatformMessage[]>(`people/${person.id}/messages`),
        })),
      ]);
      since = latest.changes;
      menu.value = below.button ?? [];
      chats.value = all;
    } catch {
      since = -1;
      await new Promise((done) => setTimeout(done, 1000));
    }
  }
}
