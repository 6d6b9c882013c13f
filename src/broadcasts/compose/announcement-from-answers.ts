import { DAY_MS, HOUR_MS, momentOf } from '../../calendar.ts';
import type { Mark } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import { narrowest } from '../../regions/narrow-region.ts';
import type { AnnouncementContent, Audience, Broadcast, ButtonKind, Kind, Topic } from '../broadcast.ts';
import type { Misfire, Schedule } from '../schedule.ts';
import type { AnnouncementAnswers } from './announcement-answers.ts';

/** Announcements that every year brings, worded beforehand, and what each is about. */
export const TEMPLATES: Readonly<Record<string, Topic>> = {
  anti_fraud: 'fraud',
  fire_safety: 'fire',
  flood_season: 'flood',
  safety_month: 'notices',
  safe_city: 'notices',
  festival: 'notices',
};
/** Holidays before which something is usually said. */
export const HOLIDAYS: Readonly<Record<string, string>> = {
  spring: '\u6625\u8282',
  labour: '\u52b3\u52a8\u8282',
  national: '\u56fd\u5e86\u8282',
};
/** Whom to spare: those who have not written for long, those who got something lately, those who read another language. */
export const SPARES: Readonly<Record<string, Partial<Audience>>> = {
  silent: { silentDays: 90 },
  lately: { notWithinDays: 7 },
  not_chinese: { language: 'zh-CN' },
  not_english: { language: 'en' },
};
export const ZONE = 'Asia/Shanghai';
/** An announcement that is so late is not sent any more. */
const STALE_MS: Readonly<Record<Kind, number>> = { announcement: 12 * HOUR_MS, urgent: 2 * HOUR_MS };

/** What an approval is for, as somebody wrote it, who speaks for this region. */
export type Composed = Pick<
  Broadcast,
  'kind' | 'topic' | 'content' | 'audience' | 'schedule' | 'staleAfterMs' | 'written'
>;

/** Undefined where something was spoken: only what is written can go out to everybody. */
export function announcementFromAnswers(
  written: AnnouncementAnswers,
  region: string,
  now: number,
): Composed | undefined {
  if (textOf(written.headline) === '' || textOf(written.words) === '') return undefined;
  const kind = (written.kind ?? 'announcement') as Kind; // as the step offers it
  const template = TEMPLATES[written.template ?? ''];
  return {
    kind,
    topic: kind === 'urgent' ? 'urgent' : (template ?? ((written.topic ?? 'notices') as Topic)),
    content: contentOf(written),
    audience: {
      type: 'people',
      region: narrowest(written.district, written.street, written.community) ?? region,
      who: (written.who ?? 'everybody') as 'everybody' | 'volunteers' | 'organisers', // as the step offers it
      ...Object.assign({}, ...sparesOf(written.spare ?? [])),
    },
    schedule: scheduleOf(written, now),
    staleAfterMs: STALE_MS[kind],
    written,
  };
}

/** Whoever spares both kinds of readers spares nobody for their language. */
function sparesOf(chosen: readonly string[]): readonly (Partial<Audience> | undefined)[] {
  const both = chosen.includes('not_chinese') && chosen.includes('not_english');
  return chosen.filter((spare) => !both || !spare.startsWith('not_')).map((spare) => SPARES[spare]);
}

function contentOf({ headline, words, english, photo, link, buttons }: AnnouncementAnswers): AnnouncementContent {
  const en = titled(english);
  const marks = { 'zh-CN': marksOf(words), ...(en.text ? { en: en.marks } : {}) };
  return {
    title: textOf(headline),
    ...(en.title ? { titles: { en: en.title } } : {}),
    words: { 'zh-CN': textOf(words), ...(en.text ? { en: en.text } : {}) },
    ...(Object.values(marks).some(({ length }) => length > 0) ? { marks } : {}),
    buttons: (buttons ?? []) as readonly ButtonKind[],
    ...(photo?.[0] ? { photo: photo[0] } : {}),
    ...(link ? { link: textOf(link) } : {}),
  };
}

/** The first line is the title, if more lines follow. */
function titled(english: Words | null | undefined) {
  const whole = textOf(english);
  const [first = '', ...rest] = whole.split('\n');
  const text = rest.join('\n').trim();
  if (text === '') return { title: undefined, text: first, marks: marksOf(english) };
  const from = whole.length - text.length;
  const marks = marksOf(english).flatMap((mark) =>
    mark.offset < from ? [] : [{ ...mark, offset: mark.offset - from }],
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
