import { DAY_MS, dayOf, momentOf } from '../../calendar.ts';
import type { Shift } from '../../inspections/roster/shift.ts';
import { keepShift } from '../../inspections/roster/shift-store.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';

/** Days of the demo's roster, and weeks of past test calls. */
const [DAYS, WEEKS] = [3, 6] as const;

/** Returns free day and night shifts of the coming days at one desk, and its past test calls, one of them missed. */
export function* demoRoster(store: Store, place: string, now: number): Generator<Write> {
  const first = momentOf(`${dayOf(now + DAY_MS)}T08:00`);
  for (let n = 0; n < DAYS * 2; n += 1) {
    const from = first + (n * DAY_MS) / 2;
    const shift: Shift = {
      id: `shift_demo${String(n).padStart(4, '0')}`,
      place,
      region: place,
      from,
      until: from + DAY_MS / 2,
    };
    yield* keepShift(store, { ...shift, told: ['gap'] }).writes;
  }
  const monday = (new Date(`${dayOf(now)}T00:00:00Z`).getUTCDay() + 6) % 7;
  for (let back = 1; back <= WEEKS; back += 1) {
    const week = dayOf(now - (monday + 7 * back) * DAY_MS);
    yield ['HSET', store.keys.rosterResults(place), week, back === 3 ? 'no' : 'yes'];
  }
}
