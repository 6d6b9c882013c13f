import { DAY_MS, leftOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import type { Store } from '../../store/store.ts';
import type { Notification } from '../notification.ts';
import { candidatesFor } from '../tasks/candidates.ts';
import type { Volunteer, VolunteerId } from '../volunteer/volunteer.ts';
import { loadVolunteer } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { loadMediation } from './mediation-store.ts';

/** So many mediators are asked at once; one of them is enough. */
const ASKED_MAX = 10;

/** What the two of a mediation, and those who might take it, are told. */
export async function mediationNews(
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
      return offered(store, what, record, city, now);
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
    case 'mediation_closed':
      return { ...(await closed(store, record, city)), writes: [['DEL', store.keys.mediation(id)]] };
    default:
      return undefined;
  }
}

/** The mediators nearby hear of it, without a word of what it is about but its kind; nobody is woken for it. */
async function offered(
  store: Store,
  what: string,
  record: Mediation,
  city: City,
  now: number,
): Promise<Notification | undefined> {
  // Somebody was quicker.
  if (record.state !== 'asked') return undefined;
  const values = mediationValues(record, city);
  const suits = ({ skills, urn }: Volunteer) => skills.includes('mediation') && urn !== record.asker;
  const all = await candidatesFor(store, { region: record.region }, city.regions, now, suits);
  const awake = all.filter(({ quiet }) => leftOf(quiet, now) === 0).toSorted((a, b) => a.burden - b.burden);
  if (all.length > 0 && awake.length === 0) return { laterMs: Math.min(...all.map(({ quiet }) => leftOf(quiet, now))) };
  const said: LocalizedMessage = {
    key: 'flows/my-mediations:news.offered',
    values,
    buttons: [mediationButton(record, 'taken')],
  };
  const asked = awake.slice(0, ASKED_MAX).map(({ volunteer }) => ({ to: volunteer.urn, said }));
  const nobody = awake.length === 0;
  const toAsker: LocalizedMessage = { key: `flows/my-mediations:news.${nobody ? 'nobody' : 'back'}`, values };
  const told = nobody || what === 'mediation_back' ? [{ to: record.asker, said: toAsker }] : [];
  const staff = { region: record.region, said: { key: 'flows/my-mediations:news.wanted', values } as const };
  // Whom nobody has answered within a day is the community's to think of.
  const waits = what === 'mediation_waits' || nobody;
  const again = ['ZADD', store.keys.volunteeringNews, now + DAY_MS, `mediation_waits ${record.id}`] as const;
  return { people: [...asked, ...told], ...(waits ? { organisers: staff } : { writes: [again] }) };
}

/** Both hear that it is over; whoever closed it has been answered already. */
async function closed(store: Store, record: Mediation, city: City): Promise<Notification> {
  const values = mediationValues(record, city);
  if (record.ending !== 'withdrawn')
    return { people: [{ to: record.asker, said: { key: 'flows/my-mediations:news.closed', values } }] };
  const mediator = record.mediator && (await loadVolunteer(store, record.mediator as VolunteerId));
  return mediator
    ? { people: [{ to: mediator.record.urn, said: { key: 'flows/my-mediations:news.withdrawn', values } }] }
    : {};
}

type MediationDeed = 'look' | 'taken' | 'time_agreed' | 'time_declined';

/** A button under what is said of a mediation. */
export function mediationButton({ id, time }: Mediation, deed: MediationDeed) {
  // A button under an older time agrees to that one alone.
  const about = deed === 'time_agreed' || deed === 'time_declined' ? `.${time}` : '';
  const argument = deed === 'look' ? id : `${id}.${deed}${about}`;
  return { label: `flows/my-mediations:buttons.${deed}`, flow: 'my-mediations', argument } as const;
}

export function mediationValues(record: Mediation, { regions }: City): Readonly<Record<string, Value>> {
  const { kind, region, state, time, ending } = record;
  return {
    kind: { key: `flows/ask-mediator:kind.options.${kind}` },
    where: { names: regions.nameOf(region) ?? { 'zh-CN': region } },
    state: { key: `flows/my-mediations:state.${state}` },
    time: time === undefined ? { key: 'flows/my-mediations:no_time' } : { at: time },
    ending: ending === undefined ? { key: 'common:skipped' } : { key: `flows/my-mediations:ending.${ending}` },
  };
}
