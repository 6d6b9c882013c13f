import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { premisesScope } from '../../city/series.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffIn } from '../../people/role.ts';
import type { Write } from '../../store/commit.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import { loadDocuments } from '../documents/document-store.ts';
import type { Checker } from '../draw/checkers.ts';
import { findCheckers, loadCheckersOf } from '../draw/checkers.ts';
import { nextCheckerFor } from './next-checker.ts';
import type { Visit } from './visit.ts';
import { loadStandardOf, resultMessage, tellChecker } from './visit-card.ts';
import { isOver } from './visit-rules.ts';
import { assignVisit, keepVisit, loadVisit, visitEndsAt } from './visit-store.ts';

const EVERY_MS = 500;
const BATCH = 20;

/** Takes visits through their life: tells checkers, finds a third one, hands the result to the premises, ends late ones. */
export function visitClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'visit-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.visitsClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const visits = await orStoreAway(store.redis.zrange(...due));
      const work = (id: string) => step(id, services, now);
      return { stepped: await eachOrLog(visits, { log, what: 'a visit', stopping, work }) };
    },
  };
}

type Step = { readonly visit: Visit; readonly writes: readonly Write[]; readonly notices: readonly Notice[] };

async function step(id: string, services: Services, now: number): Promise<void> {
  const { store } = services;
  const kept = await loadVisit(store, id);
  if (!kept || isOver(kept.record)) {
    const writes = [['ZREM', store.keys.visitsClock, id] as const];
    await commitAndNotify({ op: `visit:${id}:over:${now}`, what: 'visit_stepped', checks: [], writes }, [], services);
    return;
  }
  const next = await nextStep(kept, services, now);
  const change = keepVisit(store, next.visit, undefined, kept);
  const writes = [...change.writes, ...next.writes, ...(isOver(next.visit) ? endsDraw(next.visit, services, now) : [])];
  const op = `visit:${id}:${kept.version}`;
  await commitAndNotify(
    { op, what: `visit_${next.visit.state}`, checks: change.checks, writes },
    next.notices,
    services,
  );
}

async function nextStep({ record: visit }: Kept<Visit>, services: Services, now: number): Promise<Step> {
  const nothing = { writes: [], notices: [] };
  switch (visit.state) {
    case 'agreed':
      return leave(visit, services, now);
    case 'drawn':
      if (now < visitEndsAt(visit)) return tell(visit, services, now);
      break;
    case 'filled':
      if (visit.third === undefined && now < visitEndsAt(visit)) return callThird(visit, services, now);
      break;
    case 'told':
    case 'arrived':
    case 'left':
    case 'missed':
      break;
  }
  return now < visitEndsAt(visit) ? { visit, ...nothing } : { visit: { ...visit, state: 'missed' }, ...nothing };
}

/** Tells only the two checkers. A checker who left since the draw is replaced as after a conflict, and so is the next one. */
async function tell(visit: Visit, services: Services, now: number): Promise<Step> {
  const { store, city } = services;
  let found = visit;
  for (;;) {
    const there = await loadCheckersOf(store, visit, city, found.checkers);
    const code = found.checkers.find((one) => findCheckers(visit.of, [one], there).length === 0);
    if (code === undefined) break;
    const next = await nextCheckerFor(store, found);
    const checkers = found.checkers.flatMap((one) => (one === code ? (next ? [next] : []) : [one]));
    found = withoutChecker({ ...found, checkers }, code);
  }
  const told = { ...found, state: 'told' } as const;
  // After a withdrawal the list goes to the new checker, not once more to the one who has begun.
  const waiting = told.checkers.filter((code) => told.sheets[code] === undefined);
  // Those who took over are to be found as well.
  return withNotices(told, await loadCheckersOf(store, visit, city, waiting), services, now);
}

async function callThird(visit: Visit, services: Services, now: number): Promise<Step> {
  const { store, city } = services;
  let found = visit;
  for (;;) {
    const third = await nextCheckerFor(store, found);
    // No other checker is free of conflict: the first two agree on the spot, or the last day ends the visit.
    if (third === undefined) return { visit: found, writes: [], notices: [] };
    const called = await loadCheckersOf(store, visit, city, [third]);
    if (called.length > 0) return withNotices({ ...found, third }, called, services, now);
    found = withoutChecker(found, third);
  }
}

function withoutChecker(visit: Visit, code: string): Visit {
  return { ...visit, withdrawn: [...(visit.withdrawn ?? []), code] };
}

async function withNotices(visit: Visit, checkers: readonly Checker[], services: Services, now: number): Promise<Step> {
  const { store, city } = services;
  const [standard, documents] = await Promise.all([loadStandardOf(store, visit), loadDocuments(store, visit.premises)]);
  const listed = { standard, documents, city, now };
  return {
    visit,
    writes: checkers.map(({ pseudonym }) => assignVisit(store, visit, pseudonym)),
    notices: checkers.map((checker) => ({ to: checker.urn, said: tellChecker(visit, checker, listed) })),
  };
}

/** Hands the result to the premises' contacts; from now on they have two working days to object. */
async function leave(visit: Visit, services: Services, now: number): Promise<Step> {
  const { store, city } = services;
  const left: Visit = { ...visit, state: 'left', leftAt: now };
  const [contacts, checkers, standard] = await Promise.all([
    staffIn(store, 'unit_staff', [premisesScope(visit.premises)]),
    loadCheckersOf(store, visit, city, visit.checkers),
    loadStandardOf(store, visit),
  ]);
  const last = checkers.map(({ pseudonym }) => pseudonym);
  return {
    visit: left,
    writes: [['HSET', store.keys.lastCheckers, visit.premises, last.join(' ')]],
    notices: contacts.map((to) => ({ to, said: resultMessage(left, standard, city) })),
  };
}

/** Wakes the draw: this may have been its last visit. */
function endsDraw({ of }: Visit, { store }: Services, now: number): readonly Write[] {
  return of.startsWith('draw_') ? [['ZADD', store.keys.drawsClock, now, of]] : [];
}
