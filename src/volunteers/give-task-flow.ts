import type { Schedule } from '../broadcasts/schedule.ts';
import { isCron } from '../broadcasts/schedule.ts';
import { personShield } from '../cases/person-shield.ts';
import type { CaseCity } from '../cases/report-flow.ts';
import { nothing } from '../delivery/effects.ts';
import { flow } from '../engine/flow.ts';
import { choice, choices } from '../engine/steps/choice.ts';
import { confirm, review } from '../engine/steps/confirm.ts';
import { date } from '../engine/steps/date.ts';
import { number } from '../engine/steps/number.ts';
import type { Place } from '../engine/steps/place.ts';
import { place } from '../engine/steps/place.ts';
import type { Words } from '../engine/steps/text.ts';
import { text } from '../engine/steps/text.ts';
import type { Grant } from '../people/role.ts';
import { EVERYWHERE, reaches } from '../people/role.ts';
import type { Finishing, Loading } from '../people/talk.ts';
import { talk } from '../people/talk.ts';
import { organising } from './review-volunteers-flow.ts';
import { enoughAtNight } from './safety.ts';
import type { Task } from './task.ts';
import { CHECK_INS, newCode, newTaskId, PROOFS } from './task.ts';
import type { TaskPlan } from './task-plan.ts';
import { keepPlan, slotAfter } from './task-plan.ts';
import { keepTask } from './task-store.ts';
import type { Team } from './team.ts';
import { loadTeams } from './team-store.ts';
import type { Skill } from './volunteer.ts';
import { SKILLS, shortId } from './volunteer.ts';
import type { Kept } from './volunteer-store.ts';

type Facts = CaseCity & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly teams: readonly Kept<Team>[];
};
type Answers = { readonly kind?: string | null; readonly repeat?: string | null };

const HOUR_MS = 3600_000;
const DAY_MS = 24 * HOUR_MS;
const EVERYBODY = 'everybody';
const HOURS = ['1', '2', '3', '4'] as const;
const REPEATS = ['once', 'daily', 'workdays', 'weekly', 'cron'] as const;

const repeats = ({ answers }: { readonly answers: Answers }) => (answers.repeat ?? 'once') !== 'once';

/** In the dark nobody goes alone: then two are the least. */
function isDarkThen({ at, hours }: { readonly at?: string | null; readonly hours?: string | null }): boolean {
  const from = Date.parse(`${at}+08:00`);
  return !enoughAtNight({ from, until: from + Number(hours ?? '1') * HOUR_MS, needed: 1 });
}

/** An organiser gives a task: what, where, when, how many; it is then offered around by itself. */
export const giveTask = flow<Facts>({ id: 'give-task', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('kind', choice({ options: ['patrol', 'publicity', 'help', 'standby'], resets: ['words'] }))
  .step(
    'words',
    text({
      maxLength: 300,
      written: true,
      screen: personShield,
      values: ({ answers }) => ({ suggestion: { key: `flows/give-task:templates.${answers.kind ?? 'patrol'}` } }),
    }),
  )
  .step(
    'place',
    place({ maxLength: 60, regions: ({ facts }) => facts.regions, sharing: () => true, screen: personShield }),
  )
  .step('at', date({ time: true, withinDays: 90 }))
  .step('hours', choice({ options: HOURS }))
  .step('needed', number({ min: ({ answers }) => (isDarkThen(answers) ? 2 : 1), max: 500 }))
  .step('skills', choices({ options: SKILLS, min: 0 }))
  .step(
    'team',
    choice({
      relevant: ({ facts }) => facts.teams.length > 0,
      options: ({ facts }) => [
        { id: EVERYBODY },
        ...facts.teams.map(({ record }) => ({ id: record.id, name: { 'zh-CN': record.name } })),
      ],
    }),
  )
  .step('check_in', choice({ options: CHECK_INS }))
  .step('proof', choice({ options: PROOFS }))
  .step('repeat', choice({ options: REPEATS, resets: ['cron', 'until', 'holidays'] }))
  .step('cron', text({ relevant: ({ answers }) => answers.repeat === 'cron', maxLength: 60, fits: isCron }))
  .step('until', date({ relevant: repeats, withinDays: 366 }))
  .step('holidays', confirm({ relevant: repeats }))
  .step('review', review())
  .end();

export const giveTaskTalk = talk({
  flow: giveTask,
  load: async ({ store, city, person }: Loading<CaseCity>) => {
    const grants = organising(person.contact?.grants ?? []);
    const all = await loadTeams(store);
    const teams = all.filter(({ record }) => grants.some((grant) => reaches(grant, record.region, city.regions)));
    return { me: store.pseudonym(person.urn), teams };
  },
  facts: (city: CaseCity, { contact }, loaded) => ({ ...city, grants: organising(contact?.grants ?? []), ...loaded }),
  opens: () => ({}),
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  finish: (answers, finishing) => {
    if (!answers.words || !('text' in answers.words))
      return nothing('task_unwritten', { key: 'flows/give-task:words.invalid', values: { maxLength: 300 } });
    return give({ ...answers, words: answers.words }, finishing);
  },
});

type Given = Answers & {
  readonly words: Extract<Words, { readonly text: string }>;
  readonly place?: Place | null;
  readonly at?: string | null;
  readonly hours?: string | null;
  readonly needed?: number | null;
  readonly skills?: readonly string[] | null;
  readonly team?: string | null;
  readonly check_in?: string | null;
  readonly proof?: string | null;
  readonly cron?: Words | null;
  readonly until?: string | null;
  readonly holidays?: boolean | null;
};

function give(given: Given, { store, facts, now }: Finishing<Facts>) {
  const region = given.place?.region ?? groundOf(facts);
  // Whoever organises in one street gives no tasks in another.
  if (region === undefined || !facts.grants.some((grant) => reaches(grant, region, facts.regions)))
    return nothing('task_refused:elsewhere', { key: 'flows/give-task:elsewhere' });
  const from = Date.parse(`${given.at}+08:00`);
  const lastsMs = Number(given.hours ?? '1') * HOUR_MS;
  const times = { from, until: from + lastsMs };
  const needed = given.needed ?? 1;
  if (from <= now) return nothing('task_refused:over', { key: 'flows/give-task:over' });
  if (!enoughAtNight({ ...times, needed })) return nothing('task_refused:alone', { key: 'flows/give-task:alone' });
  const task: TaskPlan['task'] = {
    kind: (given.kind ?? 'patrol') as Task['kind'], // as the step offers it, like those below
    words: given.words.text,
    // Where no point is known the whole region counts as there.
    place: { region, ...given.place },
    region: facts.regions.above(region, 'community') ?? region,
    needed,
    skills: (given.skills ?? []) as readonly Skill[],
    checkIn: (given.check_in ?? 'place') as Task['checkIn'],
    proof: (given.proof ?? 'nothing') as Task['proof'],
    ...(given.team && given.team !== EVERYBODY ? { team: given.team } : {}),
    by: facts.me,
  };
  if (repeats({ answers: given })) return repeating(given, task, { store, now }, lastsMs);
  const id = newTaskId();
  const record: Task = { ...task, ...times, id, state: 'open', code: newCode(), madeAt: now, waves: 0, nextWave: now };
  return {
    outcome: 'task_given',
    ...keepTask(store, record),
    says: [{ key: 'flows/give-task:done' as const, buttons: [{ ...LOOK, argument: id }] }],
  };
}

const LOOK = { label: 'flows/give-task:look', flow: 'task-board' } as const;

function repeating(
  { at = '', repeat, cron, until, holidays }: Given,
  task: TaskPlan['task'],
  { store, now }: Pick<Finishing<Facts>, 'store' | 'now'>,
  lastsMs: number,
) {
  const [day = '', time = '09:00'] = (at ?? '').split('T');
  const [hour, minute] = time.split(':').map(Number);
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  const days = { daily: '*', workdays: '1-5', weekly: String(weekday) }[repeat ?? ''];
  const written = cron && 'text' in cron ? cron.text : `${minute} ${hour} * * ${days ?? '*'}`;
  const schedule: Schedule = {
    type: 'cron',
    cron: written,
    zone: 'Asia/Shanghai',
    misfire: 'skip',
    ...(until ? { until: Date.parse(`${until}T00:00+08:00`) + DAY_MS } : {}),
  };
  const first = Math.max(now, Date.parse(`${at}+08:00`) - 1);
  const head = { id: `plan_${shortId()}`, schedule, notOnHolidays: holidays !== true, lastsMs } as const;
  const next = slotAfter(head, repeat === 'cron' ? now : first);
  if (next !== undefined && !enoughAtNight({ from: next, until: next + lastsMs, needed: task.needed }))
    return nothing('task_refused:alone', { key: 'flows/give-task:alone' });
  if (next === undefined) return nothing('task_refused:over', { key: 'flows/give-task:over' });
  const plan: TaskPlan = { ...head, task: { ...task, plan: head.id }, next };
  return {
    outcome: 'task_plan_given',
    ...keepPlan(store, plan),
    says: [
      {
        key: 'flows/give-task:planned' as const,
        values: { next: { at: next } },
        buttons: [{ ...LOOK, argument: 'all' }],
      },
    ],
  };
}

/** The ground on which somebody organises, where it is one place. */
function groundOf({ grants, regions }: Facts): string | undefined {
  const [scope] = grants.map((grant) => grant.scope);
  return scope === EVERYWHERE ? regions.all('city')[0] : scope;
}
