/** Every interval and time-out that decides how fast the product notices something. Tests use shorter ones. */
export type Timings = {
  readonly jobs: {
    /** False: jobs run only when `jobs.run(name)` is called. */
    readonly byTimer: boolean;
    /** Lifetime of the job lease, ms. */
    readonly leaseMs: number;
    /** Longest time of one run, ms. */
    readonly limitMs: number;
    /** Shortest time between two written records of one job, ms. */
    readonly recordEveryMs: number;
  };
  readonly relay: {
    /** A process without a heartbeat for this long counts as dead, ms; its claims go to others. */
    readonly silenceMs: number;
    /** Time between two heartbeats, ms. */
    readonly recoverEveryMs: number;
    /** Pauses before a reply of unknown outcome is sent again, ms; the last one repeats. */
    readonly unknownPausesMs: readonly number[];
  };
  readonly sending: {
    /** Lifetime of the lease for sending announcements, ms. */
    readonly leaseMs: number;
    /** Time between two looks for runs to start, ms. */
    readonly prepareEveryMs: number;
  };
  readonly store: {
    /** The most that a failover may lose, ms. Data that lack more are a restored backup. */
    readonly failoverLossMs: number;
  };
  readonly open311: {
    /** An answer to a read without a key serves equal reads for this long, ms. */
    readonly keptMs: number;
  };
  readonly telegram: {
    /** A call without an answer for this long has an unknown outcome, ms. */
    readonly callTimeoutMs: number;
    /** Lifetime of the lease for polling, ms. */
    readonly pollLeaseMs: number;
  };
};

/** The values in production, each with its reason. */
export const TIMINGS: Timings = {
  jobs: {
    byTimer: true,
    // Notices go on 3 s after a crash; a lease of 1 s would be lost in a long garbage collection.
    leaseMs: 3000,
    // The slowest job counts a city's survey in about 3 s; a minute means that it hangs.
    limitMs: 60_000,
    // An operator who looks sees a value of the last seconds; more writes would cost an fsync each.
    recordEveryMs: 10_000,
  },
  relay: {
    // Three missed heartbeats: a stalled process is spared, a dead one's replies wait 3 s at most.
    silenceMs: 3000,
    recoverEveryMs: 1000,
    // P3: at least once. Short at first for a person who waits, rare later for a chat that stays away.
    unknownPausesMs: [1000, 5000, 20_000, 60_000],
  },
  sending: {
    // P7: a slot fires at most 2 s late, so another sender must take over within that time.
    leaseMs: 1200,
    prepareEveryMs: 300,
  },
  store: {
    // A replica lags by seconds, and a primary that is cut off takes writes until the sentinels count it as down.
    failoverLossMs: 60_000,
  },
  open311: {
    // Programs poll once a minute or less; a person who looks twice sees what is new.
    keptMs: 5000,
  },
  telegram: {
    // Longer than Telegram needs; an edit and a new message together stay below a claim's 30 s.
    callTimeoutMs: 12_000,
    pollLeaseMs: 3000,
  },
};
