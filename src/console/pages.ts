import { MAY_READ } from '../broadcasts/broadcast.ts';
import { MAY_READ_TOPICS } from '../deliberation/topic/topic-rights.ts';
import { MAY_DRAW, mayPlanDraws } from '../inspections/draw/draw.ts';
import { MAY_HOLD_SHIFTS } from '../inspections/roster/shift.ts';
import type { Grant, Role } from '../people/role.ts';
import { EVERYWHERE, ROLES } from '../people/role.ts';
import { MAY_APPOINT } from '../people/staff-list.ts';
import { MAY_READ_ALERTS } from '../review/alerts/alert-store.ts';
import { MAY_READ_HONOURS } from '../review/honours/honour-access.ts';
import { MAY_READ_SCORES } from '../review/score/score-view.ts';
import { MAY_RUN_SURVEYS } from '../surveys/wave/wave.ts';
import { ORGANISER_ROLES } from '../volunteers/volunteer/volunteer.ts';

/** Pages of the console, in the order of its menu; links of other pages and of the frame open the last two. */
export const PAGES = [
  'home',
  'cases',
  'tasks',
  'broadcasts',
  'surveys',
  'inspections',
  'topics',
  'bulletin',
  'letters',
  'honours',
  'alerts',
  'roster',
  'score',
  'units',
  'people',
  'settings',
  'posters',
  'account',
] as const;
export type Page = (typeof PAGES)[number];

/** Roles that see a page. A page shows each of them only what lies in their scope. */
export const ROLES_OF_PAGE: Readonly<Record<Page, readonly Role[]>> = {
  home: ROLES,
  cases: ROLES,
  tasks: ORGANISER_ROLES,
  broadcasts: MAY_READ,
  surveys: MAY_RUN_SURVEYS,
  inspections: [...MAY_DRAW, 'auditor'],
  topics: MAY_READ_TOPICS,
  bulletin: ['lead', 'office', 'auditor'],
  letters: ['dispatcher', 'unit_staff', 'lead', 'office', 'auditor'],
  honours: [...MAY_READ_HONOURS, 'unit_staff'],
  alerts: MAY_READ_ALERTS,
  roster: MAY_HOLD_SHIFTS,
  score: [...MAY_READ_SCORES, 'unit_staff'],
  units: ['unit_staff', 'lead', 'office', 'auditor'],
  people: ROLES.filter((role) => MAY_APPOINT[role] !== undefined),
  settings: ['office', 'auditor'],
  posters: ['dispatcher', 'lead', 'office'],
  account: ROLES,
};

/** Further grants that open a page. */
const ALSO: Readonly<Partial<Record<Page, (grant: Grant) => boolean>>> = { inspections: mayPlanDraws };

/** Pages that only a role of the whole city opens. */
const WHOLE_CITY: readonly Page[] = ['settings'];

/** True if one of the grants opens a page. */
export function mayOpenPage(page: Page, grants: readonly Grant[]): boolean {
  return grants.some((grant) => {
    if (ALSO[page]?.(grant)) return true;
    return ROLES_OF_PAGE[page].includes(grant.role) && (!WHOLE_CITY.includes(page) || grant.scope === EVERYWHERE);
  });
}
