import type { Hours } from '../calendar.ts';
import { DAY_MS } from '../calendar.ts';
import type { Urn } from '../channels/channel.ts';
import type { Place } from '../engine/place.ts';
import type { Grant } from './role.ts';

/** The consents, each asked separately. */
export const CONSENTS = ['basic', 'location'] as const;
export type Consent = (typeof CONSENTS)[number];
/** Version of the consent texts; after an increase, consent is asked again. */
export const CONSENT_VERSION = 2;

/** The stored data of a person, apart from the channel's id. It holds no name and no user name. */
export type Contact = {
  readonly language: string;
  readonly consents: Readonly<Partial<Record<Consent, { readonly version: number; readonly at: number }>>>;
  /** False after /stop: no announcements. Flows that the person opens still work. */
  readonly subscribed: boolean;
  /** Time of the first message, ms since the epoch. */
  readonly since?: number;
  /** Day of the last message (2026-11-22), without the time. */
  readonly day?: string;
  /** Time of the question after a year of silence, ms since the epoch. */
  readonly askedToStay?: number;
  /** Times of reports in the last 24 hours, ms since the epoch. */
  readonly filed?: readonly number[];
  /** Roles as an organiser, with their scopes. */
  readonly grants?: readonly Grant[];
  /** Home region, as chosen; announcements for a region go by it. */
  readonly home?: string;
  /** When this home was chosen, ms since the epoch; left out for homes chosen before topics existed. */
  readonly homeSince?: number;
  /** Topics of announcements that the person switched off. */
  readonly muted?: readonly string[];
  /** Quiet hours, hours of the day; `QUIET_HOURS.usual` if left out. */
  readonly quiet?: Hours;
  /** Followed areas, each with a category group or `*` for all. */
  readonly areas?: readonly { readonly region: string; readonly group: string }[];
  /** Further addresses of the person, on other channels or browsers. */
  readonly addresses?: readonly { readonly urn: Urn; readonly since: number }[];
  /** The address that spoke last, if it is not the first one. */
  readonly speaks?: Urn;
  /** The second factor of the console: the secret of an authenticator app, sealed, and since when (ms). */
  readonly factor?: { readonly secret: string; readonly since: number };
  /** Keyed hash of the return code; empty once a code was offered. */
  readonly returns?: string;
  /** Place of the last report, offered at the next one; kept 30 days. */
  readonly lastPlace?: { readonly place: Place; readonly at: number };
};

/** A contact at the first message. */
export function newContact(language: string, now: number): Contact {
  return { language, consents: {}, subscribed: true, since: now };
}

/** True if the person agreed to the current version of the text. */
export function hasAgreed(contact: Contact, consent: Consent): boolean {
  return contact.consents[consent]?.version === CONSENT_VERSION;
}

/** The contact with these roles as an organiser. The second factor ends with the last role. */
export function withGrants({ grants: _had, factor, ...rest }: Contact, grants: readonly Grant[]): Contact {
  return grants.length > 0 ? { ...rest, ...(factor ? { factor } : {}), grants } : rest;
}

/** Records a consent. */
export function agree(contact: Contact, consent: Consent, now: number): Contact {
  return { ...contact, consents: { ...contact.consents, [consent]: { version: CONSENT_VERSION, at: now } } };
}

const YEAR_MS = 365 * DAY_MS;
/** Retention of places as the consent text states it, and the time to answer after a year of silence. */
const MONTH_MS = 30 * DAY_MS;

/** Time of the next retention step for this contact, ms since the epoch. */
export function retentionDueAt({ lastPlace, askedToStay, day, since = 0 }: Contact): number {
  const lastSeen = day ? Date.parse(day) : since;
  const goneAt = askedToStay === undefined ? lastSeen + YEAR_MS : askedToStay + MONTH_MS;
  return lastPlace ? Math.min(goneAt, lastPlace.at + MONTH_MS) : goneAt;
}

/** The retention step that is due: delete the last place, ask after a year of silence, or delete the contact. */
export function retentionAction(contact: Contact, now: number): 'nothing' | 'place_goes' | 'asked' | 'forgotten' {
  if (now < retentionDueAt(contact)) return 'nothing';
  if (contact.lastPlace && now >= contact.lastPlace.at + MONTH_MS) return 'place_goes';
  return contact.askedToStay === undefined ? 'asked' : 'forgotten';
}
