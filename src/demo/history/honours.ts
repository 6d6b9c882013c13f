import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { cityOf } from '../../city/city.ts';
import { NEW_CITY } from '../../city/new-city.ts';
import type { Honour } from '../../review/honours/honour.ts';
import { attachEvidence } from '../../review/honours/honour-rules.ts';
import { keepHonour, queueHonour } from '../../review/honours/honour-store.ts';
import { readEvidence } from '../../review/honours/read-evidence.ts';
import { regionOfSubject } from '../../review/honours/subject.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { demoCityData } from '../city.ts';
import words from '../city-names.json' with { type: 'json' };
import { CONFIRMED_UNIT } from './life.ts';

/** Nominations of a new demo, a day old: the demo's own rows decide which one is in its public notice. */
export async function honourWrites(store: Store, now: number): Promise<readonly Write[]> {
  const city = cityOf({ ...NEW_CITY, ...demoCityData() }, []);
  const at = Math.floor(now / HOUR_MS) * HOUR_MS - DAY_MS;
  const street = city.regions.all('street')[0] ?? '';
  const nominated = [
    { id: 'honour_demo0001', subject: `unit.${CONFIRMED_UNIT}`, reason: words.honours.unit },
    { id: 'honour_demo0002', subject: `desk.${street}`, reason: words.honours.desk },
  ] as const;
  const all = nominated.map(async (one): Promise<readonly Write[]> => {
    const region = regionOfSubject(one.subject, city);
    const before: Honour = { ...one, state: 'nominated', region, by: 'demo-office', nominatedAt: at, objections: [] };
    const attached = attachEvidence(before, await readEvidence(store, before, city, at));
    if (attached.type === 'refused') return [];
    const { honour } = attached;
    const { noticeUntil } = honour;
    const isOpen = noticeUntil !== undefined;
    const writes = keepHonour(store, honour).writes.filter(([command]) => isOpen || command !== 'SET');
    return [...writes, ...(isOpen ? [queueHonour(store, 'notice_ends', honour.id, noticeUntil)] : [])];
  });
  return (await Promise.all(all)).flat();
}
