import { QUIET_HOURS, remainingMs } from '../../calendar.ts';
import type { Choice, Outgoing } from '../../channels/channel.ts';
import type { AnnouncementReader } from '../../delivery/outcome.ts';
import type { Say } from '../../i18n.ts';
import { inLanguage } from '../../notify/reader.ts';
import { buttonChoice } from '../../notify/render-message.ts';
import type { Contact } from '../../people/contact.ts';
import type { AnnouncementContent, Broadcast, Sender } from '../broadcast.ts';
import { isCorrection, localizedContent, renderContent } from '../broadcast.ts';
import type { OutcomeLetter } from './ledger.ts';
import { acceptsBroadcast } from './recipients.ts';

/** Result for one contact: a message, a skip, a delay or a deletion. */
export type RenderForContact = (
  contact: Contact,
) => Outgoing | { readonly skipped: OutcomeLetter } | { readonly laterMs: number } | { readonly removes: true };

/** Opens the renderer of a broadcast. It respects mutes, /stop and quiet hours, and renders once per language. */
export function broadcastMessage(
  broadcast: Broadcast,
  readerIn: (language: string) => AnnouncementReader,
  now: () => number,
): RenderForContact {
  const { kind, topic, recalls } = broadcast;
  if (recalls) return () => ({ removes: true });
  const rendered = new Map<string, Outgoing>();
  return (contact) => {
    if (!acceptsBroadcast(contact, kind, topic)) return { skipped: 's' };
    const wait = kind === 'urgent' ? 0 : remainingMs(contact.quiet ?? QUIET_HOURS.usual, now());
    if (wait > 0) return { laterMs: wait };
    const { language } = contact;
    const message = rendered.get(language) ?? { ...announcementMessage(broadcast, readerIn(language)), many: true };
    rendered.set(language, message);
    return message;
  };
}

/** Words an announcement with its buttons for a reader. An urgent one carries the urgent sign and its sender. */
export function announcementMessage(broadcast: Broadcast, reader: AnnouncementReader): Outgoing {
  const { id, topic, kind, content } = broadcast;
  const { say, language } = reader;
  const localized = localizedContent(content, language);
  const plain = isCorrection(broadcast) ? say('common:broadcast.corrected', localized) : localized.title;
  const title = kind === 'urgent' ? say('common:broadcast.urgent', { title: plain }) : plain;
  const { photo, buttons, opens = [], sender } = content;
  const mute: readonly Choice[] =
    kind === 'urgent'
      ? []
      : [buttonChoice({ type: 'go', flow: 'choose-topics', argument: topic }, say('common:broadcast.mute'))];
  const talks = opens.map(({ label, flow, argument }) => buttonChoice({ type: 'go', flow, argument }, say(label)));
  return {
    ...renderContent({ ...localized, title }, sender && senderLine(sender, reader)),
    choices: [...talks, ...buttons.flatMap((button) => choiceOf(button, id, content, say) ?? []), ...mute].map(
      (one) => [one],
    ),
    ...(photo ? { photo: photo.file } : {}),
  };
}

function senderLine({ region, role }: Sender, { say, language, regions }: AnnouncementReader): string {
  const where = inLanguage(regions.nameOf(region) ?? {}, language) || region;
  return say('common:broadcast.sender', { region: where, role: say(`common:roles.${role}`) });
}

/** Undefined for a link button without a link. */
function choiceOf(
  button: AnnouncementContent['buttons'][number],
  id: string,
  { link }: AnnouncementContent,
  say: Say,
): Choice | undefined {
  switch (button) {
    case 'heard':
      return buttonChoice({ type: 'go', flow: 'heard-broadcast', argument: id }, say('common:broadcast.heard'));
    case 'reply':
      return buttonChoice({ type: 'go', flow: 'answer-broadcast', argument: id }, say('common:broadcast.reply'));
    case 'report':
      return buttonChoice({ type: 'fresh', flow: 'report-hazard' }, say('common:buttons.report-hazard'));
    case 'home_check':
      return buttonChoice({ type: 'fresh', flow: 'home-check' }, say('common:buttons.home-check'));
    case 'link':
      return link === undefined ? undefined : { id: '', label: say('common:broadcast.link'), url: link };
  }
}
