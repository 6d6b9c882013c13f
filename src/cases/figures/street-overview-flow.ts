import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Grant, Role } from '../../people/role.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { RegionTree } from '../../regions/region-tree.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { showCaseNumber } from '../case-number.ts';
import { loadCases } from '../case-store.ts';
import type { HazardCase } from '../hazard-case.ts';
import { OPEN_STATES } from '../hazard-case.ts';
import { overviewOf } from './overview.ts';

const ROLES: readonly Role[] = ['lead', 'office'];
/** Cases of one state that are counted, the longest in it first. */
const COUNTED_MAX = 5000;
const OLDEST_MAX = 3;

type Facts = City & { readonly streets: readonly string[]; readonly cases: readonly HazardCase[] };

/** Shows a lead the open cases of a street: counts by state, overdue ones, and the oldest. */
export const streetOverview = flow<Facts>({ id: 'street-overview', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'street',
    choice({
      options: ({ facts: { streets, regions } }) =>
        streets.map((id): Option & { readonly id: string } => ({ id, name: regions.nameOf(id) ?? {} })),
    }),
  )
  .end();

export const streetOverviewTalk = talk({
  flow: streetOverview,
  load: async ({ store, city, person, position }: LoadContext) => {
    const streets = streetsOf(person.contact?.grants ?? [], city.regions);
    const street = (position.answers.street as string | undefined) ?? (streets.length === 1 ? streets[0] : undefined);
    const cases = street !== undefined && streets.includes(street) ? await loadOpenCases(store, street) : [];
    return { streets, cases };
  },
  loadsBy: ['street'],
  menuOf: ROLES,
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: ({ streets }) => (streets.length === 0 ? { key: 'flows/street-overview:not_you' } : undefined),
  // One street needs no question.
  prefills: ({ streets }) => (streets.length === 1 ? { street: streets[0] } : {}),
  finish: ({ street }, { facts, now }) => noChange('street_seen', overviewMessage(facts, street ?? '', now)),
});

function overviewMessage({ cases, categories, regions }: Facts, street: string, now: number): LocalizedMessage {
  const { open, late, states, oldest } = overviewOf(cases, now, OLDEST_MAX);
  const name = regions.nameOf(street);
  const lines = states.map(
    (one, i): Value => ({
      key: 'flows/street-overview:line',
      values: { row: i + 1, state: { key: `common:case_state.${one.state}` }, open: one.open, late: one.late },
    }),
  );
  const longest = oldest.map(
    ({ number, category, filedAt, state }): Value => ({
      key: 'flows/street-overview:oldest_line',
      values: {
        number: showCaseNumber(number),
        category: { names: categories.nameOf(category) },
        filed: { date: dayOf(filedAt) },
        state: { key: `common:case_state.${state}` },
      },
    }),
  );
  const bars = states.map((one) => ({ percent: share(one.open, open), lo: 0, hi: share(one.open, open) }));
  const values = { street: name ? { names: name } : street, open, late };
  if (open === 0) return { key: 'flows/street-overview:none', values };
  return {
    key: 'flows/street-overview:card',
    values: { ...values, lines: { list: lines }, oldest: { list: longest } },
    bars,
    buttons: [
      ...oldest.slice(0, 1).map(({ number }) => ({
        label: 'flows/street-overview:open_oldest' as const,
        flow: 'my-work',
        argument: number,
      })),
      { label: 'flows/my-work:others', flow: 'my-work', argument: 'all' },
    ],
  };
}

/** A share in whole percent. */
function share(part: number, whole: number): number {
  return Math.round((part / whole) * 100);
}

function streetsOf(grants: readonly Grant[], regions: RegionTree): readonly string[] {
  const scopes = grants.filter(({ role }) => ROLES.includes(role)).map(({ scope }) => scope);
  if (scopes.includes(EVERYWHERE)) return regions.all('street');
  return [...new Set(scopes.flatMap((scope) => regions.within(scope, 'street')))];
}

/** Loads the open cases of a street. */
async function loadOpenCases(store: Store, street: string): Promise<readonly HazardCase[]> {
  const { redis, keys } = store;
  const ids = await orStoreAway(
    Promise.all(OPEN_STATES.map((state) => redis.zrange(keys.casesIn(state), '0', String(COUNTED_MAX - 1)))),
  );
  const found = await loadCases(store, ids.flat());
  return found.map(({ record }) => record).filter(({ desk }) => desk === street);
}
