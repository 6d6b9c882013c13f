import type { Schedule } from '../../broadcasts/schedule.ts';
import { isCron } from '../../broadcasts/schedule.ts';
import { DAY_MS, HOUR_MS, momentOf } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import type { Place } from '../../engine/steps/place.ts';
import { place } from '../../engine/steps/place.ts';
import type { Words } from '../../engine/steps/text.ts';
import { text } from '../../engine/steps/text.ts';
import type { Grant } from '../../people/role.ts';
import { anyReaches, EVERYWHERE } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/versioned-record.ts';
import type { Team } from '../teams/team.ts';
import { loadTeams } from '../teams/team-store.ts';
import type { Skill } from '../volunteer/volunteer.ts';
import { organising, SKILLS, shortId } from '../volunteer/volunteer.ts';
import { enoughAtNight } from './safety.ts';
import type { Task } from './task.ts';
import { CHECK_INS, newCode, newTaskId, PROOFS } from './task.ts';
import type { TaskPlan, TaskPlanId } from './task-plan.ts';
import { keepPlan, slotAfter } from './task-plan.ts';
import { keepTask } from './task-store.ts';

type GiveTaskFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly teams: readonly Kept<Team>[];
};
type GiveTaskAnswers = {
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

const EVERYBODY = 'everybody';
const HOURS = ['1', '2', '3', '4'] as const;
const REPEATS = ['once', 'daily', 'workdays', 'weekly', 'cron'] as const;

const repeats = ({ answers }: { readonly answers: GiveTaskAnswers }) => (answers.repeat ?? 'once') !== 'once';
const beginOf = ({ at }: GiveTaskAnswers) => momentOf(at ?? '');
const lastsMsOf = ({ hours }: GiveTaskAnswers) => Number(hours ?? '1') * HOUR_MS;

/** In the dark nobody goes alone: then two are the least. */
function isDarkThen(answers: GiveTaskAnswers): boolean {
  const from = beginOf(answers);
  return !enoughAtNight({ from, until: from + lastsMsOf(answers), needed: 1 });
}

/** Why all of it together cannot be given now. */
function refusal({
  facts,
  answers,
  now,
}: {
  readonly facts: GiveTaskFacts;
  readonly answers: GiveTaskAnswers;
  readonly now: number;
}) {
  const region = regionOf(answers, facts);
  // Whoever organises in one street gives no tasks in another.
  if (region === undefined || !anyReaches(facts.grants, region, facts.regions)) return 'elsewhere';
  const from = repeats({ answers }) ? firstSlot(answers, now).next : beginOf(answers);
  if (from === undefined) return 'never';
  if (from <= now) return 'over';
  const times = { from, until: from + lastsMsOf(answers), needed: answers.needed ?? 1 };
  return enoughAtNight(times) ? undefined : 'alone';
}

/** An organiser gives a task: what, where, when, how many; it is then offered around by itself. */
export const giveTask = flow<GiveTaskFacts>({ id: 'give-task', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('kind', choice({ options: ['patrol', 'publicity', 'help', 'standby'], resets: ['words'] }))
  .step(
    'words',
    text({
      maxLength: 300,
      written: true,
      suggests: true,
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
  .step('review', review({ refuses: refusal }))
  .end();

export const giveTaskTalk = talk({
  flow: giveTask,
  load: async ({ store, city, person }: LoadContext) => {
    const grants = organising(person.contact?.grants ?? []);
    const all = await loadTeams(store);
    const teams = all.filter(({ record }) => anyReaches(grants, record.region, city.regions));
    return { me: store.pseudonym(person.urn), teams };
  },
  facts: (city: City, { contact }, loaded) => ({ ...city, grants: organising(contact?.grants ?? []), ...loaded }),
  opens: () => ({}),
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  finish: (answers, finishing) => {
    if (!answers.words || !('text' in answers.words))
      return noChange('task_unwritten', { key: 'flows/give-task:words.invalid', values: { maxLength: 300 } });
    return give(answers, answers.words.text, finishing);
  },
});

function give(answers: GiveTaskAnswers, words: string, { store, facts, now }: FinishContext<GiveTaskFacts>): Outcome {
  const { kind, place: where, needed, skills, team, check_in, proof } = answers;
  const region = regionOf(answers, facts) ?? '';
  const task: TaskPlan['task'] = {
    kind: (kind ?? 'patrol') as Task['kind'], // as the step offers it, like those below
    words,
    // Where no point is known the whole region counts as there.
    place: { region, ...where },
    region: facts.regions.above(region, 'community') ?? region,
    needed: needed ?? 1,
    skills: (skills ?? []) as readonly Skill[],
    checkIn: (check_in ?? 'place') as Task['checkIn'],
    proof: (proof ?? 'nothing') as Task['proof'],
    ...(team && team !== EVERYBODY ? { team } : {}),
    by: facts.me,
  };
  if (repeats({ answers })) {
    const { next, ...head } = firstSlot(answers, now);
    const id: TaskPlanId = `plan_${shortId()}`;
    const plan: TaskPlan = { ...head, id, task: { ...task, plan: id }, ...(next === undefined ? {} : { next }) };
    const values = { next: { at: next ?? now } };
    const stop = { label: 'flows/give-task:stop', flow: 'stop-plan', argument: id } as const;
    return {
      outcome: 'task_plan_given',
      ...keepPlan(store, plan),
      says: [{ key: 'flows/give-task:planned', values, buttons: [stop] }],
    };
  }
  const id = newTaskId();
  const look = { label: 'flows/give-task:look', flow: 'task-board', argument: id } as const;
  const from = beginOf(answers);
  const times = { from, until: from + lastsMsOf(answers), madeAt: now, nextWave: now };
  const record: Task = { ...task, ...times, id, state: 'open', code: newCode(), waves: 0 };
  return {
    outcome: 'task_given',
    ...keepTask(store, record),
    says: [{ key: 'flows/give-task:done', buttons: [look] }],
  };
}

/** When a repeating task comes, and when it comes first. */
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

/** Where it is: as said, or the ground on which its giver organises, where that is one place. */
function regionOf({ place: where }: GiveTaskAnswers, { grants, regions }: GiveTaskFacts): string | undefined {
  const [scope] = grants.map((grant) => grant.scope);
  return where?.region ?? (scope === EVERYWHERE ? regions.all('city')[0] : scope);
}
