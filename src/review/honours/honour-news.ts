import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { premisesScope } from '../../city/series.ts';
import type { Notice } from '../../notify/notify.ts';
import { staffIn, staffWith } from '../../people/role.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadVolunteers } from '../../volunteers/volunteer/volunteer-store.ts';
import { addresseesOf } from '../letters/letter-access.ts';
import type { Honour } from './honour.ts';
import type { HonourAction } from './honour-access.ts';
import { MAY_DECIDE_HONOURS, MAY_NOMINATE } from './honour-access.ts';
import { honourButton, honourValues } from './honour-card.ts';
import { partsOfSubject } from './subject.ts';

/** Sentences of the job with their recipients and buttons. Residents get none: they read notices when they ask. */
const NEWS = {
  proposed: { to: ['deciders'], buttons: ['look', 'take_up'] },
  not_passed: { to: ['nominator'], buttons: ['look'] },
  public_notice: { to: ['nominator', 'deciders'], buttons: ['look'] },
  objected: { to: ['deciders'], buttons: ['look', 'answer'] },
  objection_late: { to: ['deciders'], buttons: ['look', 'answer'] },
  deciding: { to: ['deciders'], buttons: ['look', 'agree'] },
  thanked: { to: ['subject', 'nominator'], buttons: ['look'] },
  named: { to: ['subject', 'nominator'], buttons: ['look'] },
  declined: { to: ['nominator'], buttons: ['look'] },
  taken_back: { to: ['subject', 'nominator'], buttons: ['look'] },
} as const satisfies Readonly<
  Record<string, { readonly to: readonly Audience[]; readonly buttons: readonly (HonourAction | 'look')[] }>
>;
type Audience = 'nominator' | 'deciders' | 'subject';

/** The name of a sentence of the job of honours. */
export type HonourNews = keyof typeof NEWS;

/** The notices of an event. */
export async function honourNotices(
  store: Store,
  news: HonourNews,
  honour: Honour,
  city: City,
): Promise<readonly Notice[]> {
  const { to, buttons } = NEWS[news];
  const found = await Promise.all(to.map((audience) => peopleOf(store, audience, honour, city)));
  const said = {
    key: `flows/honours:news.${news}` as const,
    values: honourValues(honour, city),
    buttons: buttons.map((action) => honourButton(honour, action)),
  };
  return [...new Set(found.flat())].map((urn) => ({ to: urn, said }));
}

/** The nominator is stored as a pseudonym and found among the staff of the ground. */
async function peopleOf(store: Store, audience: Audience, honour: Honour, city: City): Promise<readonly Urn[]> {
  const { regions } = city;
  if (audience === 'subject') return staffOfSubject(store, honour, city);
  const roles = audience === 'nominator' ? MAY_NOMINATE : MAY_DECIDE_HONOURS;
  const staff = await staffWith(store, roles, regions.chain(honour.region));
  const isNominator = (urn: Urn) => store.pseudonym(urn) === honour.by;
  return staff.filter((urn) => isNominator(urn) === (audience === 'nominator'));
}

async function staffOfSubject(store: Store, { subject }: Honour, city: City): Promise<readonly Urn[]> {
  const [kind, id] = partsOfSubject(subject);
  switch (kind) {
    case 'desk':
    case 'unit':
      return addresseesOf(store, `${kind}.${id}`, city);
    case 'grid':
      return staffIn(store, 'grid_worker', city.regions.chain(id));
    case 'team': {
      const members = await orStoreAway(store.redis.zrange(store.keys.teamMembers(id), 0, '-1'));
      return (await loadVolunteers(store, members)).map(({ record }) => record.urn);
    }
    case 'premises':
      return staffIn(store, 'unit_staff', [premisesScope(id)]);
  }
}
