import { Hono } from 'hono';
import { DAY_MS } from '../../calendar.ts';
import type { Shift } from '../../inspections/roster/shift.ts';
import { MAY_HOLD_SHIFTS } from '../../inspections/roster/shift.ts';
import { placeNames } from '../../inspections/roster/shift-messages.ts';
import { loadShifts } from '../../inspections/roster/shift-store.ts';
import { loadResults } from '../../inspections/roster/test-call.ts';
import { inLanguage } from '../../notify/reader.ts';
import type { Services } from '../../notify/services.ts';
import { anyGrantCovers } from '../../people/role.ts';
import { WHO_LENGTH } from '../../people/staff-list.ts';
import { readerFor } from '../reader.ts';
import type { ConsoleEnv } from '../sign-in/session.ts';

/** One shift of the page. `who`: four letters of a pseudonym, as on all lists of staff. Times in ms since the epoch. */
export type ShiftRow = {
  readonly id: string;
  readonly place: string;
  readonly from: number;
  readonly until: number;
  readonly state: 'free' | 'mine' | 'taken' | 'swap';
  readonly who: string;
  readonly note: string;
};
/** The weekly test calls of a place, newest first. They tell of the place, never of a person. */
export type CallRow = {
  readonly place: string;
  readonly weeks: readonly { readonly week: string; readonly answered: boolean }[];
};
export type RosterPage = { readonly shifts: readonly ShiftRow[]; readonly calls: readonly CallRow[] };

/** Days of the page, before and after now. */
const [BACK_DAYS, AHEAD_DAYS] = [7, 31] as const;
const CALLS_SHOWN = 12;

/** 值班: `GET /`, in the order of their beginning. The talk `roster` shows, plans and moves shifts. */
export function rosterRoutes(services: Services): Hono<ConsoleEnv> {
  const app = new Hono<ConsoleEnv>();
  app.get('/', async (c) => {
    const organiser = c.get('organiser');
    const { store, city, now } = services;
    const me = store.pseudonym(organiser.urn);
    const { language } = readerFor(organiser, services);
    const grants = organiser.grants.filter(({ role }) => MAY_HOLD_SHIFTS.includes(role));
    const all = await loadShifts(store, now() - BACK_DAYS * DAY_MS, now() + AHEAD_DAYS * DAY_MS);
    const own = all
      .map(({ record }) => record)
      .filter(({ region, taken }) => taken === me || anyGrantCovers(grants, region, city.regions));
    const nameOf = (place: string) => inLanguage(placeNames(place, city), language);
    const places = [...new Set(own.map(({ place }) => place))];
    const calls = await Promise.all(
      places.map(async (place): Promise<CallRow> => {
        return { place: nameOf(place), weeks: (await loadResults(store, place)).slice(0, CALLS_SHOWN) };
      }),
    );
    const rowOf = (shift: Shift): ShiftRow => ({
      id: shift.id,
      place: nameOf(shift.place),
      from: shift.from,
      until: shift.until,
      state: shift.swapAsked ? 'swap' : shift.taken === undefined ? 'free' : shift.taken === me ? 'mine' : 'taken',
      who: shift.taken?.slice(0, WHO_LENGTH) ?? '',
      note: shift.note ?? '',
    });
    const page: RosterPage = { shifts: own.map(rowOf), calls: calls.filter(({ weeks }) => weeks.length > 0) };
    return c.json(page);
  });
  return app;
}
