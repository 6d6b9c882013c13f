import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { chooseStaff, staffValues } from '../choose-staff.ts';
import type { Person } from '../person-store.ts';
import { loadContacts, loadPerson } from '../person-store.ts';
import type { StaffGrant } from '../staff-list.ts';
import { loadStaff, mayAppoint } from '../staff-list.ts';
import type { LoadContext } from '../talk.ts';
import { talk } from '../talk.ts';
import { changeFactor } from './second-factor.ts';

type ResetFacts = City & {
  /** Organisers with a second factor, once each. */
  readonly staff: readonly StaffGrant[];
  readonly chosen: Person | undefined;
};

/** The flow in which a lead or the office ends the second factor of an organiser who lost the phone with it. */
export const resetFactor = flow<ResetFacts>({ id: 'reset-factor', version: 1, lifetimeSeconds: 3600, light: true })
  .step('who', chooseStaff())
  .step('sure', confirm({ values: ({ facts, answers }) => staffValues(chosenOf(facts, answers.who), facts) }))
  .end();

export const resetFactorTalk = talk({
  flow: resetFactor,
  loadsBy: ['who'],
  load: async ({ store, city, person, position }: LoadContext) => {
    const all = await loadStaff(store, person.contact?.grants ?? [], city);
    const staff = await withFactor(all, person, { store, city });
    const one = staff.find(({ id }) => id === position.answers.who);
    return { staff, chosen: one && (await loadPerson(store, one.urn)) };
  },
  facts: (city: City, _person, loaded): ResetFacts => ({ ...city, ...loaded }),
  closed: ({ staff }) => (staff.length > 0 ? undefined : { key: 'flows/reset-factor:none' }),
  opens: (argument) => (argument === 'all' ? {} : { who: argument }),
  finish: ({ who, sure }, { store, facts, now }): Outcome => {
    const one = chosenOf(facts, who);
    const { chosen } = facts;
    if (sure !== true || !one || !chosen) return noChange('factor_kept', { key: 'flows/reset-factor:kept' });
    return {
      outcome: 'console_factor_reset',
      ...changeFactor(store, chosen, undefined, now),
      says: [{ key: 'flows/reset-factor:done', values: staffValues(one, facts) }],
      tells: [{ to: one.urn, said: { key: 'flows/reset-factor:told_reset' } }],
    };
  },
});

/** The other organisers with a factor, once each, all of whose roles the person may take away: a lead resets no office. */
export async function withFactor(
  all: readonly StaffGrant[],
  { urn: own, contact }: Pick<Person, 'urn' | 'contact'>,
  { store, city }: Pick<LoadContext, 'store' | 'city'>,
): Promise<readonly StaffGrant[]> {
  const grants = contact?.grants ?? [];
  const others = [...new Map(all.map((one) => [one.urn, one])).values()].filter(({ urn }) => urn !== own);
  const contacts = await loadContacts(
    store,
    others.map(({ urn }) => urn),
  );
  return others.filter((_, i) => {
    const theirs = contacts[i]?.contact;
    return theirs?.factor && theirs.grants?.every((grant) => mayAppoint(grants, grant, city.regions));
  });
}

function chosenOf({ staff }: ResetFacts, who: string | null | undefined): StaffGrant | undefined {
  return staff.find(({ id }) => id === who);
}
