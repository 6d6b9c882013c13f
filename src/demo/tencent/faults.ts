/**
 * Kinds of injected faults. `wait` and `quota`: a limit per minute or day. `lost`: the call takes effect, its answer is
 * cut. `closed`: the person's window is closed. `token_gone`: all tokens end. `html`: a proxy's page answers.
 * `refused`: any errcode. `refused_connection`: the server stops to listen for a while.
 */
export const FAULT_KINDS = [
  'wait',
  'lost',
  'refused_connection',
  'slow',
  'quota',
  'closed',
  'token_gone',
  'html',
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
export class Faults {
  private list: InjectedFault[] = [];
  private readonly tokenPath: string;

  constructor(tokenPath: string) {
    this.tokenPath = tokenPath;
  }

  add(fault: InjectedFault): void {
    this.list.push(fault);
  }

  clear(): void {
    this.list = [];
  }

  /** Returns the fault of this call, if any, and counts it down. */
  next(path: string): InjectedFault | undefined {
    const fault = this.list.find(
      (f) => f.times > 0 && (f.path === '*' ? path !== this.tokenPath : path.endsWith(f.path)),
    );
    if (fault) fault.times -= 1;
    return fault;
  }
}
