import { FaultList } from '../fault-list.ts';

/**
 * Kinds of injected faults. `wait` and `quota`: a limit per minute or day. `lost`: the call takes effect, its answer is
 * cut; `cut_before`: it is cut without effect; `hang`: it has no effect and no answer. `closed`: the person's window is
 * closed. `token_gone`: all tokens end. `html`: a proxy's page answers, `html_after`: after the call took effect.
 * `refused`: any errcode. `refused_connection`: the server stops to listen for a while.
 */
export const FAULT_KINDS = [
  'wait',
  'lost',
  'cut_before',
  'hang',
  'refused_connection',
  'slow',
  'quota',
  'closed',
  'token_gone',
  'html',
  'html_after',
  'refused',
] as const;
/** One kind of injected fault. */
export type FaultKind = (typeof FAULT_KINDS)[number];
/** A fault of the next `times` calls to a path. '*' means every path except that of the token. */
export type InjectedFault = {
  readonly path: string;
  readonly kind: FaultKind;
  times: number;
  readonly delay_ms?: number | undefined;
  readonly errcode?: number | undefined;
  /** HTTP status of a proxy's page. */
  readonly status?: number | undefined;
};

/** The faults that are still to be injected. */
export type Faults = FaultList<InjectedFault>;

/** Opens an empty list; `tokenPath` is the call that '*' spares. */
export function openFaults(tokenPath: string): Faults {
  return new FaultList((fault, path) => (fault.path === '*' ? path !== tokenPath : path.endsWith(fault.path)));
}
