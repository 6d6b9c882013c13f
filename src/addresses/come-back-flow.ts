import { dayOf } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { text } from '../engine/steps/text.ts';
import type { Contact } from '../people/contact.ts';
import { retentionDueAt } from '../people/contact.ts';
import { addressesOf, linkWrites } from '../people/link/addresses.ts';
import { joinContacts } from '../people/link/join-contacts.ts';
import { loadReturn, newReturnCode, returnHashOf, returnWrites, voidReturn } from '../people/link/return-code.ts';
import { waitOf, wrongCodeWrites } from '../people/link/wrong-codes.ts';
import type { Person } from '../people/person-store.ts';
import { contactFields, loadPerson } from '../people/person-store.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import type { Write } from '../store/commit.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { NO_CHANGE } from '../store/records/versioned-record.ts';
import type { Store } from '../store/store.ts';
import { joinedTalks } from './joined-talks.ts';
import { movePast } from './pasts.ts';

type ComeBackFacts = {
  readonly me: Person;
  readonly forgets: boolean;
  readonly block: string | undefined;
  /** After too many wrong codes, minutes until the next try; else 0. */
  readonly wait: number;
  readonly found: Found | undefined;
};
/** The person whose code was typed, and what this browser brings. */
type Found = {
  readonly hash: string;
  /** The address that the code names. */
  readonly urn: Urn;
  readonly person: Person;
  readonly past: Change;
  readonly talks: readonly Write[];
};

/** Makes a new browser an address of the person whose return code is typed. The lost browser cannot say yes. */
export const comeBack = flow<ComeBackFacts>({ id: 'come-back', version: 1, lifetimeSeconds: 600, light: true })
  .step('code', text({ maxLength: 40 }))
  // A half-done report of this browser is set aside meanwhile, and moves with the yes.
  .step('mine', confirm({ relevant: ({ facts }) => mayComeBack(facts) }))
  .end();

export const comeBackTalk = talk({
  flow: comeBack,
  loadsBy: ['code'],
  load: async ({ store, person, position, now, forgets, block }: LoadContext) => {
    const typed = position.answers.code as { readonly text?: string } | undefined;
    const [found, wait] = await Promise.all([
      typed?.text ? loadFound(store, person, typed.text, now) : undefined,
      waitOf(store, { address: person.address, block }, now),
    ]);
    return { found, wait, block, forgets: forgets === true };
  },
  facts: (_city: object, me, loaded: Omit<ComeBackFacts, 'me'>): ComeBackFacts => ({ me, ...loaded }),
  closed: ({ forgets }) => (forgets ? undefined : { key: 'flows/come-back:not_here' }),
  finish: ({ mine }, { store, facts, contact, now, random }) => {
    const { me, found, wait, block } = facts;
    if (wait > 0) return noChange('return_code_ignored', { key: 'flows/enter-code:later', values: { minutes: wait } });
    if (found?.person.urn === me.urn) return noChange('return_code_own', { key: 'flows/come-back:own' });
    if (hasRole(me)) return noChange('return_refused', { key: 'flows/come-back:has_role' });
    const owner = found && ownerOf(found);
    if (!found || !owner)
      return {
        outcome: 'return_code_wrong',
        checks: [],
        writes: wrongCodeWrites(store, { address: me.address, block }, now),
        says: [{ key: 'flows/come-back:wrong' }],
      };
    if (mine !== true) return noChange('return_declined', { key: 'flows/come-back:kept' });
    const { hash, person, past, talks } = found;
    const { keys } = store;
    const key = keys.person(person.urn);
    // A used code is void: taking this address off again must end what the code gave.
    const code = newReturnCode(random);
    const returns = returnHashOf(store, code);
    const { askedToStay: _answered, ...kept } = joinContacts(owner, me.urn, contact, now);
    const joined = { ...kept, returns, day: dayOf(now), speaks: me.address };
    return {
      outcome: 'person_came_back',
      checks: [
        { key: keys.returnCode(hash), field: 'urn', is: found.urn },
        { key, field: 'version', is: String(person.version) },
        ...past.checks,
      ],
      writes: [
        ...linkWrites(store, me, person.urn),
        ...past.writes,
        ...voidReturn(store, me.contact?.returns),
        ...returnWrites(store, returns, person.urn, hash),
        ['HSET', key, 'version', String(person.version + 1), ...Object.entries(contactFields(joined)).flat()],
        ['ZADD', keys.personsDue, retentionDueAt(joined), person.urn],
        ...talks,
      ],
      says: [{ key: 'flows/come-back:done', values: { code }, code, apart: true }],
      tells: addressesOf(person.urn, owner).map((at) => ({
        to: person.urn,
        at,
        said: {
          key: 'flows/come-back:told' as const,
          buttons: [{ label: 'flows/come-back:part' as const, flow: 'part-address', argument: 'list' }],
        },
      })),
      // The record of this browser's own person ends here; its address now leads to the other.
      forgets: true,
    };
  },
});

function mayComeBack({ me, found, wait }: ComeBackFacts): boolean {
  return (
    wait === 0 && found !== undefined && ownerOf(found) !== undefined && found.person.urn !== me.urn && !hasRole(me)
  );
}

/** The contact behind a code. A person who took a role since has none: a written code must not give its rights. */
function ownerOf({ person }: Found): Contact | undefined {
  return hasRole(person) ? undefined : person.contact;
}

function hasRole({ contact }: Person): boolean {
  return (contact?.grants ?? []).length > 0;
}

/** Loads the person whose code this is, and the change that moves what this browser has done to them. */
async function loadFound(store: Store, me: Person, typed: string, now: number): Promise<Found | undefined> {
  const hash = returnHashOf(store, typed);
  const urn = await loadReturn(store, hash);
  if (!urn) return undefined;
  const person = await loadPerson(store, urn);
  const { contact } = me;
  if (person.urn === me.urn || !contact) return { hash, urn, person, past: NO_CHANGE, talks: [] };
  const [past, talks] = await Promise.all([
    movePast(store, { from: me.urn, to: person.urn, contact, now }),
    joinedTalks(store, me.urn, person.urn),
  ]);
  return { hash, urn, person, past, talks };
}
