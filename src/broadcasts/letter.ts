import { hourOf } from '../calendar.ts';
import type { Choice, Outgoing } from '../channels/channel.ts';
import type { Wording } from '../i18n.ts';
import type { Contact } from '../people/contact.ts';
import type { Broadcast, Content } from './broadcast.ts';
import type { Letter } from './deliver.ts';
import { wants } from './recipients.ts';

const HOUR_MS = 3600_000;
const NIGHT = { from: 22, until: 7 };

/** What a broadcast says to somebody: in their language, while they want to hear of it, outside their quiet hours. */
export function letterOf(
  { id, kind, topic, content, recalls }: Broadcast,
  wording: Wording,
  now: () => number,
): Letter {
  if (recalls) return () => ({ removes: true });
  const made = new Map<string, Outgoing>();
  return (contact) => {
    if (!wants(contact, kind, topic)) return { skipped: 's' };
    const wait = kind === 'urgent' ? 0 : quietFor(contact, now());
    if (wait > 0) return { laterMs: wait };
    const { language } = contact;
    const known = made.get(language) ?? messageOf(id, topic, kind, content, language, wording);
    made.set(language, known);
    return known;
  };
}

/** The message alone, as it is shown beforehand too. */
export function messageOf(
  id: Broadcast['id'],
  topic: Broadcast['topic'],
  kind: Broadcast['kind'],
  { title: usual, titles = {}, words, photo, buttons, link }: Content,
  language: string,
  wording: Wording,
): Outgoing {
  const say = wording.in(language);
  const title = titles[language] ?? usual;
  const text = words[language] ?? Object.values(words)[0] ?? '';
  const button: Readonly<Record<Content['buttons'][number], () => Choice | undefined>> = {
    heard: () => ({ id: `go/heard-broadcast/${id}`, label: say('common:broadcast.heard') }),
    report: () => ({ id: 'fresh/report-hazard', label: say('common:buttons.report-hazard') }),
    link: () => (link === undefined ? undefined : { id: '', label: say('common:broadcast.link'), url: link }),
  };
  const chosen = buttons.flatMap((kind) => button[kind]() ?? []);
  const mute: readonly Choice[] =
    kind === 'urgent' ? [] : [{ id: `go/choose-topics/${topic}`, label: say('common:broadcast.mute') }];
  return {
    text: `${title}\n\n${text}`,
    marks: [{ type: 'bold', offset: 0, length: title.length }],
    choices: [...chosen, ...mute].map((one) => [one]),
    ...(photo ? { photo: photo.file } : {}),
  };
}

/** How long somebody's quiet hours still last, ms; 0 outside them. */
function quietFor({ quiet = NIGHT }: Contact, now: number): number {
  const hour = hourOf(now);
  const { from, until } = quiet;
  const inside = from > until ? hour >= from || hour < until : hour >= from && hour < until;
  if (!inside) return 0;
  const hours = (until - hour + 24) % 24;
  return hours * HOUR_MS - (now % HOUR_MS);
}
