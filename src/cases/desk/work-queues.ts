import { RETURNS_UNTIL_DECIDED } from '../case-event.ts';
import { clocksOf } from '../deadlines.ts';
import type { HazardCase } from '../hazard-case.ts';
import { isOpen } from '../hazard-case.ts';

/** Name of a work list: the desk, lead or office of a region, its grid workers, or a unit. */
export type WorkList = `desk:${string}` | `grid:${string}` | `unit:${string}` | `lead:${string}` | `office:${string}`;

/** Region id for places in no region: the desk of the whole city. */
export const CITY_DESK = 'nowhere';

/** Computes the work lists of a case, with their due time (ms since the epoch). An open case is in at least one. */
export function workListsOf(record: HazardCase): readonly { readonly list: WorkList; readonly due: number }[] {
  const due = clocksOf(record)[0]?.due ?? record.since;
  return [...new Set(listsByState(record))].map((list) => ({ list, due }));
}

function listsByState(record: HazardCase): readonly WorkList[] {
  if (!isOpen(record)) return [];
  const { state, found, unit, returns = 0, community, extensionAsked, extended, supervision = 0 } = record;
  const street = record.desk ?? CITY_DESK;
  const watched: readonly WorkList[] = [
    ...(supervision >= 1 ? [`lead:${street}` as const] : []),
    ...(supervision === 3 ? [`office:${street}` as const] : []),
  ];
  // An appeal is for the lead to decide.
  const desk: WorkList = record.appealed ? `lead:${street}` : `desk:${street}`;
  switch (state) {
    case 'submitted':
      return [desk, ...watched];
    case 'verifying':
      return [found === undefined ? gridList(community, street) : desk, ...watched];
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
      return [gridList(community, street), ...(record.highRisk ? [`lead:${street}` as const] : []), ...watched];
    case 'confirming':
      return [...(record.highRisk ? [`lead:${street}` as const] : []), ...watched];
    case 'shelved':
      return [`lead:${street}`, ...watched];
    default:
      return [];
  }
}

/** Without a known community all grid workers of the street get the case. */
function gridList(community: string | undefined, street: string): WorkList {
  return `grid:${community ?? street}`;
}
