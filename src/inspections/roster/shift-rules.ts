import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../calendar.ts';
import type { Shift, ShiftStep } from './shift.ts';
import { SHIFT_STEPS } from './shift.ts';

/** Deeds on a shift, in the order of their buttons. */
export const SHIFT_DEEDS = [
  'taken',
  'swapped',
  'note_written',
  'swap_asked',
  'swap_kept',
  'handed_back',
  'cancelled',
] as const;
export type ShiftDeed = (typeof SHIFT_DEEDS)[number];

/** A hand-over note may follow the end of a shift by this much. */
const NOTE_LATE_MS = 6 * HOUR_MS;
const BEFORE_MS: Readonly<Record<ShiftStep, number>> = { gap: DAY_MS, start: 30 * MINUTE_MS, end: 0 };

/** The person who acts: pseudonym, and rights on the ground of the shift. */
export type ShiftActor = { readonly me: string; readonly mayHold: boolean; readonly mayPlan: boolean };

/** Lists the deeds that are possible now. Taking over needs both: the holder asked, the colleague taps. */
export function shiftDeeds(shift: Shift, { me, mayHold, mayPlan }: ShiftActor, now: number): readonly ShiftDeed[] {
  const isMine = shift.taken === me;
  const isOver = now >= shift.until;
  const hasBegun = now >= shift.from;
  const possible: Readonly<Record<ShiftDeed, boolean>> = {
    taken: shift.taken === undefined && mayHold && !isOver,
    swapped: shift.swapAsked === true && !isMine && mayHold && !isOver,
    note_written: isMine && hasBegun && now < shift.until + NOTE_LATE_MS,
    swap_asked: isMine && !isOver && !shift.swapAsked,
    swap_kept: isMine && !isOver && shift.swapAsked === true,
    handed_back: isMine && !hasBegun,
    cancelled: mayPlan && !hasBegun,
  };
  return SHIFT_DEEDS.filter((deed) => possible[deed]);
}

/** True if a person holds another shift at the same time. */
export function isBusy(shift: Shift, own: readonly Shift[]): boolean {
  return own.some(({ id, from, until }) => id !== shift.id && from < shift.until && shift.from < until);
}

/** The shift after a deed. Cancelling deletes it and is not decided here. */
export function changeShift(shift: Shift, deed: Exclude<ShiftDeed, 'cancelled'>, me: string, note?: string): Shift {
  const { swapAsked: _asked, ...rest } = shift;
  switch (deed) {
    case 'taken':
    case 'swapped':
      return { ...rest, taken: me };
    case 'swap_kept':
      return rest;
    case 'swap_asked':
      return { ...shift, swapAsked: true };
    case 'handed_back': {
      // The gap is a new one, also on the last day.
      const { taken: _gone, told: _told, ...free } = rest;
      return free;
    }
    case 'note_written':
      return note === undefined ? shift : { ...shift, note };
  }
}

/** The next timed step of a shift and its time, ms since the epoch; undefined after the last one. */
export function nextShiftStep({
  from,
  until,
  told = [],
}: Shift): { readonly step: ShiftStep; readonly at: number } | undefined {
  const step = SHIFT_STEPS.find((one) => !told.includes(one));
  return step && { step, at: (step === 'end' ? until : from) - BEFORE_MS[step] };
}
