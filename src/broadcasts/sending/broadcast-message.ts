import { leftOf, QUIET_HOURS } from '../../calendar.ts';
import type { Choice, Outgoing } from '../../channels/channel.ts';
import type { Say, Wording } from '../../i18n.ts';
import type { AnnouncementContent, Broadcast } from '../broadcast.ts';
import { isCorrection, saidIn, wholeOf } from '../broadcast.ts';
import type { BroadcastMessage } from './deliver.ts';
import { wants } from './recipients.ts';

/** What a broadcast says to somebody: in their language, while they want to hear of it, outside their quiet hours. */
export function broadcastMessage(broadcast: Broadcast, wording: Wording, now: () => number): BroadcastMessage {
  const { kind, topic, recalls } = broadcast;
  if (recalls) return () => ({ removes: true });
  const made = new Map<string, Outgoing>();
  return (contact) => {
    if (!wants(contact, kind, topic)) return { skipped: 's' };
    const wait = kind === 'urgent' ? 0 : leftOf(contact.quiet ?? QUIET_HOURS.usual, now());
    if (wait > 0) return { laterMs: wait };
    const { language } = contact;
    const known = made.get(language) ?? messageOf(broadcast, language, wording.in(language));
    made.set(language, known);
    return known;
  };
}

function messageOf(broadcast: Broadcast, language: string, say: Say): Outgoing {
  const { id, topic, kind, content } = broadcast;
  const said = saidIn(content, language);
  const { photo, buttons, link } = content;
  const button: Readonly<Record<AnnouncementContent['buttons'][number], () => Choice | undefined>> = {
    heard: () => ({ id: `go/heard-broadcast/${id}`, label: say('common:broadcast.heard') }),
    reply: () => ({ id: `go/answer-broadcast/${id}`, label: say('common:broadcast.reply') }),
    report: () => ({ id: 'fresh/report-hazard', label: say('common:buttons.report-hazard') }),
    link: () => (link === undefined ? undefined : { id: '', label: say('common:broadcast.link'), url: link }),
  };
  const chosen = buttons.flatMap((kind) => button[kind]() ?? []);
  const mute: readonly Choice[] =
    kind === 'urgent' ? [] : [{ id: `go/choose-topics/${topic}`, label: say('common:broadcast.mute') }];
  return {
    ...wholeOf({ ...said, title: isCorrection(broadcast) ? say('common:broadcast.corrected', said) : said.title }),
    choices: [...chosen, ...mute].map((one) => [one]),
    ...(photo ? { photo: photo.file } : {}),
  };
}
