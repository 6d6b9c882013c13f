import english from '../../../locales/en/flows/my-bulletin.json' with { type: 'json' };
import chinese from '../../../locales/zh-CN/flows/my-bulletin.json' with { type: 'json' };
import type { Broadcast } from '../../broadcasts/broadcast.ts';
import { proposedBroadcast } from '../../broadcasts/compose/proposed-broadcast.ts';
import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { IndicatorCode } from '../score/indicator.ts';

/** Time that organisers have to look at a proposed announcement. */
const STALE_MS = 7 * DAY_MS;

/** The draft of an announcement for a weak point. Nothing is sent before an organiser edits and submits it. */
export function draftAnnouncement(region: string, code: IndicatorCode, { regions }: City, now: number): Broadcast {
  const names = regions.nameOf(region) ?? {};
  const fill = (text: string, language: 'zh-CN' | 'en', indicator: string) =>
    text.replaceAll('{{region}}', names[language] ?? names['zh-CN'] ?? '').replaceAll('{{indicator}}', indicator);
  const words = {
    'zh-CN': fill(chinese.draft.words, 'zh-CN', chinese.indicator[code]),
    en: fill(english.draft.words, 'en', english.indicator[code]),
  };
  const proposal = {
    title: fill(chinese.draft.headline, 'zh-CN', chinese.indicator[code]),
    words,
    region,
    kind: 'announcement',
    buttons: ['heard', 'reply'],
    staleAfterMs: STALE_MS,
  } as const;
  // The lead of the ground edits and submits it, not only the city.
  return { ...proposedBroadcast(proposal, regions, now), region };
}
