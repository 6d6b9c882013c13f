/** A problem that the start gate found and its cure, one line each. */
export type StartFinding = {
  /** `refuse`: the bot must not start. `safe_mode`: it starts, but sends nothing unasked until an organiser agrees. */
  readonly level: 'refuse' | 'safe_mode' | 'warn';
  readonly what: string;
  readonly cure: string;
  /** How long the problem may pass by itself, ms; after that it is final. */
  readonly mayPassInMs?: number;
};

export const refuse = (what: string, cure: string): StartFinding => ({ level: 'refuse', what, cure });
export const warn = (what: string, cure: string): StartFinding => ({ level: 'warn', what, cure });
