import { computed, signal } from '@preact/signals';
import { chatOn, platforms } from './platforms.ts';
import type { Platform } from './sim.ts';
import { PLATFORMS } from './sim.ts';
import { messagesOf, neighbours, people } from './telegram.ts';
import { word } from './words.ts';

/** Smallest width of a phone, the gap between two, and the margins of the page, px. */
const PHONE_PX = 340;
const GAP_PX = 16;
const MARGINS_PX = 40;

/** A phone of the page. `id`: of its person on the channel. */
export type PhoneTab = {
  readonly id: string;
  readonly name: string;
  readonly channel: 'telegram' | 'web' | Platform;
};

/** The phones in the order of their tabs. */
export const phones = computed<readonly PhoneTab[]>(() => [
  ...people.value.map(({ id, first_name }) => ({ id: String(id), name: first_name, channel: 'telegram' as const })),
  ...(neighbours.value?.webChat ? [WEB_PHONE] : []),
  ...PLATFORMS.flatMap((channel) =>
    platforms[channel].chats.value.map(({ person: { id, name } }) => ({ id, name, channel })),
  ),
]);
/** The browser that shows this page is the person of the web chat. */
const WEB_PHONE: PhoneTab = { id: 'web', name: word('web_person'), channel: 'web' };

/** Ids of the phones in use, the latest first. */
const inUse = signal<readonly string[]>([]);
/** Number of phones that fit side by side. */
const room = signal(phonesThatFit());
window.addEventListener('resize', () => {
  room.value = phonesThatFit();
});
const byUse = computed(() => {
  const ids = phones.value.map(({ id }) => id);
  return [...inUse.value.filter((id) => ids.includes(id)), ...ids.filter((id) => !inUse.value.includes(id))];
});
const shown = computed(() => new Set(byUse.value.slice(0, room.value)));
/** The last message of each phone that its person has seen. */
const seen = new Map<string, number>();

export const isShown = (id: string): boolean => shown.value.has(id);
/** The phone in use: the tab that the Tab key reaches. */
export const isCurrent = (id: string): boolean => byUse.value[0] === id;

/** Notes that a phone is in use, so that other phones make room first. */
export function use(id: string): void {
  if (inUse.value[0] !== id) inUse.value = [id, ...inUse.value.filter((one) => one !== id)];
}

/** Shows a phone in place of the one that has not been used for the longest time. Returns its element. */
export async function show(id: string): Promise<HTMLElement> {
  use(id);
  const shownPhone = async () => {
    await new Promise(requestAnimationFrame);
    return document.getElementById(`phone-${id}`);
  };
  let phone = await shownPhone();
  // A new person's phone comes with the next change.
  while (!phone) phone = await shownPhone();
  phone.scrollIntoView({ block: 'nearest' });
  document.querySelector(`[aria-controls="phone-${id}"]`)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  return phone;
}

/** Number of messages that came while the phone was not shown. Those from before the page was opened count as seen. */
export function unreadOf(phone: PhoneTab): number {
  const all = receivedOn(phone);
  if (isShown(phone.id) || !seen.has(phone.id)) seen.set(phone.id, all.at(-1)?.message_id ?? 0);
  const last = seen.get(phone.id) ?? 0;
  return all.filter(({ message_id }) => message_id > last).length;
}

function receivedOn({ id, channel }: PhoneTab): readonly { readonly message_id: number }[] {
  switch (channel) {
    case 'telegram':
      return messagesOf(Number(id)).filter(({ from }) => from === 'bot');
    case 'wechat':
    case 'wecom':
      return chatOn(channel, id)?.messages.filter(({ from }) => from !== 'person') ?? [];
    case 'web':
      // The page in the frame is of another origin: its messages are not known here.
      return [];
  }
}

function phonesThatFit(): number {
  return Math.max(1, Math.floor((document.documentElement.clientWidth - MARGINS_PX + GAP_PX) / (PHONE_PX + GAP_PX)));
}
