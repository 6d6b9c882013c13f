import type { CaseEvent } from '../cases/case-event.ts';
import type { CaseNumber } from '../cases/case-number.ts';
import { cureDue } from '../cases/deadlines.ts';
import type { CaseState, HazardCase } from '../cases/hazard-case.ts';
import { isOpen } from '../cases/hazard-case.ts';
import { photoName } from '../cases/photos/photo-name.ts';
import { blurred } from '../cases/retention-rules.ts';
import type { City } from '../city/city.ts';
import type { Say } from '../i18n.ts';
import { nameIn } from './service.ts';
import type { Node } from './xml.ts';

type RequestContext = {
  readonly city: City;
  readonly language: string;
  readonly say: Say;
  /** Where this server stands, for links to photos; left out where nobody may follow them. */
  readonly base?: string;
};

/**
 * A case as the public may see it (GeoReport v2, “GET Service Request”): nothing of what was said or where before a dispatcher
 * has looked at it, and after that the place no nearer than about a kilometre. Times in UTC, whole seconds; WGS-84.
 */
export function requestOf(record: HazardCase, { city, language, say, base }: RequestContext): Node {
  const { number, category, state, filedAt, changedAt, closedAt, unit, looked } = record;
  const names = city.categories.get(category)?.names;
  const due = cureDue(record);
  const doing = unit === undefined ? undefined : city.units.get(unit)?.names;
  return {
    service_request_id: number,
    status: isOpen(record) ? 'open' : 'closed',
    status_notes: say(`common:case_state.${state}`),
    service_name: names ? nameIn(names, language) : category,
    service_code: category,
    ...(looked ? openly(record) : {}),
    ...(doing ? { agency_responsible: nameIn(doing, language) } : {}),
    requested_datetime: timeOf(filedAt),
    updated_datetime: timeOf(closedAt ?? changedAt),
    ...(due !== undefined && isOpen(record) ? { expected_datetime: timeOf(due) } : {}),
    address: addressOf(record, city, language),
    ...(looked && base ? mediaOf(record, base) : {}),
  };
}

/** The first photo, through us: the channel's own address would give our token away. It opens only with a key. */
function mediaOf({ id, photos: [first] }: HazardCase, base: string) {
  return first ? { media_url: `${base}/photos/${photoName(id, first.same)}.jpg` } : {};
}

function openly({ place, description }: HazardCase) {
  const { point } = blurred(place);
  return {
    ...('text' in description ? { description: description.text } : {}),
    ...(point ? { lat: point.latitude, long: point.longitude } : {}),
  };
}

/** The community's name, in Chinese order from the largest on; before a look only the city's. */
function addressOf({ place, desk, looked }: HazardCase, { regions }: City, language: string): string {
  const chain = regions.chain(place.region ?? desk ?? '').toReversed();
  const shown = looked ? chain.filter((id) => id.length < 15) : chain.slice(0, 1);
  const names = shown.map((id) => nameIn(regions.nameOf(id) ?? {}, language)).filter((name) => name !== '');
  return names.join(language === 'en' ? ', ' : '') || '-';
}

/** An event as an update, with the state in which it left the case (the de-facto extension of FixMyStreet: servicerequestupdates). */
export function updateOf(
  number: CaseNumber,
  event: CaseEvent,
  state: CaseState,
  n: number,
  { say }: Pick<RequestContext, 'say'>,
): Node {
  return {
    update_id: `${number}-${n}`,
    service_request_id: number,
    updated_datetime: timeOf(event.at),
    status: EXTENDED[state] ?? 'OPEN',
    description: say(`common:case_event.${event.type}`),
  };
}

/** Our states in the words that FixMyStreet exchanges with others. */
const EXTENDED: Readonly<Record<string, string>> = {
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

/** 2026-11-26T08:00:00Z: what every known validator takes. */
export function timeOf(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}
