import type { Kept } from '../../store/records/versioned-record.ts';
import type { Actor } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';

/** A case with the dispatcher who may dispatch it. */
export type Dispatchable = { readonly kept: Kept<HazardCase>; readonly actor: Actor };

/** The accepted cases among these that the actor may dispatch. */
export function dispatchable(
  found: readonly Kept<HazardCase>[],
  actorsFor: (record: HazardCase) => readonly Actor[],
): readonly Dispatchable[] {
  return found.flatMap((kept) => {
    if (kept.record.state !== 'filed') return [];
    const actor = actorsFor(kept.record).find(({ as }) => as === 'dispatcher');
    return actor ? [{ kept, actor }] : [];
  });
}
