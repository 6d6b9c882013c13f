import { dayOf } from '../../calendar.ts';
import type { Urn } from '../../channels/channel.ts';
import type { Write } from '../../store/commit.ts';
import { readFields } from '../../store/read-fields.ts';
import type { Store } from '../../store/store.ts';

/** The readers who are told that a case arrived, and the writes that record it. */
export type Arrival = { readonly to: readonly Urn[]; readonly writes: readonly Write[] };

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
    return mark === told ? [] : [{ urn, mark }];
  });
  return {
    to: due.map(({ urn }) => urn),
    writes: due.map(({ urn, mark }) => ['HSET', store.keys.person(urn), 'arrival_told', mark]),
  };
}
