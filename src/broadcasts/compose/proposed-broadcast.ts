import { HERE } from '../../regions/narrow-region.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Broadcast, ButtonKind, Kind } from '../broadcast.ts';
import { newBroadcastId } from '../broadcast.ts';

type Proposal = {
  readonly title: string;
  /** By language. */
  readonly words: Readonly<Record<string, string>>;
  readonly region: string;
  readonly kind: Kind;
  readonly buttons: readonly ButtonKind[];
  readonly staleAfterMs: number;
};

/** An announcement that the house proposes. Nobody's own, so that any organiser may change it and hand it in; nothing is sent before. */
export function proposedBroadcast(
  { title, words, region, kind, buttons, staleAfterMs }: Proposal,
  regions: RegionTree,
  now: number,
): Broadcast {
  return {
    id: newBroadcastId(),
    state: 'draft',
    kind,
    topic: kind === 'urgent' ? 'urgent' : 'notices',
    content: { title, words, buttons },
    audience: { type: 'people', region, who: 'everybody' },
    schedule: { type: 'once', at: 'now' },
    staleAfterMs,
    written: {
      template: 'own',
      topic: 'notices',
      headline: { text: title },
      words: { text: words['zh-CN'] ?? '' },
      english: words.en === undefined ? null : { text: words.en },
      photo: null,
      buttons,
      district: regions.above(region, 'district') ?? HERE,
      street: regions.above(region, 'street') ?? HERE,
      community: regions.above(region, 'community') ?? HERE,
      who: 'everybody',
      spare: [],
      kind,
      when: 'now',
    },
    by: '',
    region: regions.all('city')[0] ?? region,
    madeAt: now,
    runs: [],
  };
}
