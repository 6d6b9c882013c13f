import { DAY_MS, HOUR_MS } from '../calendar.ts';
import type { Quotas } from '../city/quotas.ts';
import type { Contact } from './contact.ts';

const INTERVAL_MS = 1000;

/** Whether one more update is heard: yes; no, and the person is told; or no, and nothing is said any more. */
export type Heard = { readonly type: 'heard' | 'told'; readonly clock: string } | { readonly type: 'dropped' };

/** GCRA over one person's updates. `clock` is what was kept the last time: a theoretical arrival time (ms), with ! once told. */
export function hear(clock: string | undefined, now: number, { updates }: Quotas): Heard {
  const window = INTERVAL_MS * updates;
  const kept = Number((clock ?? '0').replace('!', ''));
  // Never further ahead than the window: the clock may have gone back.
  const arrival = Math.max(now, Math.min(kept, now + window));
  const told = arrival > now && clock?.endsWith('!') === true;
  // Told once, until there was peace for a while.
  if (arrival - now + INTERVAL_MS <= window)
    return { type: 'heard', clock: `${arrival + INTERVAL_MS}${told ? '!' : ''}` };
  return told ? { type: 'dropped' } : { type: 'told', clock: `${arrival}!` };
}

/** When the person may report again (ms since the epoch); undefined: now. */
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

/** The contact with one more report; what is older than a day counts no more. */
export function countReport(contact: Contact, now: number): Contact {
  return { ...contact, filed: [...(contact.filed ?? []).filter((at) => at > now - DAY_MS), now] };
}
