import { HERE } from '../../regions/narrow-region.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Broadcast, BroadcastButton, BroadcastKind } from '../broadcast.ts';
import { newBroadcastId } from '../broadcast.ts';

type Proposal = {
  readonly title: string;
  /** Text by language. */
  readonly words: Readonly<Record<string, string>>;
  readonly region: string;
  readonly kind: BroadcastKind;
  readonly buttons: readonly BroadcastButton[];
  readonly staleAfterMs: number;
};

/** Creates a draft without an author. Any organiser may edit and submit it; nothing is sent before that. */
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
