/** Calls whose outcome is not recorded yet. */
export type InFlight = {
  readonly size: () => number;
  add(call: Promise<unknown>): void;
  /** Resolves once at most this many are left. One caller at a time may wait. */
  until(most: number): Promise<void>;
};

/** Opens an empty set of calls. A call that is added never rejects. */
export function openInFlight(): InFlight {
  let size = 0;
  let waiting: { readonly most: number; readonly go: () => void } | undefined;
  const ended = (): void => {
    size -= 1;
    if (waiting && size <= waiting.most) waiting.go();
  };
  return {
    size: () => size,
    add(call) {
      size += 1;
      call.then(ended);
    },
    async until(most) {
      if (size > most) await new Promise<void>((go) => (waiting = { most, go }));
      waiting = undefined;
    },
  };
}
