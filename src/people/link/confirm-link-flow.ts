import type { Urn } from '../../channels/channel.ts';
import { schemeOf } from '../../channels/channel.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { FixedKey } from '../../i18n.ts';
import type { Contact } from '../contact.ts';
import { CONSENTS, hasAgreed } from '../contact.ts';
import { loadPerson } from '../person-store.ts';
import type { LoadContext } from '../talk.ts';
import { talk } from '../talk.ts';
import { linkWrites } from './addresses.ts';
import type { LinkCode } from './link-code.ts';
import { loadCode } from './link-code.ts';

type ConfirmFacts = {
  readonly urn: Urn;
  readonly code: LinkCode | undefined;
  /** The contact at the other address, and its version. */
  readonly other: { readonly contact: Contact | undefined; readonly version: number } | undefined;
};

/** Asks the owner of a code whether they typed it elsewhere. Without that yes, an overheard code links no address. */
export const confirmLink = flow<ConfirmFacts>({ id: 'confirm-link', version: 1, lifetimeSeconds: 600, light: true })
  .step('mine', confirm({ values: ({ facts: { code } }) => ({ channel: channelName(code?.address) }) }))
  .end();

export const confirmLinkTalk = talk({
  flow: confirmLink,
  load: async ({ store, person: { urn }, position }: LoadContext) => {
    const code = await loadCode(store, String(position.answers.code ?? ''));
    const mine = code?.urn === urn ? code : undefined;
    return { urn, code: mine, other: mine?.address ? await loadPerson(store, mine.address) : undefined };
  },
  facts: (_city: object, _person, loaded: ConfirmFacts) => loaded,
  opens: (argument) => ({ code: argument }),
  closed: ({ other }) => (other ? undefined : { key: 'flows/confirm-link:gone' }),
  finish: ({ mine }, { store, contact, facts: { urn, code, other }, now }) => {
    const { keys } = store;
    const { address, hash = '' } = code ?? {};
    const used = ['DEL', keys.linkCode(hash)] as const;
    if (!address || !other || mine !== true) {
      const tells = address ? [{ to: address, said: { key: 'flows/enter-code:refused' } as const }] : [];
      return {
        outcome: 'link_denied',
        checks: [],
        writes: [used],
        says: [{ key: 'flows/confirm-link:denied' }],
        tells,
      };
    }
    const channel = channelName(address);
    return {
      outcome: 'address_linked',
      checks: [
        { key: keys.linkCode(hash), field: 'address', is: address },
        { key: keys.person(address), field: 'version', is: String(other.version) },
      ],
      writes: [...linkWrites(store, address, urn, other.version), used],
      says: [{ key: 'flows/confirm-link:done', values: { channel } }],
      tells: [{ to: urn, at: address, said: { key: 'flows/enter-code:done' } }],
      contact: withAddress(contact, address, other.contact, now),
    };
  },
});

/** Adds the address. What only one of the two agreed to is asked again, in the words of the channel in use. */
function withAddress(contact: Contact, urn: Urn, other: Contact | undefined, now: number): Contact {
  const both = CONSENTS.filter((consent) => hasAgreed(contact, consent) && other && hasAgreed(other, consent));
  return {
    ...contact,
    consents: Object.fromEntries(both.map((consent) => [consent, contact.consents[consent]])),
    subscribed: contact.subscribed && (other?.subscribed ?? true),
    addresses: [...(contact.addresses ?? []), { urn, since: now }],
  };
}

function channelName(address: Urn | undefined) {
  return { key: `common:channels.${schemeOf(address ?? 'web:')}` as FixedKey };
}
