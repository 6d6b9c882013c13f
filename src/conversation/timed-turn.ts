import type { Urn } from '../channels/channel.ts';
import type { Services } from '../notify/services.ts';
import type { Person } from '../people/person-store.ts';
import { loadPerson } from '../people/person-store.ts';
import { commitDecision } from './commit-decision.ts';
import { decideExpiry, decideKeeping, FORGET } from './decide-on-timer.ts';
import { contextFor, loadFlows } from './load-context.ts';

/** Retries after a conflict with the person's own input. */
const TRIES = 4;

/** Ends a person's expired talks with a notice. Safe to call twice and by several processes. */
export async function expire(urn: Urn, services: Services): Promise<void> {
  const { store, now } = services;
  for (let i = 0; i < TRIES; i += 1) {
    const person = atSpokenAddress(await loadPerson(store, urn));
    // The person was forgotten in between.
    if (!person.contact) return;
    const decision = decideExpiry(contextFor(person, services));
    const op = `expire:${person.contact.since}:${person.version}`;
    if (await commitDecision({ op, person, decision, services, at: now(), relist: true })) return;
  }
}

/** Applies retention to a person: drops the last place, asks after a silent year, forgets. Safe to call twice. */
export async function keepOrForget(urn: Urn, services: Services): Promise<void> {
  const { store, now } = services;
  const person = atSpokenAddress(await loadPerson(store, urn));
  const { contact } = person;
  if (!contact) return;
  const loaded = await loadFlows(new Map([[FORGET, { answers: {} }]]), person, services);
  const decision = decideKeeping({ ...contextFor(person, services), loaded });
  const op = `keep:${contact.since}:${person.version}`;
  await commitDecision({ op, person, decision, services, at: now() });
}

/** What the timer says goes where the person spoke last. */
function atSpokenAddress(person: Person): Person {
  return { ...person, address: person.contact?.speaks ?? person.urn };
}
