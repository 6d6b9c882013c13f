/** A clock that follows the machine's and never goes back. Times are ms since the epoch. */
export type SteadyClock = {
  now(): number;
  /** How far it is ahead of the machine's clock, ms; 0 unless that was set back. */
  ahead(): number;
};

type ClockSettings = {
  readonly wall?: () => number;
  readonly monotonic?: () => number;
  /** Called once for each step back of the machine's clock, with its size in ms. */
  readonly steppedBack?: (ms: number) => void;
};

/** Part of the time by which it advances while it is ahead, so that the machine's clock catches up. */
const SLOWED = 0.9;
/** A smaller step is a correction of the clock's rate, ms. */
const STEP_MS = 2000;

/**
 * Opens a steady clock. After the machine's clock is set back, time goes on at nine tenths of its speed until both agree:
 * due work stays due, and no moment comes twice. A step forward is followed at once.
 */
export function openSteadyClock({
  wall = Date.now,
  monotonic = () => performance.now(),
  steppedBack = () => {},
}: ClockSettings = {}): SteadyClock {
  let last = wall();
  let shown = last;
  let read = monotonic();
  const now = () => {
    const passed = monotonic() - read;
    read += passed;
    const before = shown;
    shown = wall();
    const step = before + passed - shown;
    if (step > STEP_MS) steppedBack(step);
    last = shown >= last + passed ? shown : Math.max(shown, last + passed * SLOWED);
    return Math.floor(last);
  };
  return { now, ahead: () => Math.max(0, now() - wall()) };
}
