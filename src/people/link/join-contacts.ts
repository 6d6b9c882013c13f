import type { Urn } from '../../channels/channel.ts';
import type { Contact } from '../contact.ts';
import { CONSENTS, hasAgreed } from '../contact.ts';

/**
 * Joins two contacts of one person. Consents, the subscription and muted topics become the narrower of the two; reports
 * count together; settings of the first contact win. `other` is undefined for an address that has never agreed to anything.
 */
export function joinContacts(contact: Contact, urn: Urn, other: Contact | undefined, now: number): Contact {
  const both = CONSENTS.filter((consent) => hasAgreed(contact, consent) && other && hasAgreed(other, consent));
  const joined: Contact = {
    ...contact,
    consents: Object.fromEntries(both.map((consent) => [consent, contact.consents[consent]])),
    subscribed: contact.subscribed && (other?.subscribed ?? true),
    addresses: [...(contact.addresses ?? []), { urn, since: now }, ...(other?.addresses ?? [])],
  };
  return other ? withPast(joined, contact, other) : joined;
}

function withPast(joined: Contact, contact: Contact, other: Contact): Contact {
  const muted = union(contact.muted, other.muted);
  const filed = [...(contact.filed ?? []), ...(other.filed ?? [])].toSorted((a, b) => a - b);
  const areas = [...(contact.areas ?? []), ...(other.areas ?? [])];
  const since = Math.min(contact.since ?? other.since ?? 0, other.since ?? contact.since ?? 0);
  const home = contact.home ?? other.home;
  const homeSince = contact.home === undefined ? other.homeSince : contact.homeSince;
  const quiet = contact.quiet ?? other.quiet;
  const returns = contact.returns || other.returns;
  const factor = contact.factor ?? other.factor;
  const [lastPlace] = [contact.lastPlace, other.lastPlace].flatMap((one) => one ?? []).toSorted((a, b) => b.at - a.at);
  return {
    ...joined,
    since,
    ...(muted.length > 0 ? { muted } : {}),
    ...(filed.length > 0 ? { filed } : {}),
    ...(areas.length > 0 ? { areas: areas.filter((one, i) => areas.findIndex(isSameArea(one)) === i) } : {}),
    ...(home === undefined ? {} : { home }),
    ...(homeSince === undefined ? {} : { homeSince }),
    ...(quiet === undefined ? {} : { quiet }),
    ...(returns === undefined ? {} : { returns }),
    ...(factor === undefined ? {} : { factor }),
    ...(lastPlace === undefined ? {} : { lastPlace }),
  };
}

type Area = NonNullable<Contact['areas']>[number];

function isSameArea({ region, group }: Area): (other: Area) => boolean {
  return (other) => other.region === region && other.group === group;
}

function union(a: readonly string[] = [], b: readonly string[] = []): readonly string[] {
  return [...new Set([...a, ...b])];
}
