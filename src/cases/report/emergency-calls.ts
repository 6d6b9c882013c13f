import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';

/** Lists emergency numbers: those of the category first, then the general ones. */
export function emergencyCalls(category: string | undefined, { categories, units }: City): Value {
  const { emergency = [], lead = '' } = categories.get(category ?? '') ?? {};
  const unit = emergency.includes('unit') ? units.get(lead) : undefined;
  const numbers = [...new Set([...emergency.filter((number) => number !== 'unit'), '110', '119', '120'])];
  const called: Value[] = numbers.map((number) => ({
    key: 'common:call',
    values: { number, what: { hotline: number } },
  }));
  if (!unit) return { list: called };
  // The unit's hotline if the city has it; otherwise a hint where to find it.
  const names = { names: unit.names };
  const own: Value = unit.hotline
    ? { key: 'common:call_unit', values: { number: unit.hotline, unit: names } }
    : { key: 'common:call_unit_unknown', values: { unit: names } };
  return { list: [...called.slice(0, 1), own, ...called.slice(1)] };
}
