import type { City } from '../city/city.ts';
import type { Value } from '../delivery/outcome.ts';
import type { Names } from '../engine/step.ts';

type Units = City['units'];

/** Names a unit, or says that none is chosen yet. */
export function unitName(units: Units, unit: string | undefined): Value {
  const names = unit === undefined ? undefined : units.get(unit)?.names;
  return names ? { names } : { key: 'common:nobody_yet' };
}

/** These units as options; unknown ones are left out. */
export function unitOptions(
  units: Units,
  ids: readonly string[],
): readonly { readonly id: string; readonly name: Names }[] {
  return ids.flatMap((id) => {
    const name = units.get(id)?.names;
    return name ? [{ id, name }] : [];
  });
}
