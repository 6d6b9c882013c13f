import { HOUR_MS } from '../../calendar.ts';
import type { Value } from '../../delivery/outcome.ts';
import type { Mark } from '../../engine/input.ts';
import type { FixedKey } from '../../i18n.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { AnnouncementContent, Audience, Broadcast, Covered, Sender } from '../broadcast.ts';
import { coveredBy, localizedContent } from '../broadcast.ts';
import { scheduleText } from './schedule-text.ts';

type Here = { readonly regions: RegionTree; readonly now: number; readonly words: AnnouncementContent['words'] };
/** Shows each field of a record in card values. Without an entry for a field, the compiler refuses the record. */
type Shown<T> = {
  readonly [Field in keyof T]-?: (value: Exclude<T[Field], undefined>, here: Here) => Readonly<Record<string, Value>>;
};

const key = (name: string, values: Readonly<Record<string, Value>> = {}): Value => ({
  key: `flows/my-broadcasts:${name}` as FixedKey,
  values,
});
const option = (step: string, id: string): Value => ({ key: `flows/announce:${step}.options.${id}` as FixedKey });
const line = (value: Value): Readonly<Record<string, Value>> => ({ more: value });

const CONTENT: Shown<AnnouncementContent> = {
  title: (title) => ({ title }),
  titles: (titles) => line(key('more.titles', { what: { joined: Object.values(titles) } })),
  words: (words) => line({ list: Object.values(words).slice(1) }),
  marks: (marks, { words }) =>
    line({
      list: Object.entries(marks).flatMap(([language, list]) =>
        list.map((mark) => markText(mark, words[language] ?? '')),
      ),
    }),
  photo: ({ file }) => line(key('more.photo', { file: file.slice(-6) })),
  buttons: (buttons) =>
    line(
      buttons.length === 0
        ? { list: [] }
        : key('more.buttons', { what: { joined: buttons.map((id) => option('buttons', id)) } }),
    ),
  opens: (opens) => line(key('more.buttons', { what: { joined: opens.map(({ label }) => ({ key: label })) } })),
  link: (url) => line(key('more.link', { url })),
  sender: (sender, { regions }) => line(senderText(sender, regions)),
};

type People = Extract<Audience, { readonly type: 'people' }>;
const PEOPLE: Shown<Omit<People, 'type'>> = {
  region: (region, { regions }) => ({ who: { names: regions.nameOf(region) ?? { 'zh-CN': region } } }),
  also: (ids, { regions }) =>
    line(
      key('more.also', { regions: { joined: ids.map((id) => ({ names: regions.nameOf(id) ?? { 'zh-CN': id } })) } }),
    ),
  who: (who) => line(key('more.who', { who: option('who', who) })),
  silentDays: (days) => line(key('more.silent', { days })),
  notWithinDays: (days) => line(key('more.lately', { days })),
  language: (language) => line(key('more.language', { language })),
};

const COVERED: Shown<Covered> = {
  kind: (kind) => ({ kind: key(`kind.${kind}`) }),
  topic: (topic) => line(topic === 'urgent' ? { list: [] } : key('more.topic', { topic: option('topic', topic) })),
  content: (content, here) => merged(CONTENT, content, here),
  audience: (audience, here) =>
    audience.type === 'people'
      ? merged(PEOPLE, audience, here)
      : {
          who: key('those_of_before'),
          more: key('more.outcomes', {
            run: audience.run.slice(-6),
            what: { joined: audience.outcomes.map((one) => key(`more.outcome.${one}`)) },
          }),
        },
  schedule: (schedule, { now }) => ({ when: scheduleText(schedule, now) }),
  staleAfterMs: (ms) => line(key('more.stale', { hours: Math.round((10 * ms) / HOUR_MS) / 10 })),
  count: (count) => ({ count }),
  recalls: () => line(key('more.recalls')),
};

/** Card values of everything that an approval covers. Lines without a place of their own stand in `more`. */
export function coveredValues(record: Broadcast, here: Omit<Here, 'words'>): Readonly<Record<string, Value>> {
  const { content } = record;
  const covered = merged(COVERED, coveredBy(record), { ...here, words: content.words });
  const { title } = content;
  return {
    text: localizedContent(content).text,
    ...covered,
    title: record.kind === 'urgent' ? { key: 'common:broadcast.urgent', values: { title } } : title,
  };
}

/** Names the region and the role that speak in an urgent announcement. */
export function senderText({ region, role }: Sender, regions: RegionTree): Value {
  return {
    key: 'common:broadcast.sender',
    values: { region: { names: regions.nameOf(region) ?? { 'zh-CN': region } }, role: { key: `common:roles.${role}` } },
  };
}

function merged<T extends object>(shown: Shown<T>, record: T, here: Here): Readonly<Record<string, Value>> {
  const all = Object.keys(shown).flatMap((name) => {
    const field = name as keyof T; // a key of `shown` is a field of the record
    const value = record[field];
    return value === undefined ? [] : [shown[field](value as Exclude<T[keyof T], undefined>, here)];
  });
  const more = all.flatMap((one) => (one.more === undefined ? [] : linesOf(one.more)));
  return Object.assign({}, ...all, { more: { list: more } });
}

function linesOf(value: Value): readonly Value[] {
  return typeof value === 'object' && 'list' in value ? value.list : [value];
}

/** A link with its address, or an emphasis with its style. */
function markText(mark: Mark, text: string): Value {
  const part = text.slice(mark.offset, mark.offset + mark.length);
  if (mark.type === 'link') return key('more.marked_link', { part, url: mark.url });
  return key('more.marked', { part, style: key(`more.style.${mark.type}`) });
}
