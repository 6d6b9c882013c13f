import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS } from '../../calendar.ts';
import { loadCheckersOf } from '../../inspections/draw/checkers.ts';
import { loadPairings } from '../../inspections/draw/pairing.ts';
import { loadVersion } from '../../inspections/standards/standard-store.ts';
import type { Visit } from '../../inspections/visits/visit.ts';
import { isAnnulled } from '../../inspections/visits/visit-rules.ts';
import { loadVisitsOf } from '../../inspections/visits/visit-store.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Standing } from '../checks/check-rules.ts';
import { takeChecks } from '../checks/check-rules.ts';
import type { DrawContext } from '../checks/draw-round.ts';
import { drawRound, visitRest } from '../checks/draw-round.ts';
import { isClaiming } from '../claims/claim-rules.ts';
import { readEvidence } from '../evidence/read-evidence.ts';
import { endSuspension, lapse } from '../level/level-rules.ts';
import { endNotice, noteLateAnswer, openObjection } from '../notice/notice-rules.ts';
import { endPhotos, photosEndAt } from '../notice/objection-photos.ts';
import type { Round } from './round.ts';
import { HOLDING } from './round.ts';
import { keepRound, loadRound, loadRoundsOf } from './round-store.ts';
import { marksOf, opOf, settleRound } from './settle-round.ts';

const EVERY_MS = 15_000;

/** Moves rounds by the clock: evidence, draws, checks, the end of notices, re-checks, suspensions and lapses. */
export function creationClockJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'creation-clock',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const ids = await orStoreAway(store.redis.zrange(store.keys.roundsClock, '-inf', String(now), 'BYSCORE'));
      const rounds = (await Promise.all(ids.map((id) => loadRound(store, id)))).flatMap((one) => one ?? []);
      const claiming = rounds.filter(({ record }) => isClaiming(record));
      await refreshEvidence(claiming, services, now);
      const others = rounds.filter(({ record }) => !isClaiming(record));
      let stepped = 0;
      const work = async (kept: Kept<Round>) => {
        // A round that waits for its checkers is looked at, and does not count.
        if (await step(kept, services, now)) stepped += 1;
      };
      await eachOrLog(others, { log, what: 'a round of premises', stopping, work });
      return { stepped, read: claiming.length };
    },
  };
}

/** Computes the items of all these rounds in one pass over the rows of the year. */
async function refreshEvidence(rounds: readonly Kept<Round>[], services: Services, now: number): Promise<void> {
  if (rounds.length === 0) return;
  const { store, city } = services;
  const wanted = await Promise.all(
    rounds.map(async ({ record }) => {
      const premises = city.premises.get(record.premises);
      const standard = await loadVersion(store, record.series, record.standard);
      return premises && standard ? [{ premises, standard }] : [];
    }),
  );
  const evidence = await readEvidence(store, wanted.flat(), city, now);
  for (const kept of rounds) {
    const round: Round = {
      ...endPhotos(kept.record, now),
      evidence: evidence.get(kept.record.premises) ?? {},
      evidenceAt: now,
    };
    const change = keepRound(store, round, now, kept);
    await commitAndNotify({ op: opOf(kept, 'evidence'), what: 'evidence_read', ...change }, [], services);
  }
}

/** True if the round moved. */
async function step(kept: Kept<Round>, services: Services, now: number): Promise<boolean> {
  const { store, city } = services;
  const { record } = kept;
  if ((photosEndAt(record) ?? Infinity) <= now) return deletePhotos(kept, services, now);
  const premises = city.premises.get(record.premises);
  const standard = await loadVersion(store, record.series, record.standard);
  // Premises that an import took away keep their rounds, which move no further.
  if (!premises || !standard) return false;
  const context: DrawContext = { store, city, premises, standard, pairings: await loadPairings(store, now), now };
  switch (record.state) {
    case 'claimed': {
      const change = await drawRound(kept, context);
      if (change) await commitAndNotify({ op: opOf(kept, 'drawn'), what: 'round_drawn', ...change }, [], services);
      return change !== undefined;
    }
    case 'checking':
      return readChecks(kept, services, context);
    case 'public_notice':
      return openObjection(record)
        ? settleRound(kept, noteLateAnswer(record, now), 'objection_late', services, context)
        : settleRound(kept, endNotice(record, now), 'met', services, context);
    case 'met':
    case 'named':
      return watchLevel(kept, services, context);
    case 'suspended':
      return settleRound(kept, endSuspension(record, now), 'withdrawn', services, context);
    default:
      return false;
  }
}

/** The step of the round, if there is one, comes with the next run. */
async function deletePhotos(kept: Kept<Round>, services: Services, now: number): Promise<boolean> {
  const change = keepRound(services.store, endPhotos(kept.record, now), now, kept);
  await commitAndNotify({ op: opOf(kept, 'photos'), what: 'photos_ended', ...change }, [], services);
  return false;
}

/** Reads the visits of the round that both checkers have agreed on. */
async function readChecks(kept: Kept<Round>, services: Services, context: DrawContext): Promise<boolean> {
  const { store, city } = services;
  const { record } = kept;
  const visits = (await loadVisitsOf(store, record.id)).map((one) => one.record);
  const missed = visits.find(({ id, state }) => state === 'missed' && !record.visits.includes(id));
  const visit = visits.find((one) => one.agreed !== undefined && !isAnnulled(one) && !record.visits.includes(one.id));
  if (!visit) return missed ? visitAgain(kept, missed, services, context) : false;
  const checkers = await loadCheckersOf(store, visit, city, codesOf(visit));
  const found = { visit: visit.id, marks: marksOf(visit), checkers: checkers.map(({ pseudonym }) => pseudonym) };
  const step = takeChecks(
    record,
    context.standard,
    found,
    await standingOf(record, services, context.now),
    context.now,
  );
  if (step.type === 'refused') return false;
  const more = step.full ? [await visitRest(record, step.full, visit, context)] : [];
  return settleRound(kept, step, step.full ? 'full_check' : 'judged', services, context, more);
}

/** A visit that was not done in time is asked for once more: not checked is not passed. */
async function visitAgain(
  kept: Kept<Round>,
  missed: Visit,
  services: Services,
  context: DrawContext,
): Promise<boolean> {
  const round: Round = { ...kept.record, visits: [...kept.record.visits, missed.id] };
  const more = await visitRest(round, missed.items, missed, context);
  return settleRound(kept, { type: 'done', round }, 'checks_missed', services, context, [more]);
}

function codesOf({ checkers, third }: Visit): readonly string[] {
  return [...checkers, ...(third ? [third] : [])];
}

/** What an earlier round of the premises stands for. */
async function standingOf(round: Round, { store }: Services, now: number): Promise<Standing> {
  const held = (await loadRoundsOf(store, round.premises)).find(
    ({ record }) => record.id !== round.id && HOLDING.includes(record.state),
  )?.record;
  return {
    heldDays: held?.metAt === undefined ? 0 : Math.floor((now - held.metAt) / DAY_MS),
    unannounced: held?.visitPassedAt !== undefined,
  };
}

/** Tells of the lapse 90 days ahead, and lapses. */
async function watchLevel(kept: Kept<Round>, services: Services, context: DrawContext): Promise<boolean> {
  const { record } = kept;
  const ended = lapse(record, context.now);
  if (ended.type === 'done') return settleRound(kept, ended, 'lapsed', services, context);
  if (record.toldOfLapse) return false;
  return settleRound(kept, { type: 'done', round: { ...record, toldOfLapse: true } }, 'lapse_ahead', services, context);
}
