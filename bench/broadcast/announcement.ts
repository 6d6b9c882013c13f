import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { RenderForContact } from '../../src/broadcasts/sending/broadcast-message.ts';
import { broadcastMessage } from '../../src/broadcasts/sending/broadcast-message.ts';
import type { Outgoing } from '../../src/channels/channel.ts';
import { openWording } from '../../src/i18n.ts';
import type { Contact } from '../../src/people/contact.ts';
import { newContact } from '../../src/people/contact.ts';

/** Noon in China: nobody's quiet hours. */
const NOON = Date.UTC(2026, 5, 1, 4);

/** An announcement to everybody of the demo's city. */
export const ANNOUNCEMENT: Broadcast = {
  id: 'broadcast_bench000',
  state: 'started',
  kind: 'announcement',
  topic: 'flood',
  content: {
    title: '防汛提醒',
    words: { 'zh-CN': '今晚到明早有大雨。请关好门窗，把车停到高处，不要走积水的地下通道。遇到险情请在这里上报。' },
    buttons: ['heard', 'report'],
  },
  audience: { type: 'people', region: '990100000000', who: 'everybody' },
  schedule: { type: 'once', at: 'now' },
  staleAfterMs: 12 * 3600_000,
  by: 'bench',
  region: '990100000000',
  madeAt: NOON,
  runs: [],
};

/** Everybody whom a bench writes to. */
export const RECIPIENT: Contact = newContact('zh-CN', NOON);

/** What everybody is told, worded as the product words it. */
export function openLetter(): RenderForContact {
  return broadcastMessage(ANNOUNCEMENT, openWording(), () => NOON);
}

/** The same for those who know of no letters: one message for all. */
export function openMessage(): Outgoing {
  const message = openLetter()(RECIPIENT);
  if (!('text' in message)) throw new Error('The announcement says nothing.');
  return message;
}
