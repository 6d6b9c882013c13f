import { TIMINGS } from '../../src/timings.ts';

// Bot processes of the fault tests take over from one another in half the time of production.
// Shorter leases would be lost whenever several processes share two cores.
Object.assign(TIMINGS.jobs, { leaseMs: 1500 });
Object.assign(TIMINGS.relay, { silenceMs: 1500, recoverEveryMs: 400, unknownPausesMs: [300, 1500, 5000, 20_000] });
Object.assign(TIMINGS.sending, { leaseMs: 900, prepareEveryMs: 100 });
Object.assign(TIMINGS.telegram, { callTimeoutMs: 6000, pollLeaseMs: 1500 });
