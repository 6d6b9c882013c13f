/** Limits on how much one person may send. */
export type Quotas = {
  /** Burst of updates; after it one update per second, the rate at which a chat may be answered. */
  readonly updates: number;
  readonly reportsPerHour: number;
  readonly reportsPerDay: number;
  /** During the first 24 hours after the person's first message. */
  readonly reportsOnFirstDay: number;
};

export const QUOTAS: Quotas = { updates: 20, reportsPerHour: 5, reportsPerDay: 20, reportsOnFirstDay: 2 };
