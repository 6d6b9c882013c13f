/** The updates that this process is working on. */
export type UpdatesInHand = {
  /** Counts an update as in hand until its work ends. */
  readonly during: <T>(work: () => Promise<T>) => Promise<T>;
  /** How long the oldest one has been in hand, ms; 0 if there is none. */
  readonly oldestMs: () => number;
};

/** `clock` counts ms and never goes back. */
export function openUpdatesInHand(clock = () => performance.now()): UpdatesInHand {
  // A Set keeps the order of insertion, so the first one is the oldest.
  const began = new Set<{ readonly at: number }>();
  return {
    during: async (work) => {
      const one = { at: clock() };
      began.add(one);
      return work().finally(() => began.delete(one));
    },
    oldestMs: () => {
      const [oldest] = began;
      return oldest ? clock() - oldest.at : 0;
    },
  };
}
