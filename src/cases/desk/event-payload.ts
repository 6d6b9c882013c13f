import type { Media } from '../../engine/input.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { EventPayload, EventType, Reason } from '../case-event.ts';
import { RETURNS_UNTIL_DECIDED } from '../case-event.ts';
import { lacksForFiling } from '../guards.ts';
import type { HazardCase } from '../hazard-case.ts';
import { LISTING_FIELDS } from '../hazard-case.ts';
import type { NearbyCase } from '../report/nearby.ts';
import type { RoutingData } from '../routing.ts';
import { limitsOf, responsibleRegions, routeFor } from '../routing.ts';

/** Time of day at which a chosen date ends: the close of offices. */
const OFFICES_CLOSE = 'T17:00:00+08:00';

/** Answers to the questions about an action. */
export type ActionAnswers = {
  readonly found?: string | null;
  readonly risk?: string | null;
  readonly level?: string | null;
  readonly reason?: Reason | null;
  readonly unit?: string | null;
  readonly category?: string | null;
  readonly place?: HazardCase['place'] | null;
  readonly until?: string | null;
  readonly three?: readonly string[] | null;
  readonly target?: string | null;
  readonly photos?: readonly Media[] | null;
  readonly words?: Words | null;
} & Readonly<Partial<Record<(typeof LISTING_FIELDS)[number], Words | null>>>;

/** Builds the event payload from the answers; photos and words are added by the caller. */
export function eventPayload(
  type: EventType,
  answers: ActionAnswers,
  record: HazardCase,
  city: RoutingData,
  target: NearbyCase | undefined,
): EventPayload {
  const reason = answers.reason ? { reason: answers.reason } : {};
  const until = answers.until ? { until: Date.parse(`${answers.until}${OFFICES_CLOSE}`) } : {};
  switch (type) {
    case 'looked':
      return { found: answers.found === 'yes' };
    case 'accepted':
      return { clock: limitsOf(record, city), ...(answers.risk === 'high' ? { highRisk: true } : {}) };
    case 'overturned':
      return record.state === 'rejected' && !lacksForFiling(record) ? { clock: limitsOf(record, city) } : {};
    case 'dispatched': {
      const route = routeFor(record, city);
      if (!answers.unit) return {};
      if (answers.unit === route.unit) return route;
      const rule = (record.returns ?? 0) >= RETURNS_UNTIL_DECIDED ? ('lead_decided' as const) : ('chosen' as const);
      const helpers = [route.unit, ...route.helpers].filter((unit) => unit !== answers.unit).slice(0, 1);
      return { unit: answers.unit, helpers, route: { ...route.route, rule } };
    }
    case 'returned':
      return { ...reason, ...(answers.unit ? { unit: answers.unit } : {}) };
    case 'merged':
      return target ? { target: target.record.id } : {};
    case 'reclassified':
      return answers.category ? { category: answers.category } : {};
    case 'located':
      return answers.place ? { place: answers.place, ...responsibleRegions(answers.place.region, city.regions) } : {};
    case 'extended':
      return record.extensionAsked ? { until: record.extensionAsked } : {};
    case 'three_filled':
      return { three: answers.three ?? [] };
    case 'handed_over':
      return { count: 1 };
    case 'supervised':
      return { level: answers.level === 'supervised' ? 2 : 1 };
    case 'listed':
      return {
        five: Object.fromEntries(LISTING_FIELDS.map((one) => [one, textOf(answers[one])])) as NonNullable<
          EventPayload['five']
        >,
      };
    default:
      return { ...reason, ...until };
  }
}

function textOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}
