import { DAY_MS, dayOf, MINUTE_MS, momentOf } from '../calendar.ts';
import type { Value, Values } from '../delivery/outcome.ts';
import type { Point } from '../engine/input.ts';
import type { Place } from '../engine/place.ts';
import type { Names } from '../engine/step.ts';
import type { FixedKey, FlowKey, Say } from '../i18n.ts';
import type { Role } from '../people/role.ts';
import type { RegionTree } from '../regions/region-tree.ts';

/** Language, region names and link form of the person who reads a message. */
export type Reader = {
  readonly say: Say;
  readonly has: (key: string) => boolean;
  readonly language: string;
  readonly regions: RegionTree;
  readonly link: (payload: string) => string;
  /** Organiser roles of the reader; none for a resident. */
  readonly roles: readonly Role[];
};

/** Strips emoji and punctuation around a label, for use inside a sentence. */
export function bareLabel(label: string): string {
  return label.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}）)]+$/gu, '');
}

/** Words every value of a message in the reader's language. */
export function sayValues(values: Values, reader: Reader): Record<string, string | number> {
  const said: Record<string, string | number> = {};
  for (const name in values) said[name] = sayAny(values[name] as Value, reader); // a value of its own keys
  return said;
}

/** Words one value; strings and numbers pass through unchanged. */
export function sayAny(value: Value, reader: Reader): string | number {
  return typeof value === 'string' || typeof value === 'number' ? value : sayValue(value, reader);
}

function sayValue(value: Exclude<Value, string | number>, reader: Reader): string {
  const { say, has, language } = reader;
  if ('names' in value) return inLanguage(value.names, language);
  if ('key' in value) return say(value.key, value.values && sayValues(value.values, reader));
  if ('joined' in value) return value.joined.map((one) => sayAny(one, reader)).join(say('common:comma'));
  if ('list' in value) return value.list.map((one) => sayAny(one, reader)).join('\n');
  if ('hotline' in value) {
    const key = `common:hotline.${value.hotline}`;
    return has(key) ? say(key as FixedKey) : say('common:hotline.other');
  }
  if ('link' in value) return reader.link(value.link);
  if ('at' in value) return formatted(language, 'clock', value.at);
  if ('from' in value) return spanText(value, language);
  if ('day' in value) return formatted(language, 'plain_day', value.day);
  if ('due' in value) return dueText(value, reader);
  if ('date' in value) return dateText(value.date, language);
  if ('hour' in value) return hourText(value.hour, say);
  if ('words' in value) {
    return 'text' in value.words ? value.words.text : say('common:voice_message', { seconds: value.words.seconds });
  }
  return placeText(value.place, reader);
}

/** Words a full hour by its part of the day: 晚上 10 点. */
function hourText(hour: number, say: Say): string {
  const part = DAY_PARTS.findLast(({ from }) => hour >= from)?.name ?? 'night';
  return say(`common:hours.${part}`, { hour: hour > 12 ? hour - 12 : hour });
}

const DAY_PARTS = [
  { from: 0, name: 'night' },
  { from: 5, name: 'morning' },
  { from: 12, name: 'noon' },
  { from: 13, name: 'afternoon' },
  { from: 18, name: 'evening' },
] as const;

/** One line: region name if known, then the person's own words. */
function placeText({ point, region, text, voice }: Place, { say, language, regions, roles }: Reader): string {
  // A resident knows the community; grids are for staff.
  const known = region && roles.length === 0 ? (regions.above(region, 'community') ?? region) : region;
  const names = known ? regions.nameOf(known) : undefined;
  const where = names ? inLanguage(names, language) : point && say('common:place.point', pointValues(point));
  // The person's own words already name the region.
  if (where && text?.includes(where)) return text;
  if (where && text) return say('common:place.join', { region: where, text });
  const spoken = voice && say('common:place.voice');
  if (where && spoken) return say('common:place.join', { region: where, text: spoken });
  return where ?? text ?? spoken ?? say('common:place.none');
}

/** Rounds to five decimals, about one metre. */
function pointValues({ latitude, longitude }: Point) {
  return { latitude: latitude.toFixed(5), longitude: longitude.toFixed(5) };
}

/** Words a point as latitude and longitude, as maps search it. */
export function pointText(point: Point): string {
  const { latitude, longitude } = pointValues(point);
  return `${latitude}, ${longitude}`;
}

/** Picks the name in a language; falls back to Chinese, then to any. */
export function inLanguage(names: Names, language: string | undefined): string {
  return (language ? names[language] : undefined) ?? names['zh-CN'] ?? Object.values(names)[0] ?? '';
}

/** Builds the locale key of a flow's wording. */
export function flowKey(flow: string, rest: string): FlowKey {
  return `flows/${flow}:${rest}`;
}

/** Formats a time span; omits the day of the end if both ends share it. */
function spanText({ from, until }: { from: number; until: number }, language: string): string {
  const [begins, ends] = [formatted(language, 'clock', from), formatted(language, 'clock', until)];
  const [day = '', hour] = begins.split(/(?=\b\d{1,2}:\d{2})/);
  return `${begins}–${hour && ends.startsWith(day) ? ends.slice(day.length) : ends}`;
}

/** Words a day, or a day and a time, with its weekday: 2026年12月5日周六 15:00. */
export function dateText(date: string, language: string): string {
  const timed = date.includes('T');
  return formatted(language, timed ? 'day_and_time' : 'day', momentOf(timed ? date : `${date}T12:00`));
}

/** Words a day to come as people do: 今天, 明天, 12月5日周六. */
function dueText({ due, now }: { readonly due: number; readonly now: number }, { say, language }: Reader): string {
  const day = dayOf(due);
  if (day === dayOf(now)) return say('common:days.today');
  if (day === dayOf(now + DAY_MS)) return say('common:days.tomorrow');
  const isThisYear = day.slice(0, 4) === dayOf(now).slice(0, 4);
  return formatted(language, isThisYear ? 'day_of_year' : 'day', momentOf(`${day}T12:00`));
}

const DAY_OF_YEAR = { month: 'long', day: 'numeric', weekday: 'short' } as const;
const DAY = { year: 'numeric', ...DAY_OF_YEAR } as const;
const PLAIN_DAY = { year: 'numeric', month: 'long', day: 'numeric' } as const;
const FORMS = {
  clock: { dateStyle: 'medium', timeStyle: 'short' },
  plain_day: PLAIN_DAY,
  day: DAY,
  day_of_year: DAY_OF_YEAR,
  day_and_time: { ...DAY, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
} as const satisfies Readonly<Record<string, Intl.DateTimeFormatOptions>>;

/** Formats a time (ms) to the minute. Many messages of a turn, and of a surge, name the same minute. */
function formatted(language: string, form: keyof typeof FORMS, at: number): string {
  const key = `${form} ${language} ${Math.floor(at / MINUTE_MS)}`;
  const known = FORMATTED.get(key);
  if (known !== undefined) return known;
  if (FORMATTED.size >= FORMATTED_MAX) FORMATTED.clear();
  const text = formatterFor(language, form).format(at);
  FORMATTED.set(key, text);
  return text;
}

const FORMATTED = new Map<string, string>();
const FORMATTED_MAX = 1000;

/** A formatter takes longer to build than a turn may take, so each is built once. */
function formatterFor(language: string, form: keyof typeof FORMS): Intl.DateTimeFormat {
  const known = FORMATTERS.get(`${form} ${language}`);
  if (known) return known;
  const made = new Intl.DateTimeFormat(language, { ...FORMS[form], timeZone: 'Asia/Shanghai' });
  FORMATTERS.set(`${form} ${language}`, made);
  return made;
}

const FORMATTERS = new Map<string, Intl.DateTimeFormat>();
