import { DAY_MS, HOUR_MS, momentOf } from '../../calendar.ts';
import type { Mark } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import { narrowest } from '../../regions/narrow-region.ts';
import type { AnnouncementContent, Audience, Broadcast, BroadcastButton, BroadcastKind, Topic } from '../broadcast.ts';
import type { Misfire, Schedule } from '../schedule.ts';
import type { AnnouncementAnswers } from './announcement-answers.ts';
import { ANNOUNCEMENT_TEMPLATES } from './announcement-templates.ts';

/** Holidays that an announcement can precede, by option id. */
export const HOLIDAYS: Readonly<Record<string, string>> = {
  spring: '\u6625\u8282',
  labour: '\u52b3\u52a8\u8282',
  national: '\u56fd\u5e86\u8282',
};
/** Exclusions by option id: long inactive people, recent recipients, readers of the other language. */
export const EXCLUSIONS: Readonly<Record<string, Partial<Audience>>> = {
  silent: { silentDays: 90 },
  lately: { notWithinDays: 7 },
  not_chinese: { language: 'zh-CN' },
  not_english: { language: 'en' },
};
const ZONE = 'Asia/Shanghai';
/** Longest time a run sends, ms. */
const STALE_MS: Readonly<Record<BroadcastKind, number>> = { announcement: 12 * HOUR_MS, urgent: 2 * HOUR_MS };

/** The parts of a broadcast that its author composes. */
export type ComposedAnnouncement = Pick<
  Broadcast,
  'kind' | 'topic' | 'content' | 'audience' | 'schedule' | 'staleAfterMs' | 'written'
>;

/** Composes an announcement; undefined if the title or text is a voice message. */
export function announcementFromAnswers(
  written: AnnouncementAnswers,
  region: string,
  now: number,
): ComposedAnnouncement | undefined {
  if (textOf(written.headline) === '' || textOf(written.words) === '') return undefined;
  const kind = (written.kind ?? 'announcement') as BroadcastKind; // as the step offers it
  const topic = ANNOUNCEMENT_TEMPLATES[written.template ?? ''] ?? ((written.topic ?? 'notices') as Topic);
  return {
    kind,
    topic: kind === 'urgent' ? 'urgent' : topic,
    content: contentOf(written),
    audience: {
      type: 'people',
      region: narrowest(written.district, written.street, written.community) ?? region,
      who: (written.who ?? 'everybody') as 'everybody' | 'volunteers' | 'organisers', // as the step offers it
      ...Object.assign({}, ...exclusionsOf(written.spare ?? [])),
    },
    schedule: scheduleOf(written, now),
    staleAfterMs: STALE_MS[kind],
    written,
  };
}

/** Both language options cancel out: together they would exclude everyone. */
function exclusionsOf(chosen: readonly string[]): readonly (Partial<Audience> | undefined)[] {
  const both = chosen.includes('not_chinese') && chosen.includes('not_english');
  return chosen.filter((option) => !both || !option.startsWith('not_')).map((option) => EXCLUSIONS[option]);
}

function contentOf({ headline, words, english, photo, link, buttons }: AnnouncementAnswers): AnnouncementContent {
  const en = splitTitle(english);
  const marks = { 'zh-CN': marksOf(words), ...(en.text ? { en: en.marks } : {}) };
  return {
    title: textOf(headline),
    ...(en.title ? { titles: { en: en.title } } : {}),
    words: { 'zh-CN': textOf(words), ...(en.text ? { en: en.text } : {}) },
    ...(Object.values(marks).some(({ length }) => length > 0) ? { marks } : {}),
    buttons: (buttons ?? []) as readonly BroadcastButton[],
    ...(photo?.[0] ? { photo: photo[0] } : {}),
    ...(link ? { link: textOf(link) } : {}),
  };
}

/** Takes the first line as the title if more lines follow. */
function splitTitle(english: Words | null | undefined) {
  const whole = textOf(english);
  const [first = '', ...rest] = whole.split('\n');
  const text = rest.join('\n').trim();
  if (text === '') return { title: undefined, text: first, marks: marksOf(english) };
  const textStart = whole.length - text.length;
  const marks = marksOf(english).flatMap((mark) =>
    mark.offset < textStart ? [] : [{ ...mark, offset: mark.offset - textStart }],
  );
  return { title: first, text, marks };
}

function textOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}

function marksOf(words: Words | null | undefined): readonly Mark[] {
  return (words && 'text' in words ? words.marks : undefined) ?? [];
}

function scheduleOf(
  { when, at, weekday, holiday, cron, time, until, misfire }: AnnouncementAnswers,
  now: number,
): Schedule {
  const hour = time ?? '10';
  const repeats = {
    zone: ZONE,
    misfire: (misfire ?? 'latest') as Misfire,
    ...(until ? { until: momentOf(`${until}T00:00`) + DAY_MS } : {}),
  };
  switch (when) {
    case 'once':
      return { type: 'once', at: at ? momentOf(at) : now };
    case 'weekly':
      return { type: 'cron', cron: `0 ${Number(hour)} * * ${weekday ?? '1'}`, ...repeats };
    case 'monthly':
      return { type: 'first_working_day', time: `${hour}:00`, ...repeats };
    case 'holiday':
      return { type: 'holiday', holiday: HOLIDAYS[holiday ?? ''] ?? '', daysBefore: 3, time: `${hour}:00`, ...repeats };
    case 'cron':
      return { type: 'cron', cron: textOf(cron), ...repeats };
    default:
      return { type: 'once', at: 'now' };
  }
}
