import type { CaseCity } from '../cases/report-flow.ts';
import type { Said, Value } from '../delivery/effects.ts';
import type { Store } from '../store/store.ts';
import { candidatesFor } from './candidates.ts';
import type { Mediation } from './mediation.ts';
import { loadMediation } from './mediation-store.ts';
import type { Telling } from './telling.ts';
import type { VolunteerId } from './volunteer.ts';
import { loadVolunteer } from './volunteer-store.ts';

/** So many mediators are asked at once; one of them is enough. */
const ASKED_MAX = 10;

/** What the two of a mediation, and those who might take it, are told. */
export async function mediationNews(
  store: Store,
  what: string,
  id: string,
  city: CaseCity,
  now: number,
): Promise<Telling | undefined> {
  const kept = await loadMediation(store, id);
  if (!kept) return undefined;
  const { record } = kept;
  const values = mediationValues(record, city);
  const toAsker = (said: Said) => ({ volunteers: [[record.asker, said] as const] });
  switch (what) {
    case 'mediation_asked':
    case 'mediation_back':
      return offered(store, record, what === 'mediation_back', city, now);
    case 'mediation_taken':
      return toAsker({ key: 'flows/my-mediations:news.taken', values, buttons: [button(record, 'look')] });
    case 'mediation_time':
      return toAsker({
        key: 'flows/my-mediations:news.time',
        values,
        buttons: [button(record, 'time_agreed'), button(record, 'time_declined')],
      });
    case 'mediation_agreed':
    case 'mediation_declined': {
      const mediator = record.mediator && (await loadVolunteer(store, record.mediator));
      const answer = what === 'mediation_agreed' ? 'agreed' : 'declined';
      const said: Said = { key: `flows/my-mediations:news.${answer}`, values, buttons: [button(record, 'look')] };
      return mediator ? { volunteers: [[mediator.record.urn, said]] } : undefined;
    }
    case 'mediation_closed':
      return { ...(await closed(store, record, city)), writes: [['DEL', store.keys.mediation(id)]] };
    default:
      return undefined;
  }
}

/** The mediators nearby hear of it, without a word of what it is about but its kind. */
async function offered(store: Store, record: Mediation, back: boolean, city: CaseCity, now: number): Promise<Telling> {
  const values = mediationValues(record, city);
  const found = await candidatesFor(store, { region: record.region }, city.regions, now);
  const mediators = found
    .filter(({ volunteer }) => volunteer.skills.includes('mediation') && volunteer.urn !== record.asker)
    .toSorted((a, b) => a.burden - b.burden)
    .slice(0, ASKED_MAX);
  const said: Said = { key: 'flows/my-mediations:news.offered', values, buttons: [button(record, 'taken')] };
  const asked = mediators.map(({ volunteer }) => [volunteer.urn, said] as const);
  const key = mediators.length > 0 ? 'back' : 'nobody';
  const told =
    back || mediators.length === 0
      ? [[record.asker, { key: `flows/my-mediations:news.${key}`, values } as Said] as const]
      : [];
  const staff = { region: record.region, said: { key: 'flows/my-mediations:news.wanted', values } as const };
  return { volunteers: [...asked, ...told], ...(mediators.length > 0 ? {} : { organisers: staff }) };
}

/** Both hear that it is over; whoever closed it has been answered already. */
async function closed(store: Store, record: Mediation, city: CaseCity): Promise<Telling> {
  const values = mediationValues(record, city);
  if (record.ending !== 'withdrawn')
    return { volunteers: [[record.asker, { key: 'flows/my-mediations:news.closed', values }]] };
  const mediator = record.mediator && (await loadVolunteer(store, record.mediator as VolunteerId));
  return mediator ? { volunteers: [[mediator.record.urn, { key: 'flows/my-mediations:news.withdrawn', values }]] } : {};
}

type Deed = 'look' | 'taken' | 'time_agreed' | 'time_declined';

function button({ id }: Mediation, deed: Deed) {
  const argument = deed === 'look' ? id : `${id}.${deed}`;
  return { label: `flows/my-mediations:buttons.${deed}`, flow: 'my-mediations', argument } as const;
}

export function mediationValues(record: Mediation, { regions }: CaseCity): Readonly<Record<string, Value>> {
  const { kind, region, state, time, ending } = record;
  return {
    kind: { key: `flows/ask-mediator:kind.options.${kind}` },
    where: { names: regions.nameOf(region) ?? { 'zh-CN': region } },
    state: { key: `flows/my-mediations:state.${state}` },
    time: time === undefined ? { key: 'flows/my-mediations:no_time' } : { at: time },
    ending: ending === undefined ? { key: 'common:skipped' } : { key: `flows/my-mediations:ending.${ending}` },
  };
}
