import { RETURNS_UNTIL_DECIDED } from '../case-event.ts';
import { clocksOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';

/** Who looks at a list of work, and of what: a street's desk, a community's grid workers, a unit, a street's lead, the office. */
export type WorkList = `desk:${string}` | `grid:${string}` | `unit:${string}` | `lead:${string}` | `office:${string}`;

/** Where a place in no region goes: the desk of the whole city. */
export const NOWHERE = 'nowhere';

/** Whose turn it is with a case, and by when (ms). Open work stands in at least one list. */
export function workListsOf(record: HazardCase): readonly { readonly list: WorkList; readonly due: number }[] {
  const due = clocksOf(record)[0]?.due ?? record.since;
  return [...new Set(turnsOf(record))].map((list) => ({ list, due }));
}

function turnsOf(record: HazardCase): readonly WorkList[] {
  if (!isOpen(record)) return [];
  const { state, found, unit, returns = 0, community, extensionAsked, extended, supervision = 0 } = record;
  const street = record.desk ?? NOWHERE;
  const watched: readonly WorkList[] = [
    ...(supervision >= 1 ? [`lead:${street}` as const] : []),
    ...(supervision === 3 ? [`office:${street}` as const] : []),
  ];
  switch (state) {
    case 'submitted':
      return [`desk:${street}`, ...watched];
    case 'verifying':
      return [found === undefined ? whoLooks(community, street) : `desk:${street}`, ...watched];
    case 'filed':
      return [returns >= RETURNS_UNTIL_DECIDED ? `lead:${street}` : `desk:${street}`, ...watched];
    case 'dispatched':
      return [`unit:${unit ?? ''}`, ...watched];
    case 'in_progress': {
      const asked: readonly WorkList[] =
        extensionAsked === undefined ? [] : [(extended?.times ?? 0) === 0 ? `desk:${street}` : `lead:${street}`];
      return [`unit:${unit ?? ''}`, ...asked, ...watched];
    }
    case 'checking':
      return [whoLooks(community, street), ...(record.highRisk ? [`lead:${street}` as const] : []), ...watched];
    case 'confirming':
      return [...(record.highRisk ? [`lead:${street}` as const] : []), ...watched];
    case 'shelved':
      return [`lead:${street}`, ...watched];
    default:
      return [];
  }
}

/** Where no community is known the whole street's grid workers look. */
function whoLooks(community: string | undefined, street: string): WorkList {
  return `grid:${community ?? street}`;
}
