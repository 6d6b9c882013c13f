/** Injected faults of a simulator. Each hits the next `times` calls that it is meant for. */
export class FaultList<Fault extends { times: number }> {
  private list: Fault[] = [];
  private readonly isFor: (fault: Fault, call: string) => boolean;

  /** `isFor` tells whether a fault is meant for a call, by the call's method or path. */
  constructor(isFor: (fault: Fault, call: string) => boolean) {
    this.isFor = isFor;
  }

  add(fault: Fault): void {
    this.list.push(fault);
  }

  clear(): void {
    this.list = [];
  }

  /** Returns the fault of this call, if any, and counts it down. */
  next(call: string): Fault | undefined {
    const fault = this.list.find((one) => one.times > 0 && this.isFor(one, call));
    if (fault) fault.times -= 1;
    return fault;
  }
}
