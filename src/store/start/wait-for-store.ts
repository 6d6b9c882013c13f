import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../log.ts';
import type { Connection } from '../connect.ts';
import { untilConnected } from '../connect.ts';
import type { GateSettings } from './gate.ts';
import { checkStore } from './gate.ts';
import type { StartFinding } from './start-finding.ts';

const RETRY_MS = 500;

/** The start gate refused the store; each finding names its cure. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
  readonly findings: readonly StartFinding[];
  constructor(findings: readonly StartFinding[]) {
    super(findings.map(({ what, cure }) => `${what} ${cure}`).join('\n'));
    this.findings = findings;
  }
}

/**
 * Checks the store until it passes the start gate; returns the warnings. Waits for a Redis that starts or loads its data.
 * Throws StartRefused.
 */
export async function waitForStore(redis: Connection, gate: GateSettings, log: Log): Promise<readonly StartFinding[]> {
  const started = performance.now();
  // A cluster refuses the first check before; the checks tell why there is no connection.
  await untilConnected(redis, RETRY_MS).catch(() => {});
  for (;;) {
    const findings = await checkStore(redis, gate, Date.now()).catch((error) => [unreachable(error)]);
    const refusals = findings.filter(({ level }) => level === 'refuse');
    if (refusals.length === 0) return findings;
    const wait = Math.max(...refusals.map(({ mayPassInMs = 0 }) => mayPassInMs));
    if (performance.now() - started > wait) throw new StartRefused(refusals);
    log.info({ refusals: refusals.map(({ what }) => what) }, 'the store is not ready yet');
    await sleep(RETRY_MS);
  }
}

/** A store whose settings changed is noticed within this time, ms. */
const RECHECK_MS = 30_000;

/** Repeats the start gate under the running process, at most once in `RECHECK_MS`; `first` are the findings of the start. */
export function openRecheck(
  redis: Connection,
  gate: GateSettings,
  log: Log,
  first: readonly StartFinding[],
  clock: () => number = () => performance.now(),
): () => Promise<readonly StartFinding[]> {
  let findings = first;
  let checkedAt = clock();
  return async () => {
    if (clock() - checkedAt < RECHECK_MS) return findings;
    checkedAt = clock();
    // An absent store is the probe's to report.
    findings = await checkStore(redis, gate, Date.now()).catch(() => findings);
    for (const { level, what } of findings)
      if (level === 'refuse') log.error({ what }, 'the store changed its settings');
    return findings;
  };
}

function unreachable(error: unknown): StartFinding {
  const why = error instanceof Error ? error.message : String(error);
  const what = `Redis does not answer (${why}).`;
  if (/WRONGPASS|NOAUTH|NOPERM/.test(why)) {
    const cure = 'Put the right user and password into REDIS_URL: redis://user:password@host.';
    return { level: 'refuse', what, cure };
  }
  const cure = 'Start it, or set REDIS_URL; without REDIS_URL the bot starts a Redis of its own.';
  return { level: 'refuse', what, cure, mayPassInMs: why.startsWith('LOADING') ? 60_000 : 10_000 };
}
