import type { Broadcast } from '../../src/broadcasts/broadcast.ts';
import type { RenderForContact } from '../../src/broadcasts/sending/broadcast-message.ts';
import { broadcastMessage } from '../../src/broadcasts/sending/broadcast-message.ts';
import { HOUR_MS } from '../../src/calendar.ts';
import type { Outgoing } from '../../src/channels/channel.ts';
import { cityOf } from '../../src/city/city.ts';
import { NEW_CITY } from '../../src/city/new-city.ts';
import { openWording } from '../../src/i18n.ts';
import { readerOf } from '../../src/notify/notify.ts';
import type { Contact } from '../../src/people/contact.ts';
import { newContact } from '../../src/people/contact.ts';

/** Noon in China is outside all quiet hours. */
const NOON = Date.UTC(2026, 5, 1, 4);

/** An announcement to all contacts of the demo's city. */
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
  staleAfterMs: 12 * HOUR_MS,
  by: 'bench',
  region: '990100000000',
  madeAt: NOON,
  runs: [],
};

/** The contact record of every recipient. */
export const RECIPIENT: Contact = newContact('zh-CN', NOON);

/** Opens the product's renderer for the announcement. */
export function openRenderer(): RenderForContact {
  const wording = openWording();
  const city = cityOf(NEW_CITY, wording.languageNames);
  return broadcastMessage(
    ANNOUNCEMENT,
    (language) => readerOf(language, { wording, city }),
    () => NOON,
  );
}

/** Renders the announcement once, for senders that send one message to all. */
export function openMessage(): Outgoing {
  const message = openRenderer()(RECIPIENT);
  if (!('text' in message)) throw new Error('The announcement has no text.');
  return message;
}
