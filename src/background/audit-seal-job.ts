import { sealAudit } from '../store/records/audit-chain.ts';
import type { Store } from '../store/store.ts';
import type { Job } from './job.ts';

const EVERY_MS = 5000;

/** Chains new audit entries by their hashes, so that a later change shows. */
export function auditSealJob(store: Store, mirror: string): Job {
  return {
    name: 'audit-seal',
    every: EVERY_MS,
    runsIn: 'one_process',
    inSafeMode: true,
    run: async (now) => ({ sealed: await sealAudit(store, mirror, now) }),
  };
}
