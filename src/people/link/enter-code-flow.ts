import type { Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import type { FixedKey } from '../../i18n.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Person } from '../person-store.ts';
import type { LoadContext } from '../talk.ts';
import { talk } from '../talk.ts';
import type { LinkCode } from './link-code.ts';
import { hashOf, isGuessing, loadCode, wrongCodeWrites } from './link-code.ts';

type EnterFacts = {
  readonly address: Urn;
  readonly found: LinkCode | undefined;
  readonly guesses: boolean;
  /** The address has cases, roles or a profile of its own, so it cannot become another person's. */
  readonly hasOwn: boolean;
};

/** Takes the code of another address; its person is then asked. */
export const enterCode = flow<EnterFacts>({ id: 'enter-code', version: 1, lifetimeSeconds: 600, light: true })
  .step('code', text({ maxLength: 20 }))
  .end();

export const enterCodeTalk = talk({
  flow: enterCode,
  load: async ({ store, person, position, now }: LoadContext) => {
    const typed = position.answers.code as { readonly text?: string } | undefined;
    const [found, guesses, hasOwn] = await Promise.all([
      typed?.text ? loadCode(store, hashOf(typed.text)) : undefined,
      isGuessing(store, person.address, now),
      ownsAnything(person, store),
    ]);
    return { found, guesses, hasOwn };
  },
  loadsBy: ['code'],
  facts: (_city: object, { address }, loaded: Omit<EnterFacts, 'address'>) => ({ address, ...loaded }),
  finish: (_answers, { store, facts: { address, found, guesses, hasOwn }, now }) => {
    if (guesses) return noChange('link_code_ignored', { key: 'flows/enter-code:later' });
    if (!found || found.address !== undefined)
      return {
        outcome: 'link_code_wrong',
        checks: [],
        writes: wrongCodeWrites(store, address, now),
        says: [{ key: 'flows/enter-code:wrong' }],
      };
    if (found.urn === address) return noChange('link_code_own', { key: 'flows/enter-code:own' });
    if (hasOwn) return noChange('link_refused', { key: 'flows/enter-code:has_own' });
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

/** True if more than settings would be lost with this contact. */
async function ownsAnything({ urn, address, contact, volunteer }: Person, { redis, keys }: LoadContext['store']) {
  if (urn !== address || contact?.addresses || contact?.grants?.length || volunteer !== undefined) return true;
  const [cases, follows, panel] = await Promise.all([
    orStoreAway(redis.exists(keys.personCases(urn))),
    orStoreAway(redis.exists(keys.personFollows(urn))),
    orStoreAway(redis.exists(keys.surveyMember(urn))),
  ]);
  return cases + follows + panel > 0;
}
