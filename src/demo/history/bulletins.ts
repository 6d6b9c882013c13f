import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { bulletinDue } from '../../review/bulletin/bulletin-job.ts';
import { keepAnswer, keepBulletin } from '../../review/bulletin/bulletin-store.ts';
import { makeBulletin } from '../../review/bulletin/make-bulletin.ts';
import { addMonths, monthOf } from '../../review/score/month.ts';
import { loadSnapshot } from '../../review/snapshot-store.ts';
import { bulkWrite } from '../../store/bulk-write.ts';
import type { Store } from '../../store/store.ts';

/** Makes the bulletins of the demo's frozen months. All weak points but those of the newest month were adopted. */
export async function seedBulletins(store: Store, city: City, months: number, now: number): Promise<void> {
  for (let back = months; back > 0; back -= 1) {
    const month = addMonths(monthOf(now), -back);
    const snapshot = await loadSnapshot(store, month);
    if (!snapshot || bulletinDue(month) > now) continue;
    // It prints the frozen score, so it is no older.
    const at = Math.max(bulletinDue(month), snapshot.frozenAt);
    const bulletin = await makeBulletin({ store, city, month, now: at });
    if (!bulletin) continue;
    await bulkWrite(store, keepBulletin(store, bulletin).writes);
    if (back === 1) continue;
    const answers = bulletin.weak.map(({ id, proposal }) =>
      keepAnswer(store, month, id, { answer: 'adopted', made: { proposal }, by: 'demo-office', at: at + DAY_MS }),
    );
    await bulkWrite(
      store,
      answers.flatMap(({ writes }) => writes),
    );
  }
}
