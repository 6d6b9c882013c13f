import { clockAt } from '../../calendar.ts';
import { HERE } from '../../regions/narrow-region.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Broadcast, BroadcastButton, BroadcastKind } from '../broadcast.ts';
import { newBroadcastId } from '../broadcast.ts';

type Proposal = {
  readonly title: string;
  /** Titles by language, besides `title`. */
  readonly titles?: Readonly<Record<string, string>>;
  /** Text by language. */
  readonly words: Readonly<Record<string, string>>;
  readonly link?: string;
  readonly region: string;
  /** Further regions. */
  readonly also?: readonly string[];
  readonly kind: BroadcastKind;
  readonly buttons: readonly BroadcastButton[];
  readonly staleAfterMs: number;
  /** Sending time, ms since the epoch; at once if left out. */
  readonly at?: number | undefined;
};

/** Creates a draft without an author. Any organiser may edit and submit it; nothing is sent before that. */
export function proposedBroadcast(
  { title, titles, words, link, region, also = [], kind, buttons, staleAfterMs, at }: Proposal,
  regions: RegionTree,
  now: number,
): Broadcast {
  const { 'zh-CN': chinese, en: english } = words;
  const inEnglish = titles?.en === undefined ? english : `${titles.en}\n${english}`;
  return {
    id: newBroadcastId(),
    state: 'draft',
    kind,
    topic: kind === 'urgent' ? 'urgent' : 'notices',
    content: { title, ...(titles ? { titles } : {}), words, buttons, ...(link === undefined ? {} : { link }) },
    audience: { type: 'people', region, ...(also.length > 0 ? { also } : {}), who: 'everybody' },
    schedule: { type: 'once', at: at ?? 'now' },
    staleAfterMs,
    written: {
      template: 'own',
      topic: 'notices',
      headline: { text: title },
      // Without a Chinese text, its question is asked when the draft is edited.
      ...(chinese === undefined ? {} : { words: { text: chinese } }),
      english: inEnglish === undefined ? null : { text: inEnglish },
      photo: null,
      buttons,
      ...(link === undefined ? {} : { link: { text: link } }),
      district: regions.above(region, 'district') ?? HERE,
      street: regions.above(region, 'street') ?? HERE,
      community: regions.above(region, 'community') ?? HERE,
      who: 'everybody',
      spare: [],
      kind,
      ...(at === undefined ? { when: 'now' } : { when: 'once', at: clockAt(at).slice(0, 16) }),
    },
    by: '',
    region: regions.all('city')[0] ?? region,
    madeAt: now,
    runs: [],
  };
}
