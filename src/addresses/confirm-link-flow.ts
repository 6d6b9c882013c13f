import type { Urn } from '../channels/channel.ts';
import { schemeOf } from '../channels/channel.ts';
import { flow } from '../engine/flow.ts';
import { confirm } from '../engine/steps/confirm.ts';
import type { FixedKey } from '../i18n.ts';
import { linkWrites } from '../people/link/addresses.ts';
import { joinContacts } from '../people/link/join-contacts.ts';
import type { LinkCode } from '../people/link/link-code.ts';
import { loadCode } from '../people/link/link-code.ts';
import { voidReturn } from '../people/link/return-code.ts';
import type { Person } from '../people/person-store.ts';
import { loadPerson } from '../people/person-store.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import type { Change } from '../store/records/versioned-record.ts';
import { NO_CHANGE } from '../store/records/versioned-record.ts';
import { movePast } from './pasts.ts';

type ConfirmFacts = {
  readonly urn: Urn;
  readonly code: LinkCode | undefined;
  /** The person at the other address. */
  readonly other: Person | undefined;
  /** Moves everything of the other person to this one. */
  readonly past: Change;
};

/** Asks the owner of a code whether they typed it elsewhere. Without that yes, an overheard code links no address. */
export const confirmLink = flow<ConfirmFacts>({ id: 'confirm-link', version: 1, lifetimeSeconds: 600, light: true })
  .step('mine', confirm({ values: ({ facts: { code } }) => ({ channel: channelName(code?.address) }) }))
  .end();

export const confirmLinkTalk = talk({
  flow: confirmLink,
  load: async ({ store, person: { urn }, position, now }: LoadContext) => {
    const code = await loadCode(store, String(position.answers.code ?? ''));
    const mine = code?.urn === urn ? code : undefined;
    const other = mine?.address ? await loadPerson(store, mine.address) : undefined;
    // Either side may have changed since the code was typed.
    if (!other || other.urn === urn || other.contact?.grants)
      return { urn, code: mine, other: undefined, past: NO_CHANGE };
    const { contact } = other;
    const past = contact ? await movePast(store, { from: other.urn, to: urn, contact, now }) : NO_CHANGE;
    return { urn, code: mine, other, past };
  },
  facts: (_city: object, _person, loaded: ConfirmFacts) => loaded,
  opens: (argument) => ({ code: argument }),
  closed: ({ other }) => (other ? undefined : { key: 'flows/confirm-link:gone' }),
  finish: ({ mine }, { store, contact, facts: { urn, code, other, past }, now }) => {
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
        { key: keys.person(other.urn), field: 'version', is: String(other.version) },
        ...past.checks,
      ],
      // One return code stays.
      writes: [
        ...linkWrites(store, other, urn),
        ...(contact.returns ? voidReturn(store, other.contact?.returns) : []),
        ...past.writes,
        used,
      ],
      says: [{ key: 'flows/confirm-link:done', values: { channel } }],
      tells: [{ to: urn, at: address, said: { key: 'flows/enter-code:done' } }],
      contact: joinContacts(contact, other.urn, other.contact, now),
      pauses: other.talks,
    };
  },
});

function channelName(address: Urn | undefined) {
  return { key: `common:channels.${schemeOf(address ?? 'web:')}` as FixedKey };
}
