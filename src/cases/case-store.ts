import { randomBytes } from 'node:crypto';
import type { Urn } from '../channels/channel.ts';
import type { Check, Write } from '../store/commit.ts';
import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { CaseId, CaseState, HazardCase } from './hazard-case.ts';

/** A case with the version that a change to it must find unchanged. */
export type KeptCase = { readonly version: number; readonly record: HazardCase };
export type CaseChange = { readonly checks: readonly Check[]; readonly writes: readonly Write[] };

/** More than anybody files in the 180 days for which a case is kept. */
const OWN_CASES_MAX = 200;

export function newCaseId(): CaseId {
  return `case_${randomBytes(8).toString('base64url')}`;
}

/** The newest cases that a person filed. */
export async function loadOwnCases(store: Store, person: Urn): Promise<readonly KeptCase[]> {
  const ids = await asking(store.redis.zrevrange(store.keys.personCases(person), 0, OWN_CASES_MAX - 1));
  const kept = await asking(Promise.all(ids.map((id) => store.redis.hmget(store.keys.case(id), 'version', 'record'))));
  return kept.flatMap(([version, record]) =>
    version && record ? [{ version: Number(version), record: JSON.parse(record) as HazardCase }] : [],
  );
}

/** The writes that add a new case with all its indexes. The number must still be free. */
export function addCase({ keys }: Store, made: HazardCase, reporter: Urn): CaseChange {
  const { id, number, state, filedAt } = made;
  return {
    checks: [{ absent: keys.caseNumber(number) }],
    writes: [
      ['SET', keys.caseNumber(number), id],
      ['HSET', keys.case(id), 'version', '1', 'record', JSON.stringify(made)],
      ['XADD', keys.caseEvents(id), '*', 'type', 'submitted', 'at', String(filedAt)],
      ['ZADD', keys.casesIn(state), filedAt, id],
      ['ZADD', keys.caseFollowers(id), filedAt, reporter],
      ['ZADD', keys.personCases(reporter), filedAt, id],
    ],
  };
}

/** The writes that bring a case into another state. Nobody else may have changed it since it was loaded. */
export function moveCase({ keys }: Store, kept: KeptCase, state: CaseState, now: number): CaseChange {
  const { id } = kept.record;
  const record = JSON.stringify({ ...kept.record, state } satisfies HazardCase);
  return {
    checks: [{ key: keys.case(id), field: 'version', is: String(kept.version) }],
    writes: [
      ['HSET', keys.case(id), 'version', String(kept.version + 1), 'record', record],
      ['XADD', keys.caseEvents(id), '*', 'type', state, 'at', String(now)],
      ['ZREM', keys.casesIn(kept.record.state), id],
      ['ZADD', keys.casesIn(state), now, id],
    ],
  };
}
