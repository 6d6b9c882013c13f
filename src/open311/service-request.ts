import type { CaseEvent } from '../cases/case-event.ts';
import { cureDue } from '../cases/deadlines.ts';
import type { CaseState, HazardCase } from '../cases/hazard-case.ts';
import { isOpen } from '../cases/hazard-case.ts';
import { photoName } from '../cases/photos/photo-name.ts';
import { isUnconfirmed, publicPlaceOf } from '../cases/public-case.ts';
import type { City } from '../city/city.ts';
import type { Say } from '../i18n.ts';
import { nameIn } from './service.ts';
import type { ResponseNode } from './xml.ts';

type RequestContext = {
  readonly city: City;
  readonly language: string;
  readonly say: Say;
  /** URL of GeoReport v2 for links to photos; without it the request has no links. */
  readonly base?: string;
};

/**
 * Returns the public view of a case (GeoReport v2, “GET Service Request”). Before a dispatcher has looked at the case,
 * the view omits description and point. After that, the point is blurred to about a kilometre.
 * Times are UTC in whole seconds; coordinates are WGS-84.
 */
export function requestOf(record: HazardCase, { city, language, say, base }: RequestContext): ResponseNode {
  const { number, category, state, filedAt, changedAt, closedAt, unit, looked } = record;
  const names = city.categories.get(category)?.names;
  const due = cureDue(record);
  const doing = unit === undefined ? undefined : city.units.get(unit)?.names;
  return {
    service_request_id: number,
    status: isOpen(record) ? 'open' : 'closed',
    status_notes: isUnconfirmed(record) ? say('common:closed_unconfirmed') : say(`common:case_state.${state}`),
    service_name: names ? nameIn(names, language) : category,
    service_code: category,
    ...(looked ? publicDetailsOf(record) : {}),
    ...(doing ? { agency_responsible: nameIn(doing, language) } : {}),
    requested_datetime: timeOf(filedAt),
    updated_datetime: timeOf(closedAt ?? changedAt),
    ...(due !== undefined && isOpen(record) ? { expected_datetime: timeOf(due) } : {}),
    address: addressOf(record, city, language),
    ...(looked && base ? mediaOf(record, base) : {}),
  };
}

/** Link to the first photo on this server: the channel's own URL contains the bot token. It opens only with an API key. */
function mediaOf({ id, photos: [first] }: HazardCase, base: string) {
  return first ? { media_url: `${base}/photos/${photoName(id, first.same)}.jpg` } : {};
}

function publicDetailsOf(record: HazardCase) {
  const { description } = record;
  const point = publicPlaceOf(record)?.point;
  return {
    ...('text' in description ? { description: description.text } : {}),
    ...(point ? { lat: point.latitude, long: point.longitude } : {}),
  };
}

/** Address down to the community, largest region first. Before a dispatcher has looked, it names only the city. */
function addressOf(record: HazardCase, { regions }: City, language: string): string {
  const place = publicPlaceOf(record);
  const chain = regions.chain(place?.region ?? record.place.region ?? record.desk ?? '').toReversed();
  const shown = place ? chain : chain.slice(0, 1);
  const names = shown.map((id) => nameIn(regions.nameOf(id) ?? {}, language)).filter((name) => name !== '');
  return names.join(language === 'en' ? ', ' : '') || '-';
}

/** Returns an event as an update (FixMyStreet's de-facto extension, servicerequestupdates). `after`: the case after it. */
export function updateOf(
  after: HazardCase,
  event: CaseEvent,
  n: number,
  { say }: Pick<RequestContext, 'say'>,
): ResponseNode {
  const { number, state } = after;
  return {
    update_id: `${number}-${n}`,
    service_request_id: number,
    updated_datetime: timeOf(event.at),
    status: isUnconfirmed(after) ? 'CLOSED' : EXTENDED[state],
    description: say(`common:case_event.${event.type}`),
  };
}

/** Case states in FixMyStreet's exchange vocabulary. */
const EXTENDED: Readonly<Record<CaseState, string>> = {
  submitted: 'OPEN',
  verifying: 'INVESTIGATING',
  filed: 'INVESTIGATING',
  dispatched: 'ACTION_SCHEDULED',
  in_progress: 'IN_PROGRESS',
  checking: 'IN_PROGRESS',
  confirming: 'IN_PROGRESS',
  shelved: 'ACTION_SCHEDULED',
  closed: 'FIXED',
  closed_unsolved: 'NO_FURTHER_ACTION',
  rejected: 'NOT_COUNCILS_RESPONSIBILITY',
  merged: 'DUPLICATE',
  withdrawn: 'CANCELLED',
};

/** Formats a time as 2026-11-26T08:00:00Z, the form that all known validators accept. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
