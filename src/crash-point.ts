/** Every place where the fault tests end the process with kill -9, in the order in which one message passes them. */
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
/** The same for one recipient of a broadcast. */
export const BROADCAST_CRASH_POINTS = [
  'broadcast_marked',
  'broadcast_on_wire',
  'broadcast_sent',
  'broadcast_recorded',
] as const;
/** The same for a wave: from its draw to the moment at which nothing leads back any more. */
export const WAVE_CRASH_POINTS = ['wave_drawn', 'wave_noted', 'wave_counted', 'wave_forgotten'] as const;
export type CrashPoint = (typeof CRASH_POINTS | typeof BROADCAST_CRASH_POINTS | typeof WAVE_CRASH_POINTS)[number];

/** `CRASH_AT=after_commit:3` dies at the third passage. The configuration refuses it beside a real bot. */
const [armed, nth] = (process.env.CRASH_AT ?? '').split(':');
let passages = 0;

/** Ends the process here, as a power cut would, if the fault test asked for this point. */
export function crashPoint(point: CrashPoint): void {
  if (armed !== point) return;
  passages += 1;
  if (passages === Number(nth ?? 1)) process.kill(process.pid, 'SIGKILL');
}
