import type { Change } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Formula } from './formula.ts';
import { FIRST_FORMULA } from './formula.ts';
import type { Month } from './month.ts';

const PROPOSED = 'proposed';

/** Loads all agreed versions, the oldest first, and the one that waits for a second organiser. */
export async function loadFormulas({ redis, keys }: Store): Promise<{
  readonly agreed: readonly Formula[];
  readonly proposed?: Formula;
}> {
  const found = await orStoreAway(redis.hgetall(keys.scoreFormulas));
  const read = (text: string) => JSON.parse(text) as Formula; // written below
  const agreed = Object.entries(found)
    .filter(([version]) => version !== PROPOSED)
    .map(([, text]) => read(text))
    .sort((a, b) => a.version - b.version);
  const waiting = found[PROPOSED];
  return { agreed: [FIRST_FORMULA, ...agreed], ...(waiting ? { proposed: read(waiting) } : {}) };
}

/** The version that counts in a month: the newest whose first month has come. */
export function formulaOf(agreed: readonly Formula[], month: Month): Formula {
  return agreed.findLast(({ from }) => from <= month) ?? FIRST_FORMULA;
}

/** Proposes a version; it replaces one without a second agreement. */
export function proposeFormula({ keys }: Store, formula: Formula): Change {
  return { checks: [], writes: [['HSET', keys.scoreFormulas, PROPOSED, JSON.stringify(formula)]] };
}

/** Makes exactly this proposal the next version. It fails if the proposal was changed meanwhile. */
export function agreeToFormula({ keys }: Store, proposed: Formula, agreedBy: string): Change {
  const formula: Formula = { ...proposed, agreedBy };
  const key = keys.scoreFormulas;
  return {
    checks: [
      { key, field: PROPOSED, is: JSON.stringify(proposed) },
      { key, field: String(formula.version), is: '' },
    ],
    writes: [
      ['HSET', key, String(formula.version), JSON.stringify(formula)],
      ['HDEL', key, PROPOSED],
    ],
  };
}

/** Drops a proposal. */
export function dropProposal({ keys }: Store, proposed: Formula): Change {
  const key = keys.scoreFormulas;
  return {
    checks: [{ key, field: PROPOSED, is: JSON.stringify(proposed) }],
    writes: [['HDEL', key, PROPOSED]],
  };
}
