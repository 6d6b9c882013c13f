import { DAY_MS } from '../../calendar.ts';
import type { Contact } from '../../people/contact.ts';

/** A home counts if it was chosen so long before the topic was proposed, ms: a crowd cannot move in for a vote. */
export const HOME_BEFORE_MS = 30 * DAY_MS;

/** Whether a person takes part in a topic, or why not. */
export type Eligibility = 'yes' | 'no_home' | 'elsewhere' | 'too_new';

/** Checks a person's home against a topic. A home without a date is as old as the contact. */
export function eligibility(
  contact: Contact | undefined,
  { region, proposedAt }: { readonly region: string; readonly proposedAt: number },
): Eligibility {
  if (!contact?.home) return 'no_home';
  if (contact.home !== region) return 'elsewhere';
  const since = contact.homeSince ?? contact.since ?? Number.POSITIVE_INFINITY;
  return since <= proposedAt - HOME_BEFORE_MS ? 'yes' : 'too_new';
}
