import type { City } from '../../city/city.ts';
import { officeOf } from '../../city/unit.ts';
import type { Option } from '../../engine/step.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Topic } from '../topic/topic.ts';

/** Units offered as promisers. */
const OFFERED_MAX = 20;

/** The units that may promise: the offices of the topic's regions, the nearest first, then the city's own units. */
export function promiseUnits({
  chosen,
  regions,
  units,
}: Pick<City, 'regions' | 'units'> & { readonly chosen: Kept<Topic> | undefined }): readonly Option[] {
  const chain = regions.chain(chosen?.record.region ?? '');
  const offices = chain.map(officeOf);
  const near = [...units.values()].filter(({ of, region }) => of === undefined && (!region || chain.includes(region)));
  const first = offices.flatMap((id) => units.get(id) ?? []);
  return [...new Set([...first, ...near])].slice(0, OFFERED_MAX).map(({ id, names }) => ({ id, name: names }));
}
