import type { Words } from '../../engine/steps/text.ts';
import { checkerCode } from '../../inspections/draw/draw.ts';
import { nextChecker } from '../../inspections/draw/draw-visits.ts';
import type { Frame } from '../../inspections/draw/frame.ts';
import { hashOf, lotOf } from '../../surveys/wave/draw.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';
import type { Quarter } from '../plan/quarter.ts';

/** One drill in five is watched: the first eight digits of its lot lie in the lowest fifth. */
const WATCHED_BELOW = '33333333';

/** Stands in place of a code after a watcher who cannot go. */
export const NO_WATCHER = '';

/** What a watcher found. `missed`: no watcher went, which costs the premises nothing. */
export const WATCH_ANSWERS = ['held', 'not_held', 'cannot'] as const;

/** A drawn watch. It names no person: watchers stand as codes of their drill. */
export type Watch = {
  /** Codes of the drawn watchers; the last one is to go. */
  readonly watchers: readonly string[];
  readonly answer?: 'held' | 'not_held' | 'missed';
  readonly minutes?: number;
  readonly words?: Words;
  readonly at?: number; // ms since the epoch
  /** The drill was cancelled after it was chosen. */
  readonly calledOff?: true;
  /** Watched in place of an earlier drill of the premises that was cancelled, or for which no person could be told in time. */
  readonly owed?: true;
  /** A lead found that the drill took place: it counts after all. */
  readonly overruled?: true;
};

/** A drill on premises, and whether the lot wants it watched. */
export type Drill = {
  readonly task: TaskId;
  readonly premises: string;
  readonly from: number; // ms since the epoch
  readonly until: number; // ms since the epoch
  readonly watch?: Watch;
  /** Minutes that the contact noted. */
  readonly minutes?: number;
  /** The contacts were asked for the minutes. */
  readonly asked?: true;
};

/** The drills of a quarter. The half of their seed is fixed by its hash before any of them, and published after the last. */
export type DrillQuarter = {
  readonly quarter: Quarter;
  readonly halfHash: string;
  readonly half?: string;
  readonly drills: readonly Drill[];
};

/** The seed of a quarter: SHA-256 of "<quarter> <half>". */
export function drillSeed(quarter: Quarter, half: string): string {
  return hashOf(`${quarter} ${half}`);
}

/** True if a drill is watched, by the lot of "<seed> <task>". */
export function isWatched(seed: string, task: TaskId): boolean {
  return lotOf(seed, task).slice(0, 8) <= WATCHED_BELOW;
}

/** Draws the watcher of a drill: the fewest watches in the quarter, then the lot. Undefined without a free person. */
export function drawWatcher(
  { drills }: DrillQuarter,
  { task, premises, watch }: Drill,
  checkers: readonly { readonly pseudonym: string }[],
  not: Frame['checkers'],
  seed: string,
): string | undefined {
  const loads = new Map(
    checkers.map(({ pseudonym }) => [
      checkerCode(task, pseudonym),
      drills.filter((one) => one.watch?.watchers.at(-1) === checkerCode(one.task, pseudonym)).length,
    ]),
  );
  return nextChecker({ checkers: not }, premises, {
    loads,
    besides: watch?.watchers ?? [],
    lot: (name) => lotOf(seed, name),
  });
}

/** The minutes of a drill: those that its watcher noted, else those of the contact. */
export function minutesOf({ watch, minutes }: Drill): number | undefined {
  return watch?.minutes ?? minutes;
}

/** True for a drill without minutes that may still count. */
export function isUntimed(drill: Drill): boolean {
  return minutesOf(drill) === undefined && !isUnseen(drill);
}

/** True for a watch to which no person is to go. */
export function lacksWatcher({ watch }: Drill): boolean {
  return watch !== undefined && (watch.watchers.at(-1) ?? NO_WATCHER) === NO_WATCHER;
}

/**
 * True if the last drill of the premises was chosen, but was cancelled or no person could be told in time: the next one is
 * watched. Else a drill could be cancelled until the lot leaves it out.
 */
export function owesWatch(drills: readonly Drill[], premises: string): boolean {
  const last = drills.filter((one) => one.premises === premises).toSorted((a, b) => b.from - a.from)[0];
  return last?.watch?.calledOff === true || (last?.watch?.answer === 'missed' && lacksWatcher(last));
}

/** The quarter with another state of one drill. */
export function withDrill(quarter: DrillQuarter, drill: Drill): DrillQuarter {
  const isNew = !quarter.drills.some(({ task }) => task === drill.task);
  const drills = quarter.drills.map((one) => (one.task === drill.task ? drill : one));
  return { ...quarter, drills: isNew ? [...drills, drill] : drills };
}

/** True for a drill that its watcher did not see, and no lead confirmed: it counts for nothing. */
export function isUnseen({ watch }: Drill): boolean {
  return watch?.answer === 'not_held' && watch.overruled === undefined;
}
