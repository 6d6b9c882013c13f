/** Points at which fault tests kill the process (SIGKILL), in the order of one message's way. */
export const CRASH_POINTS = [
  'after_receive',
  'after_load',
  'commit_on_wire',
  'after_commit',
  'before_confirm',
  'after_confirm',
  'after_claim',
  'send_on_wire',
  'after_send',
  'ack_on_wire',
  'after_ack',
  'while_recovering',
] as const;
/** Crash points of a broadcast: after a chunk of its recipients, and on one recipient's way. */
export const BROADCAST_CRASH_POINTS = [
  'broadcast_laid',
  'broadcast_marked',
  'broadcast_on_wire',
  'broadcast_sent',
  'broadcast_recorded',
] as const;
/** Crash points of a survey wave, from its draw to the deletion of all links to persons. */
export const WAVE_CRASH_POINTS = ['wave_drawn', 'wave_noted', 'wave_counted', 'wave_forgotten'] as const;
export type CrashPoint =
  | (typeof CRASH_POINTS | typeof BROADCAST_CRASH_POINTS | typeof WAVE_CRASH_POINTS)[number]
  /** A form of a message was refused, and the next one was not sent yet. */
  | 'between_forms';

let [armed, nth] = ['', '1'];
let passages = 0;

/** Sets a crash point: `after_commit:3` kills at the third passage. Only the entry of the fault tests calls this. */
export function armCrashPoint(at: string): void {
  [armed = '', nth = '1'] = at.split(':');
}

/** True in a process that will kill itself. */
export function isArmed(): boolean {
  return armed !== '';
}

/** Kills the process if this is the point that the fault test set. */
export function crashPoint(point: CrashPoint): void {
  if (armed !== point) return;
  passages += 1;
  if (passages === Number(nth)) process.kill(process.pid, 'SIGKILL');
}
