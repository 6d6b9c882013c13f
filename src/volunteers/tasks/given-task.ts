import type { Schedule } from '../../broadcasts/schedule.ts';
import { DAY_MS, HOUR_MS, momentOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { Place } from '../../engine/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyGrantCovers, EVERYWHERE } from '../../people/role.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Team } from '../teams/team.ts';
import type { Skill } from '../volunteer/volunteer.ts';
import { shortId } from '../volunteer/volunteer.ts';
import { isStaffedForNight } from './safety.ts';
import type { Task } from './task.ts';
import { openedTask } from './task.ts';
import type { TaskPlan, TaskPlanId } from './task-plan.ts';
import { slotAfter } from './task-plan.ts';

/** The organiser who gives a task, and the teams to choose from. */
export type GiveTaskFacts = City & {
  readonly grants: readonly Grant[];
  /** The organiser's pseudonym. */
  readonly me: string;
  readonly teams: readonly Kept<Team>[];
};

/** The answers that describe a task. */
export type GiveTaskAnswers = {
  readonly kind?: string | null;
  readonly words?: Words | null;
  readonly place?: Place | null;
  readonly at?: string | null;
  readonly hours?: string | null;
  readonly needed?: number | null;
  readonly skills?: readonly string[] | null;
  readonly team?: string | null;
  readonly check_in?: string | null;
  readonly proof?: string | null;
  readonly repeat?: string | null;
  readonly cron?: Words | null;
  readonly until?: string | null;
  readonly holidays?: boolean | null;
};

/** The option for a task that is not for one team. */
export const EVERYBODY = 'everybody';

const beginOf = ({ at }: GiveTaskAnswers) => momentOf(at ?? '');
const lastsMsOf = ({ hours }: GiveTaskAnswers) => Number(hours ?? '1') * HOUR_MS;

/** True if the answers describe a repeating task. */
export function isRepeated({ repeat }: GiveTaskAnswers): boolean {
  return (repeat ?? 'once') !== 'once';
}

/** The fewest places allowed: two at night, because volunteers go in pairs then. */
export function minPlaces(answers: GiveTaskAnswers): number {
  const from = beginOf(answers);
  return isStaffedForNight({ from, until: from + lastsMsOf(answers), needed: 1 }) ? 1 : 2;
}

/** The reason why the answers make no valid task now; undefined if they do. */
export function taskRefusal({
  facts,
  answers,
  now,
}: {
  readonly facts: GiveTaskFacts;
  readonly answers: GiveTaskAnswers;
  readonly now: number;
}) {
  const region = regionOf(answers, facts);
  if (region === undefined || !anyGrantCovers(facts.grants, region, facts.regions)) return 'elsewhere';
  const from = isRepeated(answers) ? firstSlot(answers, now).next : beginOf(answers);
  if (from === undefined) return 'never';
  if (from <= now) return 'over';
  const times = { from, until: from + lastsMsOf(answers), needed: answers.needed ?? 1 };
  return isStaffedForNight(times) ? undefined : 'alone';
}

/** Builds a task that happens once. */
export function givenTask(answers: GiveTaskAnswers, words: string, facts: GiveTaskFacts, now: number): Task {
  const from = beginOf(answers);
  return { ...taskOf(answers, words, facts), ...openedTask(now), from, until: from + lastsMsOf(answers) };
}

/** Builds a plan for a repeating task. */
export function givenPlan(answers: GiveTaskAnswers, words: string, facts: GiveTaskFacts, now: number): TaskPlan {
  const id: TaskPlanId = `plan_${shortId()}`;
  return { ...firstSlot(answers, now), id, task: { ...taskOf(answers, words, facts), plan: id } };
}

function taskOf(answers: GiveTaskAnswers, words: string, facts: GiveTaskFacts): TaskPlan['task'] {
  const { kind, place: where, needed, skills, team, check_in, proof } = answers;
  const region = regionOf(answers, facts) ?? '';
  return {
    kind: (kind ?? 'patrol') as Task['kind'], // as the step offers it, like those below
    words,
    // A place without a point counts as its whole region at check-in.
    place: { region, ...where },
    region: facts.regions.above(region, 'community') ?? region,
    needed: needed ?? 1,
    skills: (skills ?? []) as readonly Skill[],
    checkIn: (check_in ?? 'place') as Task['checkIn'],
    proof: (proof ?? 'nothing') as Task['proof'],
    ...(team && team !== EVERYBODY ? { team } : {}),
    by: facts.me,
  };
}

/** The schedule of a repeating task and its first slot; no `next` if the schedule has none. */
function firstSlot(answers: GiveTaskAnswers, now: number) {
  const { at, repeat, cron, until, holidays } = answers;
  const [day = '', time = '09:00'] = (at ?? '').split('T');
  const [hour, minute] = time.split(':').map(Number);
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  const days = { daily: '*', workdays: '1-5', weekly: String(weekday) }[repeat ?? ''];
  const schedule: Schedule = {
    type: 'cron',
    cron: cron && 'text' in cron ? cron.text : `${minute} ${hour} * * ${days ?? '*'}`,
    zone: 'Asia/Shanghai',
    misfire: 'skip',
    ...(until ? { until: momentOf(`${until}T00:00`) + DAY_MS } : {}),
  };
  const head = { schedule, notOnHolidays: holidays !== true, lastsMs: lastsMsOf(answers) };
  const next = slotAfter(head, repeat === 'cron' ? now : Math.max(now, beginOf(answers) - 1));
  return { ...head, ...(next === undefined ? {} : { next }) };
}

/** The region of the place as answered, else the organiser's own region. */
function regionOf({ place: where }: GiveTaskAnswers, { grants, regions }: GiveTaskFacts): string | undefined {
  const [scope] = grants.map((grant) => grant.scope);
  return where?.region ?? (scope === EVERYWHERE ? regions.all('city')[0] : scope);
}
