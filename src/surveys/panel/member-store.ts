import type { Urn } from '../../channels/channel.ts';
import { readFields } from '../../store/records/read-fields.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import { keepRecord, loadRecords } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Member } from './member.ts';

export async function loadMember(store: Store, urn: Urn): Promise<Kept<Member> | undefined> {
  return (await loadRecords<Member>(store, [store.keys.surveyMember(urn)]))[0];
}

export function keepMember({ keys }: Store, urn: Urn, record: Member, before?: Kept<Member>): Change {
  const { checks, writes } = keepRecord(keys.surveyMember(urn), record, before);
  return { checks, writes: [...writes, ['ZADD', keys.surveyMembers, record.since, urn]] };
}

/** A member of the panel with the address that the record itself does not hold. */
export type PanelMember = { readonly who: Urn; readonly kept: Kept<Member> };

const BATCH = 1000;

/** Loads the whole panel. */
export async function loadMembers(store: Store): Promise<readonly PanelMember[]> {
  const urns = (await orStoreAway(store.redis.zrange(store.keys.surveyMembers, 0, '-1'))) as Urn[]; // written above
  const found: PanelMember[] = [];
  for (let i = 0; i < urns.length; i += BATCH) {
    const batch = urns.slice(i, i + BATCH);
    const fields = await readFields(store, batch.map(store.keys.surveyMember), ['version', 'record']);
    for (const [k, [version = '', record = '']] of fields.entries()) {
      const who = batch[k];
      if (record === '' || !who) continue;
      found.push({ who, kept: { version: Number(version), record: JSON.parse(record) as Member } }); // written by keepMember
    }
  }
  return found;
}
