import type { Job } from '../../background/job.ts';
import { CALENDAR_ENDS, dayOf, MINUTE_MS, momentOf, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import { SERIES } from '../../city/series.ts';
import type { Value } from '../../delivery/outcome.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffWith } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { drawValues } from '../draw/commit-draw.ts';
import type { DrawId, InspectionDraw } from '../draw/draw.ts';
import { EACH, MAY_DRAW } from '../draw/draw.ts';
import { keepDraw, loadDraw } from '../draw/draw-store.ts';
import { loadShifts } from '../roster/shift-store.ts';
import type { Visit } from '../visits/visit.ts';
import { failedItems } from '../visits/visit-rules.ts';
import { loadVisitsOf } from '../visits/visit-store.ts';
import type { HolidayPlan } from './holiday-plan.ts';
import { isPlanKnown, plansOn } from './holiday-plan.ts';

const EVERY_MS = 10 * MINUTE_MS;

/** Drafts the checks before a holiday for the organisers of the city, and reports after it. It starts no draw by itself. */
export function holidayChecksJob(services: Services): Job {
  return {
    name: 'holiday-checks',
    every: EVERY_MS,
    runsIn: 'one_process',
    run: async (now) => {
      const [region] = services.city.regions.all('city');
      if (region === undefined || remainingMs(QUIET_HOURS.usual, now) > 0) return { planned: 0 };
      let planned = 0;
      for (const plan of plansOn(dayOf(now))) planned += await step(plan, region, services, now);
      return { planned };
    },
  };
}

/** The step that a plan needs today: lists, second look, or report. */
async function step(plan: HolidayPlan, region: string, services: Services, now: number): Promise<number> {
  const { store } = services;
  const today = dayOf(now);
  const lists = await loadDraw(store, idOf(plan, 'lists'));
  if (!lists) return today < plan.day ? draftLists(plan, region, services, now) : 0;
  const visits = (await loadVisitsOf(store, lists.record.id)).map(({ record }) => record);
  if (today >= plan.report) return lists.record.reported ? 0 : report(plan, lists, visits, services);
  if (today < plan.revisit || today >= plan.day || (await loadDraw(store, idOf(plan, 'revisit')))) return 0;
  return draftRevisit(plan, lists.record, visits, services, now);
}

/** One id for each step of a holiday, so that a repeated run makes no second draft. */
function idOf({ day }: HolidayPlan, name: 'lists' | 'revisit'): DrawId {
  return `draw_${hashOf(`${day} ${name}`).slice(0, 8)}`;
}

async function draftLists(plan: HolidayPlan, region: string, services: Services, now: number): Promise<number> {
  const here = new Set([...services.city.premises.values()].map(({ series }) => series));
  const series = SERIES.filter((one) => here.has(one));
  if (series.length === 0) return 0;
  const { holiday, day } = plan;
  const draft: InspectionDraw = {
    id: idOf(plan, 'lists'),
    state: 'draft',
    series,
    region,
    each: EACH.usual,
    named: [],
    from: plan.lists,
    until: plan.done,
    by: '',
    madeAt: now,
    before: { holiday, day, step: 'lists' },
  };
  return keepDraft(plan, draft, services);
}

/** Premises with a failed item are designated for a second look on the last working day. */
async function draftRevisit(
  plan: HolidayPlan,
  lists: InspectionDraw,
  visits: readonly Visit[],
  services: Services,
  now: number,
): Promise<number> {
  const failed = failedPremises(visits);
  if (failed.size === 0) return 0;
  const { holiday, day } = plan;
  const draft: InspectionDraw = {
    id: idOf(plan, 'revisit'),
    state: 'draft',
    series: lists.series.filter((series) => visits.some((one) => one.series === series && failed.has(one.premises))),
    region: lists.region,
    // None by lot: only the designated ones.
    each: 0,
    named: [...failed],
    from: plan.revisit,
    until: plan.revisit,
    by: '',
    madeAt: now,
    before: { holiday, day, step: 'revisit' },
  };
  return keepDraft(plan, draft, services);
}

/** Premises of which a visit found an item not met; an upheld objection takes the finding back. */
function failedPremises(visits: readonly Visit[]): ReadonlySet<string> {
  const failed = visits.filter((visit) => failedItems(visit).length > 0 && visit.objection?.answer?.upheld !== true);
  return new Set(failed.map(({ premises }) => premises));
}

/** A word about the shifts of the days off: none planned, some without a person, or all taken. */
async function rosterText({ day, report }: HolidayPlan, { store }: Services): Promise<Value> {
  const shifts = await loadShifts(store, momentOf(`${day}T00:00`), momentOf(`${report}T00:00`) - 1);
  const free = shifts.filter(({ record }) => record.taken === undefined).length;
  const part = shifts.length === 0 ? 'none' : free > 0 ? 'free' : 'full';
  return { key: `flows/my-draws:roster.${part}`, values: { free, shifts: shifts.length } };
}

async function keepDraft(plan: HolidayPlan, draft: InspectionDraw, services: Services): Promise<number> {
  const { store } = services;
  const roster = await rosterText(plan, services);
  const values = { holiday: { names: draft.before?.holiday ?? {} }, premises: draft.named.length, roster };
  const { checks, writes } = keepDraw(store, draft, undefined);
  const said = {
    key: `flows/my-draws:news.${isPlanKnown(draft) ? (draft.before?.step ?? 'lists') : 'unknown'}`,
    values: { ...drawValues(draft), ...values, ends: CALENDAR_ENDS },
    buttons: [
      { label: 'flows/my-draws:look', flow: 'my-draws', argument: draft.id },
      { label: 'flows/my-draws:plan_shifts', flow: 'roster', argument: 'new' },
    ],
  } as const;
  const notices = (await organisersOf(draft, services)).map((to) => ({ to, said }));
  const op = `holiday:${draft.id}`;
  return (await commitAndNotify({ op, what: 'holiday_check_drafted', checks, writes }, notices, services)) ? 1 : 0;
}

/** Tells the numbers once; a draft that was not started is not reported. */
async function report(
  plan: HolidayPlan,
  lists: Kept<InspectionDraw>,
  visits: readonly Visit[],
  services: Services,
): Promise<number> {
  const { store } = services;
  if (visits.length === 0) return 0;
  const again = (await loadVisitsOf(store, idOf(plan, 'revisit'))).map(({ record }) => record);
  const failed = failedPremises(visits);
  const seenAgain = new Set(again.filter(({ state }) => state === 'left').map(({ premises }) => premises));
  const stillFailed = failedPremises(again);
  const still = [...failed].filter((id) => !seenAgain.has(id) || stillFailed.has(id));
  // A repeat is a second look at the same premises.
  const first = visits.filter(({ repeats }) => repeats === undefined);
  const values = {
    ...drawValues(lists.record),
    holiday: { names: plan.holiday },
    visits: first.length,
    done: first.filter(({ state }) => state === 'left').length,
    failed: failed.size,
    still: still.length,
  };
  const said = { key: 'flows/my-draws:news.report', values } as const;
  const notices = (await organisersOf(lists.record, services)).map((to) => ({ to, said }));
  const { id, state } = lists.record;
  // A draw that still runs keeps its place on the clock.
  const due = state === 'drawn' ? services.now() : undefined;
  const { checks, writes } = keepDraw(store, { ...lists.record, reported: true }, due, lists);
  const op = `holiday:${id}:report`;
  return (await commitAndNotify({ op, what: 'holiday_check_reported', checks, writes }, notices, services)) ? 1 : 0;
}

async function organisersOf({ region }: InspectionDraw, { store, city }: Services) {
  return staffWith(store, MAY_DRAW, city.regions.chain(region));
}
