import { cutText } from '../../engine/cut-text.ts';
import type { Broadcast, BroadcastKind } from '../broadcast.ts';
import { SEVERITIES, URGENCIES } from './cap-rules.ts';

/** One info of an alert: its words in one language, its regions and its danger. */
export type CapInfo = {
  readonly language: 'zh-CN' | 'en';
  readonly regions: readonly string[];
  readonly urgency: string;
  readonly severity: string;
  readonly certainty: string;
  readonly isAllClear: boolean;
  readonly effective: number | undefined; // ms since the epoch
  readonly expires: number | undefined; // ms since the epoch
  readonly title: string;
  readonly text: string;
  readonly senderName: string;
  readonly web: string;
};

/** A draft for one set of regions and one urgency. */
export type CapDraft = Pick<Broadcast['content'], 'title' | 'words' | 'link'> & {
  readonly titles?: Readonly<Record<string, string>>;
  readonly regions: readonly string[];
  readonly kind: BroadcastKind;
  readonly urgency: string;
  /** The worst one of its infos. */
  readonly severity: string;
  /** Sending time, ms since the epoch; undefined for now. */
  readonly at: number | undefined;
  readonly expires: number | undefined; // ms since the epoch
};

/** The length of a headline that an organiser may write. */
const TITLE_MAX = 40;

/** Joins the infos of the same regions and urgency into one draft each, the worst severity first. */
export function draftsOf(infos: readonly CapInfo[], now: number): readonly CapDraft[] {
  const ranked = infos.toSorted(
    (a, b) =>
      rank(SEVERITIES, a.severity) - rank(SEVERITIES, b.severity) ||
      rank(URGENCIES, a.urgency) - rank(URGENCIES, b.urgency),
  );
  return [...Map.groupBy(ranked, ({ regions, urgency }) => [...regions, urgency].join(' ')).values()].map((group) =>
    draftOf(group, now),
  );
}

function rank(order: readonly string[], value: string): number {
  return order.indexOf(value);
}

function draftOf(group: readonly CapInfo[], now: number): CapDraft {
  const [worst] = group as [CapInfo]; // Map.groupBy makes no empty group
  const chinese = group.filter(({ language }) => language === 'zh-CN');
  const english = group.filter(({ language }) => language === 'en');
  const [first, second] = chinese.length > 0 ? [chinese, english] : [english, []];
  const titleOf = ([info]: readonly CapInfo[]) => cutText(info?.title ?? '', TITLE_MAX);
  const link = [...first, ...second].find(({ web }) => web !== '')?.web;
  const starts = group.map(({ effective = now }) => effective);
  const ends = group.flatMap(({ expires }) => (expires === undefined ? [] : [expires]));
  return {
    title: titleOf(first),
    ...(second.length > 0 ? { titles: { en: titleOf(second) } } : {}),
    words: {
      ...(chinese.length > 0 ? { 'zh-CN': wordsOf(chinese, link) } : {}),
      ...(english.length > 0 ? { en: wordsOf(english, link) } : {}),
    },
    ...(link === undefined ? {} : { link }),
    regions: worst.regions,
    kind: group.some(isUrgent) ? 'urgent' : 'announcement',
    urgency: worst.urgency,
    severity: worst.severity,
    at: Math.min(...starts) > now ? Math.min(...starts) : undefined,
    expires: ends.length > 0 ? Math.min(...ends) : undefined,
  };
}

/**
 * Urgent messages also reach people who stopped the others, so they need danger that is near, severe and likely, as
 * alerts to all phones do (47 CFR 10.400). An unknown value counts as dangerous: an organiser decides.
 */
function isUrgent({ isAllClear, urgency, severity, certainty }: CapInfo): boolean {
  const harmless = ['Future', 'Past', 'Moderate', 'Minor', 'Possible', 'Unlikely'];
  return !isAllClear && ![urgency, severity, certainty].some((value) => harmless.includes(value));
}

/** The texts of infos in one language, one below the other. The title of the first one stands above all. */
function wordsOf(infos: readonly CapInfo[], link: string | undefined): string {
  const parts = infos.flatMap(({ title, text, senderName, web }, i) => {
    const showsTitle = i > 0 || text === '' || cutText(title, TITLE_MAX) !== title;
    const signs = infos.findLastIndex((info) => info.senderName === senderName) === i;
    return [showsTitle && title !== text ? title : '', text, web === link ? '' : web, signs ? senderName : ''];
  });
  return parts.filter((part) => part !== '').join('\n\n');
}
