import type { Urn } from '../channels/channel.ts';
import { schemeOf } from '../channels/channel.ts';
import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import { text } from '../engine/steps/text.ts';
import type { FixedKey } from '../i18n.ts';
import type { LinkCode } from '../people/link/link-code.ts';
import { hashOf, loadCode } from '../people/link/link-code.ts';
import { waitOf, wrongCodeWrites } from '../people/link/wrong-codes.ts';
import type { Person } from '../people/person-store.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import { orStoreAway } from '../store/store.ts';

type EnterFacts = {
  readonly urn: Urn;
  readonly address: Urn;
  readonly block: string | undefined;
  readonly found: LinkCode | undefined;
  /** After too many wrong codes, minutes until the next try; else 0. */
  readonly wait: number;
  /** Reports, follows, a volunteer or panel record: the other place will see them. */
  readonly hasPast: boolean;
  /** A role would widen the rights of the other place, so this side has to give the code. */
  readonly hasRole: boolean;
};

/** Takes the code of another address, whose person is then asked. A past of this side moves only after a yes on this side. */
export const enterCode = flow<EnterFacts>({ id: 'enter-code', version: 2, lifetimeSeconds: 600, light: true })
  .step('code', text({ maxLength: 20 }))
  .step('moves', confirm({ relevant: ({ facts }) => facts.hasPast && mayJoin(facts) }))
  .end();

export const enterCodeTalk = talk({
  flow: enterCode,
  load: async ({ store, person, position, now, block }: LoadContext) => {
    const typed = position.answers.code as { readonly text?: string } | undefined;
    const [found, wait, hasPast] = await Promise.all([
      typed?.text ? loadCode(store, hashOf(typed.text)) : undefined,
      waitOf(store, { address: person.address, block }, now),
      ownsAnything(person, store),
    ]);
    return { block, found, wait, hasPast, hasRole: (person.contact?.grants ?? []).length > 0 };
  },
  loadsBy: ['code'],
  facts: (_city: object, { urn, address }, loaded: Omit<EnterFacts, 'urn' | 'address'>) => ({
    urn,
    address,
    ...loaded,
  }),
  finish: ({ moves }, { store, facts, now }) => {
    const { urn, address, block, found, wait, hasRole } = facts;
    if (wait > 0) return noChange('link_code_ignored', { key: 'flows/enter-code:later', values: { minutes: wait } });
    if (!isFree(found))
      return {
        outcome: 'link_code_wrong',
        checks: [],
        writes: wrongCodeWrites(store, { address, block }, now),
        says: [{ key: 'flows/enter-code:wrong' }],
      };
    if (found.urn === urn) return noChange('link_code_own', { key: 'flows/enter-code:own' });
    if (hasRole) return noChange('link_refused', { key: 'flows/enter-code:has_role' });
    if (facts.hasPast && moves !== true) return noChange('link_declined', { key: 'flows/enter-code:kept' });
    const { keys } = store;
    const channel = { key: `common:channels.${schemeOf(address)}` as FixedKey };
    return {
      outcome: 'link_asked',
      checks: [{ key: keys.linkCode(found.hash), field: 'address', is: '' }],
      writes: [['HSET', keys.linkCode(found.hash), 'address', address]],
      says: [{ key: 'flows/enter-code:asked' }],
      tells: [
        {
          to: found.urn,
          said: {
            key: 'flows/confirm-link:asked',
            values: { channel },
            buttons: [{ label: 'flows/confirm-link:open', flow: 'confirm-link', argument: found.hash }],
          },
        },
      ],
    };
  },
});

function mayJoin({ urn, found, wait, hasRole }: EnterFacts): boolean {
  return wait === 0 && isFree(found) && found.urn !== urn && !hasRole;
}

/** True for a living code that no address has used. */
function isFree(found: LinkCode | undefined): found is LinkCode {
  return found !== undefined && found.address === undefined;
}

/** True if more than settings moves with this person. */
async function ownsAnything({ urn, contact, volunteer }: Person, { redis, keys }: LoadContext['store']) {
  if (contact?.addresses || volunteer !== undefined) return true;
  const past = [keys.personCases(urn), keys.personFollows(urn), keys.surveyMember(urn), keys.mediationOf(urn)];
  return (await orStoreAway(redis.exists(...past))) > 0;
}
