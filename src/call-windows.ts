/** Counts calls by name. A window begins with the first call of a name and lasts for a fixed time. */
export type CallWindows = {
  /** Counts one call; returns the calls of the window with it. */
  count(name: string): number;
  callsOf(name: string): number;
  /** Time until the window of a name ends, ms; 0 without one. */
  leftMs(name: string): number;
};

/** Opens windows that live in this process alone. Beyond `namesMax` names, the oldest window is dropped. */
export function openCallWindows(now: () => number, windowMs: number, namesMax: number): CallWindows {
  const windows = new Map<string, { calls: number; readonly until: number }>();
  const windowOf = (name: string) => {
    const window = windows.get(name);
    return window && now() < window.until ? window : undefined;
  };
  return {
    count(name) {
      const window = windowOf(name);
      if (window) {
        window.calls += 1;
        return window.calls;
      }
      windows.delete(name);
      const [oldest] = windows.keys();
      if (windows.size >= namesMax && oldest !== undefined) windows.delete(oldest);
      windows.set(name, { calls: 1, until: now() + windowMs });
      return 1;
    },
    callsOf: (name) => windowOf(name)?.calls ?? 0,
    leftMs: (name) => Math.max(0, (windowOf(name)?.until ?? 0) - now()),
  };
}
