import type { EventPayload, EventType, Reason } from '../case-event.ts';
import { RETURNS_UNTIL_DECIDED } from '../case-event.ts';
import type { HazardCase } from '../hazard-case.ts';
import { FIVE } from '../hazard-case.ts';
import type { Near } from '../report/nearby.ts';
import type { Routing } from '../routing.ts';
import { groundOf, limitsOf, routeFor } from '../routing.ts';

/** How far the end of an office day lies behind its midnight. */
const CLOSING = 'T17:00:00+08:00';

/** What an organiser has answered about a deed. */
export type DeedAnswers = {
  readonly found?: string | null;
  readonly risk?: string | null;
  readonly level?: string | null;
  readonly reason?: Reason | null;
  readonly unit?: string | null;
  readonly category?: string | null;
  readonly place?: HazardCase['place'] | null;
  readonly until?: string | null;
  readonly three?: readonly string[] | null;
} & Readonly<Partial<Record<(typeof FIVE)[number], unknown>>>;

/** What the answers bring to the event. */
export function eventPayload(
  deed: EventType,
  given: DeedAnswers,
  record: HazardCase,
  city: Routing,
  target: Near | undefined,
): EventPayload {
  const reason = given.reason ? { reason: given.reason } : {};
  const until = given.until ? { until: Date.parse(`${given.until}${CLOSING}`) } : {};
  switch (deed) {
    case 'looked':
      return { found: given.found === 'yes' };
    case 'accepted':
      return { clock: limitsOf(record, city), ...(given.risk === 'high' ? { highRisk: true } : {}) };
    case 'dispatched': {
      const route = routeFor(record, city);
      if (!given.unit) return {};
      if (given.unit === route.unit) return route;
      const rule = (record.returns ?? 0) >= RETURNS_UNTIL_DECIDED ? ('lead_decided' as const) : ('chosen' as const);
      const helpers = [route.unit, ...route.helpers].filter((unit) => unit !== given.unit).slice(0, 1);
      return { unit: given.unit, helpers, route: { ...route.route, rule } };
    }
    case 'returned':
      return { ...reason, ...(given.unit ? { unit: given.unit } : {}) };
    case 'merged':
      return target ? { target: target.record.id } : {};
    case 'reclassified':
      return given.category ? { category: given.category } : {};
    case 'located':
      return given.place ? { place: given.place, ...groundOf(given.place.region, city.regions) } : {};
    case 'extended':
      return record.extensionAsked ? { until: record.extensionAsked } : {};
    case 'three_filled':
      return { three: given.three ?? [] };
    case 'supervised':
      return { level: given.level === 'supervised' ? 2 : 1 };
    case 'listed':
      return {
        five: Object.fromEntries(FIVE.map((one) => [one, textOf(given[one])])) as NonNullable<EventPayload['five']>,
      };
    default:
      return { ...reason, ...until };
  }
}

function textOf(words: unknown): string {
  return (words as { readonly text?: string } | undefined)?.text ?? '';
}
