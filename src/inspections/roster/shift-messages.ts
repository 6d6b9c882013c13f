import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Names } from '../../engine/step.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { StaffGrant } from '../../people/staff-list.ts';
import { loadHolders, WHO_LENGTH } from '../../people/staff-list.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Shift, ShiftStep } from './shift.ts';
import { MAY_HOLD_SHIFTS } from './shift.ts';

type Named = Pick<City, 'regions' | 'premises'>;

/** The names of a desk or of premises; of a deleted one, its id. */
export function placeNames(place: string, { regions, premises }: Named): Names {
  return premises.get(place)?.names ?? regions.nameOf(place) ?? { 'zh-CN': place };
}

/** Values of every message about a shift. Colleagues see four letters of a pseudonym, as on all lists of staff. */
export function shiftValues(shift: Shift, me: string, city: Named): Readonly<Record<string, Value>> {
  const { taken, note } = shift;
  return {
    place: { names: placeNames(shift.place, city) },
    time: { from: shift.from, until: shift.until },
    who:
      taken === undefined
        ? { key: 'flows/roster:who.free' }
        : taken === me
          ? { key: 'flows/roster:who.me' }
          : { key: 'flows/roster:who.other', values: { code: taken.slice(0, WHO_LENGTH) } },
    note: note ? { key: 'flows/roster:note_line', values: { note } } : { key: 'flows/roster:no_note' },
  };
}

/** A button that opens a shift, or does one deed on it. */
export function shiftButton(
  { id }: Pick<Shift, 'id'>,
  deed: 'look' | 'taken' | 'swapped' | 'note_written' | 'call_answered',
) {
  return {
    label: `flows/roster:buttons.${deed}`,
    flow: 'roster',
    argument: deed === 'look' ? id : `${id}.${deed}`,
  } as const;
}

/** The organisers who may hold shifts in a region. */
export function loadColleagues(
  store: Store,
  region: string,
  { regions }: Pick<City, 'regions'>,
): Promise<readonly StaffGrant[]> {
  const scopes = [...regions.chain(region), EVERYWHERE];
  return loadHolders(
    store,
    MAY_HOLD_SHIFTS.flatMap((role) => scopes.map((scope) => ({ role, scope }))),
  );
}

/** Open cases of the desk, and those that are overdue. */
export async function countOpen({ redis, keys }: Store, region: string, now: number) {
  const list = keys.casesWork(`desk:${region}`);
  const [open, late] = await orStoreAway(Promise.all([redis.zcard(list), redis.zcount(list, '-inf', String(now))]));
  return { open, late };
}

type Turn = {
  readonly step: ShiftStep;
  readonly shift: Shift;
  /** The shift before it at the same place. */
  readonly before: Shift | undefined;
  readonly open: number;
  readonly late: number;
};

/** The message of a timed step: a gap to those who plan, start and end to the holder. */
export function stepMessage({ step, shift, before, open, late }: Turn, city: Named): LocalizedMessage {
  const values = shiftValues(shift, shift.taken ?? '', city);
  const handed: Value = before?.note
    ? { key: 'flows/roster:handed', values: { note: before.note } }
    : { key: 'flows/roster:nothing_handed' };
  const button = step === 'gap' ? 'taken' : step === 'end' ? 'note_written' : 'look';
  return {
    key: `flows/roster:news.${step}`,
    values: { ...values, handed, open, late },
    buttons: [shiftButton(shift, button)],
  };
}
