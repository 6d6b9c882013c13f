import type { Hours } from '../calendar.ts';
import { DAY_MS } from '../calendar.ts';
import type { Place } from '../engine/steps/place.ts';
import type { Grant } from './role.ts';

/** What people are asked separately to agree to; a new version of the text asks anew. */
export const CONSENTS = ['basic', 'location'] as const;
export type Consent = (typeof CONSENTS)[number];
export const CONSENT_VERSION = 2;

/** A person who wrote to us. No name, no user name: the channel's id and this is all. */
export type Contact = {
  readonly language: string;
  readonly consents: Readonly<Partial<Record<Consent, { readonly version: number; readonly at: number }>>>;
  /** False after /stop: no announcements; talks that the person begins go on. */
  readonly subscribed: boolean;
  /** When they first wrote to us, ms since the epoch. */
  readonly since?: number;
  /** The last day on which they wrote (2026-11-22); never the time. */
  readonly day?: string;
  /** When they were asked whether to be kept after a year of silence, ms. */
  readonly askedToStay?: number;
  /** When they filed reports, the last 24 hours only. */
  readonly filed?: readonly number[];
  /** What they do as an organiser, and where. */
  readonly grants?: readonly Grant[];
  /** Where they live, as they chose it: what is meant for a region reaches them by it. */
  readonly home?: string;
  /** What they do not want to hear of. */
  readonly muted?: readonly string[];
  /** When they want quiet, hours of the day; 22 to 7 if they did not say. */
  readonly quiet?: Hours;
  /** Areas whose hazards they want to hear of; a group of categories, or * for all. */
  readonly areas?: readonly { readonly region: string; readonly group: string }[];
  /** Where the last report was, offered at the next; 30 days. */
  readonly lastPlace?: { readonly place: Place; readonly at: number };
};

export function newContact(language: string, now: number): Contact {
  return { language, consents: {}, subscribed: true, since: now };
}

export function hasAgreed(contact: Contact, consent: Consent): boolean {
  return contact.consents[consent]?.version === CONSENT_VERSION;
}

export function agree(contact: Contact, consent: Consent, now: number): Contact {
  return { ...contact, consents: { ...contact.consents, [consent]: { version: CONSENT_VERSION, at: now } } };
}

const YEAR_MS = 365 * DAY_MS;
/** The consent text says 30 days for places, and who is asked whether to be kept may take as long to answer. */
const MONTH_MS = 30 * DAY_MS;

/** When time does something to what is kept of this person, ms. */
export function dueOf({ lastPlace, askedToStay, day, since = 0 }: Contact): number {
  const lastSeen = day ? Date.parse(day) : since;
  const leaving = askedToStay === undefined ? lastSeen + YEAR_MS : askedToStay + MONTH_MS;
  return lastPlace ? Math.min(leaving, lastPlace.at + MONTH_MS) : leaving;
}

/** What time does to a contact now: the last place goes, a year of silence is asked about, and silence after that is an answer. */
export function whatTimeDoes(contact: Contact, now: number): 'nothing' | 'place_goes' | 'asked' | 'forgotten' {
  if (now < dueOf(contact)) return 'nothing';
  if (contact.lastPlace && now >= contact.lastPlace.at + MONTH_MS) return 'place_goes';
  return contact.askedToStay === undefined ? 'asked' : 'forgotten';
}
