import { dayOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import { readFields } from '../../store/records/read-fields.ts';
import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';

/** The readers who are told that a case arrived, and the change that records it. */
type Arrival = Change & { readonly to: readonly Urn[] };

/**
 * Leaves out readers who were told of an arrival today and have not written since: a burst of reports is one notice.
 * The digest and the work list name the others. A person's version grows with each message that they send.
 */
export async function toldOfArrival(store: Store, readers: readonly Urn[], now: number): Promise<Arrival> {
  const keys = readers.map((urn) => store.keys.person(urn));
  const found = await readFields(store, keys, ['version', 'arrival_told']);
  const due = readers.flatMap((urn, i) => {
    const [version = '', told = ''] = found[i] ?? [];
    const mark = `${version} ${dayOf(now)}`;
    return mark === told ? [] : [{ urn, told, mark }];
  });
  return {
    to: due.map(({ urn }) => urn),
    // Two arrivals at once must not both be told.
    checks: due.map(({ urn, told }) => ({ key: store.keys.person(urn), field: 'arrival_told', is: told })),
    writes: due.map(({ urn, mark }) => ['HSET', store.keys.person(urn), 'arrival_told', mark]),
  };
}
