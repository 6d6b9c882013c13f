import type { AnnouncementContent } from '../broadcast.ts';

/** A content error that blocks submission; `what` is the offending part. */
export type AnnouncementFault = {
  readonly type: 'too_long' | 'language_missing' | 'placeholder' | 'link' | 'phone';
  readonly what: string;
};

const TEXT_MAX = 4096;
const CAPTION_MAX = 1024;
/** Room for the urgent sign and the line of the sender. */
const SENDER_MAX = 64;
/** Phone numbers that announcements may contain: emergency and public service lines. */
const PUBLIC_NUMBERS: ReadonlySet<string> = new Set([
  '110',
  '119',
  '120',
  '122',
  '12345',
  '12350',
  '12393',
  '12315',
  '96110',
  '95598',
  '12328',
  '12369',
]);
/** Link hosts of public bodies, each with its subdomains. */
const PUBLIC_HOSTS: readonly string[] = ['gov.cn', 't.me'];

/** Unfilled template gaps. Digits in \u3014 \u3015, such as \u3014 2026 \u3015, are the number of an official document. */
const PLACEHOLDER = /\u3014[^\u3015\d][^\u3015]{0,30}\u3015|\{\{[^{}]{0,30}\}\}/gu;
const LINK = /(?:https?:\/\/)?(?:[\w-]+\.)+[a-z]{2,}(?:\/[\w\-./?=&%#~+]*)?/giu;
const PHONE =
  /(?<![\d.])(?:\+?86[-\s]?)?(?:1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}|0\d{2,3}[-\s]?\d{7,8}|400[-\s]?\d{3}[-\s]?\d{4}|\d{5,12})(?![\d.])/gu;

/** Finds all faults of an announcement. `languages` must each have a text. */
export function findFaults(content: AnnouncementContent, languages: readonly string[]): readonly AnnouncementFault[] {
  const missing = languages
    .filter((language) => !content.words[language])
    .map((what): AnnouncementFault => ({ type: 'language_missing', what }));
  const texts = Object.values(content.words);
  return [
    ...missing,
    ...texts.flatMap((text) => findFaultsIn(content, text)),
    ...Object.values(content.marks ?? {})
      .flat()
      .flatMap((mark) =>
        mark.type === 'link' && !isPublic(mark.url) ? [{ type: 'link', what: mark.url } as const] : [],
      ),
    ...(content.link && !isPublic(content.link) ? [{ type: 'link', what: content.link } as const] : []),
  ];
}

function findFaultsIn(
  { title, titles = {}, photo, sender }: AnnouncementContent,
  text: string,
): readonly AnnouncementFault[] {
  const whole = [title, ...Object.values(titles), '', text].join('\n');
  const max = (photo ? CAPTION_MAX : TEXT_MAX) - (sender ? SENDER_MAX : 0);
  const found = (pattern: RegExp) => [...whole.matchAll(pattern)].map(([what]) => what.trim());
  const links = found(LINK);
  const withoutLinks = links.reduce((left, link) => left.replaceAll(link, ' '), whole);
  const phones = [...withoutLinks.matchAll(PHONE)].map(([what]) => what.trim());
  return [
    ...(whole.length > max ? [{ type: 'too_long', what: String(max) } as const] : []),
    ...found(PLACEHOLDER).map((what) => ({ type: 'placeholder', what }) as const),
    ...links.filter((link) => !isPublic(link)).map((what) => ({ type: 'link', what }) as const),
    ...phones.filter((phone) => isPrivatePhone(phone)).map((what) => ({ type: 'phone', what }) as const),
  ];
}

function isPublic(link: string): boolean {
  try {
    const { hostname, protocol } = new URL(/^https?:/i.test(link) ? link : `https://${link}`);
    return protocol === 'https:' && PUBLIC_HOSTS.some((host) => hostname === host || hostname.endsWith(`.${host}`));
  } catch {
    return false;
  }
}

/** True for a phone number off the public list; years and amounts are too short to count. */
function isPrivatePhone(digits: string): boolean {
  const bare = digits.replace(/\D/g, '');
  if (PUBLIC_NUMBERS.has(bare)) return false;
  return bare.length >= 7 || /^(?:9[56]\d{3}|12[13]\d{2})$/.test(bare);
}
