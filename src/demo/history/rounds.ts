import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Premises } from '../../city/premises.ts';
import { startChecks, takeChecks } from '../../creation/checks/check-rules.ts';
import { claimsHash } from '../../creation/checks/draw-round.ts';
import { sendBack } from '../../creation/checks/project-rules.ts';
import { claimItem, lockClaim } from '../../creation/claims/claim-rules.ts';
import { drillSeedOf, keepDrills } from '../../creation/drills/drill-store.ts';
import type { Drill } from '../../creation/drills/drill-watch.ts';
import { drillSeed, isWatched } from '../../creation/drills/drill-watch.ts';
import { readEvidence } from '../../creation/evidence/read-evidence.ts';
import { endNotice, objectTo, proposeNotice } from '../../creation/notice/notice-rules.ts';
import { quarterEnd, quarterOf } from '../../creation/plan/quarter.ts';
import type { FrozenEvidence, Round, RoundId } from '../../creation/rounds/round.ts';
import { plannedRound } from '../../creation/rounds/round.ts';
import type { RoundStep } from '../../creation/rounds/round-step.ts';
import { keepRound } from '../../creation/rounds/round-store.ts';
import { keepHalf } from '../../inspections/draw/draw-store.ts';
import { defaultStandard } from '../../inspections/standards/default-standards.ts';
import type { Item } from '../../inspections/standards/standard.ts';
import { isChecked } from '../../inspections/standards/standard.ts';
import type { Mark } from '../../inspections/visits/read-marks.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import { hashOf, seedOf } from '../../surveys/wave/draw.ts';
import type { TaskId } from '../../volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../volunteers/tasks/task-store.ts';
import type { VolunteerId } from '../../volunteers/volunteer/volunteer.ts';
import words from '../city-names.json' with { type: 'json' };
import { endedTask } from './ended-task.ts';
import { recheckWrites } from './recheck.ts';

/** The demo's premises with a round, by the part that they play. */
export const [STATION, SCHOOL, GARDEN, COURT] = [
  'station_1_1',
  'shiyan_school',
  'jinxiu_garden',
  'taoyuan_court',
] as const;

/** A drill a month at the school, to which the teachers came: its ★ item is met by what happened. */
export function* demoDrills(store: Store, city: City, now: number): Generator<Write> {
  const { region = '', point } = city.premises.get(SCHOOL) ?? {};
  for (let month = 1; month <= 11; month += 1) {
    const from = now - month * 30 * DAY_MS;
    const task = endedTask({
      id: demoDrillId(month),
      kind: 'drill',
      words: words.creation.drill,
      place: { region, ...(point ? { point } : {}) },
      region,
      from,
      until: from + HOUR_MS,
    });
    yield* keepTask(store, task).writes;
    for (const name of ['a', 'b']) {
      const taker: VolunteerId = `volunteer_d${month}${name}`;
      yield ['ZADD', store.keys.taskTakers(task.id), from, taker];
      yield* setPart(store, task.id, taker, { state: 'confirmed', at: from });
      yield ['ZADD', store.keys.volunteerTasks(taker), from, task.id];
    }
  }
}

/** The quarters of these drills: each took two or three minutes, and what the lot chose was watched. */
export function demoDrillWatches(store: Store, now: number): readonly Write[] {
  const drills = Array.from({ length: 11 }, (_, i) => {
    const from = now - (i + 1) * 30 * DAY_MS;
    return { task: demoDrillId(i + 1), premises: SCHOOL, from, until: from + HOUR_MS, minutes: 3 - (i % 2) };
  });
  return timedDrills(store, drills, now);
}

/** Lists timed drills in their quarters as the lot would; a quarter that is over is open. */
export function timedDrills(
  store: Store,
  drills: readonly (Drill & { readonly minutes: number })[],
  now: number,
): readonly Write[] {
  return [...Map.groupBy(drills, ({ from }) => quarterOf(from))].flatMap(([quarter, some]) => {
    const half = hashOf(`demo drills ${quarter}`);
    const seed = drillSeed(quarter, half);
    const listed = some.map(({ minutes, ...drill }): Drill => {
      const watch = { watchers: ['demo'], answer: 'held', minutes, at: drill.until } as const;
      return { ...drill, ...(isWatched(seed, drill.task) ? { watch } : { minutes, asked: true }) };
    });
    const open = quarter === quarterOf(now) ? {} : { half };
    return [
      ...keepDrills(store, { quarter, halfHash: hashOf(half), drills: listed, ...open }).writes,
      keepHalf(store, drillSeedOf(quarter), 'office', half),
    ];
  });
}

function demoDrillId(month: number): TaskId {
  return `task_drill${String(month).padStart(3, '0')}`;
}

/** Writes rounds in four states: a station has met a level and passed a re-check, a school is under notice, one estate claims, another cures gaps. */
export async function roundWrites(store: Store, city: City, now: number): Promise<readonly Write[]> {
  const premises = [STATION, SCHOOL, GARDEN, COURT].flatMap((id) => city.premises.get(id) ?? []);
  const wanted = premises.map((one) => ({ premises: one, standard: defaultStandard(one.series) }));
  const evidence = await readEvidence(store, wanted, city, now);
  return premises.flatMap((one) => {
    const { round, half } = demoRound(one, evidence.get(one.id) ?? {}, now);
    const checked = one.id === STATION ? recheckWrites(store, city, round, now) : { round, writes: [] };
    return [
      ...keepRound(store, checked.round, now).writes,
      keepHalf(store, round.id, 'office', half),
      ...checked.writes,
    ];
  });
}

/** The id of the round of these premises. */
export function demoRoundId(premises: string): RoundId {
  return `round_${hashOf(premises).slice(0, 8)}`;
}

function demoRound(
  premises: Premises,
  evidence: Readonly<Record<number, FrozenEvidence>>,
  now: number,
): { readonly round: Round; readonly half: string } {
  const { id, series } = premises;
  const standard = defaultStandard(series);
  const hand = standard.items.filter(isChecked);
  const half = hashOf(`${id} half`);
  const plannedAt = now - 60 * DAY_MS;
  const due = quarterEnd(quarterOf(now + 30 * DAY_MS));
  const plan = { id: demoRoundId(id), premises, standard: standard.version, due, halfHash: hashOf(half) };
  const planned = { ...plannedRound({ ...plan, now: plannedAt }), evidence, evidenceAt: plannedAt };
  const claim = (items: readonly Item[], round: Round = planned) =>
    items.reduce((so, { no }) => done(claimItem(so, standard, { no, mark: 'full' })), round);
  if (id === GARDEN) return { half, round: claim(hand.slice(0, 7)) };
  const at = (days: number) => now - days * DAY_MS;
  const locked = done(lockClaim(claim(hand), standard, at(40)));
  const frameHash = hashOf(`${id} frame`);
  const seed = seedOf(frameHash, [half, claimsHash(locked)]);
  const drawn = hand.filter(({ critical }, i) => critical || i % 2 === 0).map(({ no }) => no);
  const checking = done(startChecks(locked, drawn, at(39), { frameHash, seed }));
  const failing = id === COURT ? drawn.slice(0, 2) : [];
  const marks = Object.fromEntries(drawn.map((no): [number, Mark] => [no, failing.includes(no) ? 'half' : 'full']));
  const found = { visit: `visit_${id}`, marks, checkers: [] };
  const judged = done(takeChecks(checking, standard, found, { heldDays: 0, unannounced: false }, at(34)));
  if (id === COURT) return { half, round: done(sendBack({ ...judged, state: 'judged' }, standard, at(9))) };
  const level = { ...judged, state: 'judged', level: judged.level ?? 'district' } as const;
  const once = done(proposeNotice(level, 'demo-lead', at(id === SCHOOL ? 2 : 30)));
  const notice = done(proposeNotice(once, 'demo-office', at(id === SCHOOL ? 1 : 29)));
  if (id === SCHOOL) {
    const objection = { mark: 'demo', words: { text: words.creation.objection }, at: at(0.5) };
    return { half, round: done(objectTo(notice, objection)) };
  }
  return { half, round: done(endNotice(notice, Math.max(at(20), notice.noticeUntil ?? 0))) };
}

function done(step: RoundStep): Round {
  if (step.type === 'refused') throw new Error(`The demo's round stops: ${step.why}.`);
  return step.round;
}
