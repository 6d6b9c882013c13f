/** Calls whose outcome is not known or not recorded yet. */
export type InFlight = {
  /** Calls whose outcome is not known. */
  readonly size: () => number;
  /** Adds a call. It tells when its outcome is known, and ends once that is recorded. It never rejects. */
  add(call: (known: () => void) => Promise<unknown>): void;
  /** Resolves once at most this many outcomes are not known. One caller at a time may wait. */
  until(most: number): Promise<void>;
  /** Resolves once every outcome is recorded. One caller at a time may wait. */
  recorded(): Promise<void>;
};

/** Opens an empty set of calls. */
export function openInFlight(): InFlight {
  const [unknown, unrecorded] = [openCount(), openCount()];
  return {
    size: unknown.size,
    add(call) {
      unknown.up();
      unrecorded.up();
      let isKnown = false;
      const known = () => {
        if (!isKnown) unknown.down();
        isKnown = true;
      };
      call(known).then(() => {
        known();
        unrecorded.down();
      });
    },
    until: unknown.until,
    recorded: () => unrecorded.until(0),
  };
}

/** Opens a count that a caller can wait for. */
function openCount() {
  let size = 0;
  let waiting: { readonly most: number; readonly go: () => void } | undefined;
  return {
    size: () => size,
    up: () => {
      size += 1;
    },
    down: () => {
      size -= 1;
      if (waiting && size <= waiting.most) waiting.go();
    },
    async until(most: number) {
      if (size > most) await new Promise<void>((go) => (waiting = { most, go }));
      waiting = undefined;
    },
  };
}
