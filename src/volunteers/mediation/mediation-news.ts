import { DAY_MS, HOUR_MS, remainingMs } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import type { Notification } from '../notification.ts';
import { loadCandidates } from '../tasks/candidates.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteer, queueEvent } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { MEETING_PLACES } from './mediation.ts';
import { loadMediation } from './mediation-store.ts';

/** Most mediators asked at once; one of them is enough. */
const ASKED_MAX = 10;

/** The notification of a mediation event; undefined if the mediation is deleted or the event is unknown. */
export async function mediationNotification(
  store: Store,
  what: string,
  id: string,
  city: City,
  now: number,
): Promise<Notification | undefined> {
  const kept = await loadMediation(store, id);
  if (!kept) return undefined;
  const { record } = kept;
  const values = mediationValues(record, city);
  const toAsker = (said: LocalizedMessage) => ({ people: [{ to: record.asker, said }] });
  switch (what) {
    case 'mediation_asked':
    case 'mediation_back':
    case 'mediation_waits':
      return offerNotification(store, what, record, city, now);
    case 'mediation_taken':
      return toAsker({ key: 'flows/my-mediations:news.taken', values, buttons: [mediationButton(record, 'look')] });
    case 'mediation_time':
      return toAsker({
        key: 'flows/my-mediations:news.time',
        values,
        buttons: [mediationButton(record, 'time_agreed'), mediationButton(record, 'time_declined')],
      });
    case 'mediation_agreed':
    case 'mediation_declined': {
      const mediator = record.mediator && (await loadVolunteer(store, record.mediator));
      const answer = what === 'mediation_agreed' ? 'agreed' : 'declined';
      const said: LocalizedMessage = {
        key: `flows/my-mediations:news.${answer}`,
        values,
        buttons: [mediationButton(record, 'look')],
      };
      return mediator ? { people: [{ to: mediator.record.urn, said }] } : undefined;
    }
    case 'mediation_soon':
      return reminder(store, record, city, now);
    case 'mediation_closed':
      return { ...(await closedNotification(store, record, city)), writes: [['DEL', store.keys.mediation(id)]] };
    default:
      return undefined;
  }
}

/** Offers a request to mediators nearby who are not in quiet hours. It shows the kind and the region only. */
async function offerNotification(
  store: Store,
  what: string,
  record: Mediation,
  city: City,
  now: number,
): Promise<Notification | undefined> {
  // Taken meanwhile.
  if (record.state !== 'asked') return undefined;
  const values = mediationValues(record, city);
  const suits = ({ skills, urn }: Volunteer) => skills.includes('mediation') && urn !== record.asker;
  const all = await loadCandidates(store, { region: record.region }, city.regions, now, suits);
  const awake = all.filter(({ quiet }) => remainingMs(quiet, now) === 0).toSorted((a, b) => a.burden - b.burden);
  if (all.length > 0 && awake.length === 0)
    return { laterMs: Math.min(...all.map(({ quiet }) => remainingMs(quiet, now))) };
  const said: LocalizedMessage = {
    key: 'flows/my-mediations:news.offered',
    values,
    buttons: [mediationButton(record, 'taken')],
  };
  const asked = awake.slice(0, ASKED_MAX).map(({ volunteer }) => ({ to: volunteer.urn, said }));
  const noneFound = awake.length === 0;
  const toAsker: LocalizedMessage = { key: `flows/my-mediations:news.${noneFound ? 'nobody' : 'back'}`, values };
  const askerNotices = noneFound || what === 'mediation_back' ? [{ to: record.asker, said: toAsker }] : [];
  const staff = { region: record.region, said: { key: 'flows/my-mediations:news.wanted', values } as const };
  // The organisers take over a request that has no mediator after a day, or none nearby.
  const escalates = what === 'mediation_waits' || noneFound;
  const recheck = ['ZADD', store.keys.volunteeringNews, now + DAY_MS, `mediation_waits ${record.id}`] as const;
  return { people: [...asked, ...askerNotices], ...(escalates ? { organisers: staff } : { writes: [recheck] }) };
}

/** Asker and mediator are reminded this long before they meet, ms. */
const REMINDED_BEFORE_MS = 2 * HOUR_MS;

/** Queues the reminder of an agreed meeting; none if it is too near. */
export function remindOf({ id, time = 0 }: Mediation, store: Store, now: number): readonly Write[] {
  const at = time - REMINDED_BEFORE_MS;
  return at > now ? [queueEvent(store, `mediation_soon ${id}`, at)] : [];
}

/** Reminds both parties of time and place, unless the meeting was moved or cancelled since. */
async function reminder(store: Store, record: Mediation, city: City, now: number): Promise<Notification | undefined> {
  const { asker, mediator, state, time } = record;
  if (state !== 'agreed' || time === undefined || time < now) return undefined;
  const laterMs = time - REMINDED_BEFORE_MS - now;
  if (laterMs > 0) return { laterMs };
  const values = mediationValues(record, city);
  const said: LocalizedMessage = {
    key: 'flows/my-mediations:news.soon',
    values,
    buttons: [mediationButton(record, 'look')],
  };
  const found = mediator && (await loadVolunteer(store, mediator));
  return { people: [{ to: asker, said }, ...(found ? [{ to: found.record.urn, said }] : [])] };
}

/** Notifies the other party of the end; the one who closed it has had a reply. */
async function closedNotification(store: Store, record: Mediation, city: City): Promise<Notification> {
  const values = mediationValues(record, city);
  if (record.ending !== 'withdrawn')
    return { people: [{ to: record.asker, said: { key: 'flows/my-mediations:news.closed', values } }] };
  const mediator = record.mediator && (await loadVolunteer(store, record.mediator as VolunteerId));
  return mediator
    ? { people: [{ to: mediator.record.urn, said: { key: 'flows/my-mediations:news.withdrawn', values } }] }
    : {};
}

type MediationAction = 'look' | 'taken' | 'time_agreed' | 'time_declined';

/** A button under a message about a mediation. */
export function mediationButton(record: Mediation, action: MediationAction) {
  const { id } = record;
  // The argument carries the meeting, so that an old button cannot accept a newer proposal.
  const proposed = action === 'time_agreed' || action === 'time_declined' ? `.${meetingOf(record)}` : '';
  const argument = action === 'look' ? id : `${id}.${action}${proposed}`;
  return { label: `flows/my-mediations:buttons.${action}`, flow: 'my-mediations', argument } as const;
}

/** Time and place of a proposed meeting, short enough for a button. */
export function meetingOf({ time = 0, place = 'room' }: Mediation): string {
  return `${time.toString(36)}${MEETING_PLACES.indexOf(place)}`;
}

/** Values for any message about a mediation. */
export function mediationValues(record: Mediation, { regions }: City): Readonly<Record<string, Value>> {
  const { kind, region, state, time, place = 'room', ending } = record;
  return {
    kind: { key: `flows/ask-mediator:kind.options.${kind}` },
    where: { names: regions.nameOf(region) ?? { 'zh-CN': region } },
    state: { key: `flows/my-mediations:state.${state}` },
    time: time === undefined ? { key: 'flows/my-mediations:no_time' } : { at: time },
    place: { key: time === undefined ? 'flows/my-mediations:no_time' : `flows/my-mediations:place.options.${place}` },
    ending: ending === undefined ? { key: 'common:skipped' } : { key: `flows/my-mediations:ending.${ending}` },
  };
}
