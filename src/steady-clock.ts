/** A clock that follows the machine's and never goes back. Times are ms since the epoch. */
export type SteadyClock = {
  now(): number;
  /** How far it is ahead of the machine's clock, ms; 0 unless that was set back. */
  ahead(): number;
};

/** Part of the time by which it advances while it is ahead, so that the machine's clock catches up. */
const SLOWED = 0.9;

/**
 * Opens a steady clock. After the machine's clock is set back, time goes on at nine tenths of its speed until both agree:
 * due work stays due, and no moment comes twice. A step forward is followed at once.
 */
export function openSteadyClock(wall = Date.now, monotonic = () => performance.now()): SteadyClock {
  let last = wall();
  let read = monotonic();
  const now = () => {
    const passed = monotonic() - read;
    read += passed;
    const shown = wall();
    last = shown >= last + passed ? shown : Math.max(shown, last + passed * SLOWED);
    return Math.floor(last);
  };
  return { now, ahead: () => Math.max(0, now() - wall()) };
}
