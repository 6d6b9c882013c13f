import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Quotas } from '../city/quotas.ts';
import type { Contact } from './contact.ts';

/** Sustained rate: one update per interval. */
const INTERVAL_MS = 1000;

/** The decision on one update: processed, refused with a notice, or dropped without one. */
export type Admission = { readonly type: 'heard' | 'told'; readonly clock: string } | { readonly type: 'dropped' };

/** Rate limit of one person's updates (GCRA). `clock` is the stored theoretical arrival time (ms), with `!` after the notice. */
export function admitUpdate(clock: string | undefined, now: number, { updates }: Quotas): Admission {
  const window = INTERVAL_MS * updates;
  const kept = Number((clock ?? '0').replace('!', ''));
  // Capped at the window, because the clock may have been set back.
  const arrival = Math.max(now, Math.min(kept, now + window));
  const told = arrival > now && clock?.endsWith('!') === true;
  // One notice until the person stays below the rate.
  if (arrival - now + INTERVAL_MS <= window)
    return { type: 'heard', clock: `${arrival + INTERVAL_MS}${told ? '!' : ''}` };
  return told ? { type: 'dropped' } : { type: 'told', clock: `${arrival}!` };
}

/** Time at which the person may report again, ms since the epoch; undefined: now. */
export function mayReportAt({ filed = [], since = 0 }: Contact, now: number, quotas: Quotas): number | undefined {
  const within = (ms: number) => filed.filter((at) => at > now - ms);
  const waits: number[] = [];
  const full = (times: readonly number[], max: number, ms: number) => {
    const freeing = times[times.length - max];
    if (times.length >= max && freeing !== undefined) waits.push(freeing + ms);
  };
  full(within(HOUR_MS), quotas.reportsPerHour, HOUR_MS);
  full(within(DAY_MS), quotas.reportsPerDay, DAY_MS);
  if (now < since + DAY_MS && filed.length >= quotas.reportsOnFirstDay) waits.push(since + DAY_MS);
  return waits.length > 0 ? Math.max(...waits) : undefined;
}

/** Adds a report to the contact and drops those older than a day. */
export function countReport(contact: Contact, now: number): Contact {
  return { ...contact, filed: [...(contact.filed ?? []).filter((at) => at > now - DAY_MS), now] };
}
