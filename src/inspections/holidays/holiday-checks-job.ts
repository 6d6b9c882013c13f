import type { Job } from '../../background/job.ts';
import { dayOf, MINUTE_MS, QUIET_HOURS, remainingMs } from '../../calendar.ts';
import { SERIES } from '../../city/series.ts';
import { commitAndNotify } from '../../notify/notify.ts';
import type { Services } from '../../notify/services.ts';
import { staffWith } from '../../people/role.ts';
import type { Kept } from '../../store/versioned-record.ts';
import { hashOf } from '../../surveys/wave/draw.ts';
import { drawValues } from '../draw/commit-draw.ts';
import type { DrawId, InspectionDraw } from '../draw/draw.ts';
import { EACH, MAY_DRAW } from '../draw/draw.ts';
import { keepDraw, loadDraw } from '../draw/draw-store.ts';
import type { Visit } from '../visits/visit.ts';
import { failedItems } from '../visits/visit-rules.ts';
import { loadVisitsOf } from '../visits/visit-store.ts';
import type { HolidayPlan } from './holiday-plan.ts';
import { plansOn } from './holiday-plan.ts';

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
  return keepDraft(draft, 0, services);
}

/** Premises with a failed item are designated for a second look on the last working day. */
async function draftRevisit(
  plan: HolidayPlan,
  lists: InspectionDraw,
  visits: readonly Visit[],
  services: Services,
  now: number,
): Promise<number> {
  const failed = visits.filter((visit) => failedItems(visit).length > 0);
  if (failed.length === 0) return 0;
  const { holiday, day } = plan;
  const draft: InspectionDraw = {
    id: idOf(plan, 'revisit'),
    state: 'draft',
    series: lists.series.filter((series) => failed.some((visit) => visit.series === series)),
    region: lists.region,
    // None by lot: only the designated ones.
    each: 0,
    named: [...new Set(failed.map(({ premises }) => premises))],
    from: plan.revisit,
    until: plan.revisit,
    by: '',
    madeAt: now,
    before: { holiday, day, step: 'revisit' },
  };
  return keepDraft(draft, draft.named.length, services);
}

async function keepDraft(draft: InspectionDraw, premises: number, services: Services): Promise<number> {
  const { store } = services;
  const { checks, writes } = keepDraw(store, draft, undefined);
  const said = {
    key: `flows/my-draws:news.${draft.before?.step ?? 'lists'}`,
    values: { ...drawValues(draft), holiday: { names: draft.before?.holiday ?? {} }, premises },
    buttons: [{ label: 'flows/my-draws:look', flow: 'my-draws', argument: draft.id }],
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
  const failed = visits.filter((visit) => failedItems(visit).length > 0);
  const cured = again.filter(({ state, agreed }) => state === 'left' && agreed && failedItems({ agreed }).length === 0);
  const values = {
    ...drawValues(lists.record),
    holiday: { names: plan.holiday },
    visits: visits.length,
    done: visits.filter(({ state }) => state === 'left').length,
    failed: failed.length,
    still: failed.length - cured.length,
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
