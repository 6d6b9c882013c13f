import { asNumber, asText } from '../simulator/params.ts';
import { badRequest } from '../simulator/refusal.ts';
import type { FaultKind, InjectedFault } from './faults.ts';
import { FAULT_KINDS } from './faults.ts';
import type { Fields } from './platform-json.ts';

/** Reads the fault that a test or the phones page asks for. */
export function readFault(body: Fields): InjectedFault {
  const kind = asText(body.kind) as FaultKind; // checked in the next line
  if (!FAULT_KINDS.includes(kind)) throw badRequest(`kind must be one of ${FAULT_KINDS.join(', ')}`);
  const times = asNumber(body.times) ?? 1;
  if (!Number.isInteger(times) || times < 1) throw badRequest('times must be a whole number, 1 or more');
  const errcode = asNumber(body.errcode);
  if (kind === 'refused' && errcode === undefined) throw badRequest('a fault of kind refused needs an errcode');
  const more = { delay_ms: asNumber(body.delay_ms), errcode, status: asNumber(body.status) };
  return { path: asText(body.path) || '*', kind, times, ...more };
}

/** Reads by how many seconds the clock moves. */
export function readAdvance(body: Fields): number {
  const seconds = asNumber(body.advance_seconds);
  if (seconds === undefined || seconds < 0) throw badRequest('advance_seconds must be a number, 0 or more');
  return seconds;
}
