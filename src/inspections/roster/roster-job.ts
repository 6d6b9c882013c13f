import { randomInt } from 'node:crypto';
import { eachOrLog } from '../../background/each-or-log.ts';
import type { Job } from '../../background/job.ts';
import { DAY_MS, dayOf, momentOf } from '../../calendar.ts';
import type { Notice } from '../../notify/notify.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffWith } from '../../people/role.ts';
import { commitAsSystem } from '../../store/commit-as-system.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Shift } from './shift.ts';
import { MAY_PLAN_SHIFTS } from './shift.ts';
import { countOpen, loadColleagues, shiftButton, shiftValues, stepMessage } from './shift-messages.ts';
import { changeShift, nextShiftStep } from './shift-rules.ts';
import { keepShift, loadShift, loadShifts, removeShift } from './shift-store.ts';
import type { TestCall } from './test-call.ts';
import { ANSWER_WITHIN_MS, drawCall, endCall, keepCall, loadCalls } from './test-call.ts';

const EVERY_MS = 5000;
const BATCH = 50;
/** The longest shift, and the time for which a past one stays. */
const LONGEST_MS = DAY_MS;
const KEPT_MS = 60 * DAY_MS;

/** Tells gaps, starts and ends of shifts, and makes one test call a week at each place. */
export function rosterJob(services: Services): Job {
  const { store, log } = services;
  return {
    name: 'roster',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now, stopping) => {
      const due = [store.keys.shiftsClock, '-inf', String(now), 'BYSCORE', 'LIMIT', 0, BATCH] as const;
      const ids = await orStoreAway(store.redis.zrange(...due));
      const stepped = await eachOrLog(ids, { log, what: 'a shift', stopping, work: (id) => step(id, services, now) });
      return { stepped, called: await callPlaces(services, now) };
    },
  };
}

async function step(id: string, services: Services, now: number): Promise<void> {
  const { store, city } = services;
  const kept = await loadShift(store, id);
  const next = kept && nextShiftStep(kept.record);
  if (!kept || !next) return;
  // The role of its holder is over: the shift is free again, and a gap.
  const isLeft = now < kept.record.from && (await hasLeft(kept.record, services));
  const record = isLeft ? changeShift(kept.record, 'handed_back', '') : kept.record;
  const due = isLeft ? 'gap' : next.step;
  const told = { ...record, told: [...(record.told ?? []), due] };
  const change = keepShift(store, told, kept);
  const notices = isStillNews(record, due, now) ? await noticesOf(record, due, services, now) : [];
  const op = `shift:${id}:${kept.version}:${due}`;
  const old = due === 'end' ? await oldShifts(services, now) : [];
  await commitAndNotify({ op, what: 'shift_told', ...change, writes: [...change.writes, ...old] }, notices, {
    ...services,
    city,
  });
}

async function hasLeft({ taken, region }: Shift, { store, city }: Services): Promise<boolean> {
  return taken !== undefined && !(await loadColleagues(store, region, city)).some(({ who }) => who === taken);
}

/** A step that is told too late would only confuse. */
function isStillNews({ from, until, taken, note }: Shift, step: string, now: number): boolean {
  if (step === 'gap') return taken === undefined && now < from;
  if (step === 'start') return taken !== undefined && now < until;
  return taken !== undefined && note === undefined && now < until + DAY_MS / 4;
}

async function noticesOf(
  record: Shift,
  step: 'gap' | 'start' | 'end',
  { store, city }: Services,
  now: number,
): Promise<readonly Notice[]> {
  const earlier = await loadShifts(store, record.from - 2 * LONGEST_MS, record.from);
  const before = earlier
    .map((kept) => kept.record)
    .findLast(({ id, place, until }) => id !== record.id && place === record.place && until <= record.from);
  const said = stepMessage({ step, shift: record, before, ...(await countOpen(store, record.region, now)) }, city);
  if (step === 'gap') {
    const to = await staffWith(store, MAY_PLAN_SHIFTS, city.regions.chain(record.region));
    return to.map((urn) => ({ to: urn, said }));
  }
  const holder = (await loadColleagues(store, record.region, city)).find(({ who }) => who === record.taken);
  return holder ? [{ to: holder.urn, said }] : [];
}

async function oldShifts({ store }: Services, now: number) {
  const old = await loadShifts(store, 0, now - KEPT_MS);
  return old.slice(0, BATCH).flatMap((kept) => removeShift(store, kept).writes);
}

/** The Monday of a time, 2026-11-23. */
export function weekOf(now: number): string {
  const weekday = (new Date(`${dayOf(now)}T00:00:00Z`).getUTCDay() + 6) % 7;
  return dayOf(now - weekday * DAY_MS);
}

/** Draws the calls of new places, sends those that are due, and ends those without an answer. */
async function callPlaces(services: Services, now: number): Promise<number> {
  const { store } = services;
  const week = weekOf(now);
  const end = momentOf(`${week}T00:00`) + 7 * DAY_MS;
  const [calls, kept] = await Promise.all([loadCalls(store), loadShifts(store, now - LONGEST_MS, end)]);
  const shifts = kept.map(({ record }) => record).filter(({ until }) => until > now);
  const byPlace = Map.groupBy(
    shifts.filter(({ taken }) => taken !== undefined),
    ({ place }) => place,
  );
  let done = 0;
  for (const [place, list] of byPlace) {
    if (calls.get(place)?.week === week) continue;
    const call = drawCall(list, now, week, (below) => randomInt(Math.min(below, 2 ** 47)));
    if (!call) continue;
    const writes = [keepCall(store, place, call)];
    await commitAsSystem(
      store,
      { op: `call:${place}:${week}:${call.at}`, what: 'test_call_drawn', checks: [], writes },
      now,
    );
    done += 1;
  }
  for (const [place, call] of calls) if (!call.done) done += await moveCall(place, call, services, now);
  return done;
}

async function moveCall(place: string, call: TestCall, services: Services, now: number): Promise<number> {
  const { store, city } = services;
  if (call.sentAt !== undefined) {
    if (now - call.sentAt <= ANSWER_WITHIN_MS) return 0;
    const writes = endCall(store, place, call, false);
    await commitAsSystem(
      store,
      { op: `call:${place}:${call.week}:over`, what: 'test_call_over', checks: [], writes },
      now,
    );
    return 1;
  }
  if (now < call.at) return 0;
  const shift = (await loadShift(store, call.shift))?.record;
  const holder =
    shift?.taken === undefined
      ? undefined
      : (await loadColleagues(store, shift.region, city)).find(({ who }) => who === shift.taken);
  const op = `call:${place}:${call.week}:${call.at}:sent`;
  // Down at the moment of the call: the week's call is drawn anew.
  if (!shift || now > shift.until || now > call.at + 10 * ANSWER_WITHIN_MS) {
    const writes = [['HDEL', store.keys.rosterCalls, place] as const];
    await commitAsSystem(store, { op: `${op}:void`, what: 'test_call_void', checks: [], writes }, now);
    return 1;
  }
  const said = {
    key: 'flows/roster:news.call',
    values: shiftValues(shift, shift.taken ?? '', city),
    buttons: [shiftButton(shift, 'call_answered')],
  } as const;
  const writes = holder ? [keepCall(store, place, { ...call, sentAt: now })] : endCall(store, place, call, false);
  const notices = holder ? [{ to: holder.urn, said }] : [];
  await commitAndNotify({ op, what: 'test_call_sent', checks: [], writes }, notices, services);
  return 1;
}
