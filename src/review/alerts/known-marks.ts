import type { Broadcast } from '../../broadcasts/broadcast.ts';
import { loadAllBroadcasts } from '../../broadcasts/broadcast-store.ts';
import type { Store } from '../../store/store.ts';
import { dayNumber } from './series/case-counts.ts';
import type { Mark } from './series/factors.ts';

/** Days that one weather warning explains, with the day of the warning. */
const RAIN_DAYS = 3;
/** Days after an announcement with a report button in which more reports are its success. */
const CAMPAIGN_DAYS = 14;

/** Reads the marks from the announcements that were sent: imported warnings and urgent flood news, and report buttons. */
export async function loadMarks(store: Store): Promise<readonly Mark[]> {
  return (await loadAllBroadcasts(store)).flatMap(({ record }) => marksOf(record));
}

/** The marks of one announcement, one for each run and region. A correction or recall makes none. */
export function marksOf({ runs, kind, topic, alert, audience, content }: Broadcast): readonly Mark[] {
  if (audience.type !== 'people') return [];
  const isWarning = alert !== undefined || (kind === 'urgent' && topic === 'flood');
  const isCampaign = content.buttons.includes('report') && audience.who !== 'organisers';
  const types = [...(isWarning ? (['rain'] as const) : []), ...(isCampaign ? (['campaign'] as const) : [])];
  const regions = [audience.region, ...(audience.also ?? [])];
  return runs
    .filter(({ fate }) => fate === 'fired')
    .flatMap(({ slot }) =>
      types.flatMap((type) =>
        regions.map((region) => {
          const from = dayNumber(slot);
          const days = type === 'rain' ? RAIN_DAYS : CAMPAIGN_DAYS;
          return { type, region, from, until: from + days - 1, title: content.title };
        }),
      ),
    );
}
