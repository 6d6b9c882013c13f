import { isCron } from '../../broadcasts/schedule.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Outcome } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice, choices } from '../../engine/steps/choice.ts';
import { confirm, review } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import { place } from '../../engine/steps/place.ts';
import { text } from '../../engine/steps/text.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { FinishContext, LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Check } from '../../store/commit.ts';
import { loadTeams } from '../teams/team-store.ts';
import { organiserGrants, SKILLS } from '../volunteer/volunteer.ts';
import type { GiveTaskAnswers, GiveTaskFacts } from './given-task.ts';
import { EVERYBODY, givenPlan, givenTask, isRepeated, minPlaces, taskRefusal } from './given-task.ts';
import { CHECK_INS, PROOFS } from './task.ts';
import { keepPlan } from './task-plan.ts';
import { keepTask } from './task-store.ts';

const HOURS = ['1', '2', '3', '4'] as const;
const REPEATS = ['once', 'daily', 'workdays', 'weekly', 'cron'] as const;

const repeats = ({ answers }: { readonly answers: GiveTaskAnswers }) => isRepeated(answers);

/** An organiser gives a task, which the task clock then offers to volunteers. */
export const giveTask = flow<GiveTaskFacts>({ id: 'give-task', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('kind', choice({ options: ['patrol', 'publicity', 'help', 'standby', 'drill'], resets: ['words'] }))
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
  .step('needed', number({ min: ({ answers }) => minPlaces(answers), max: 500 }))
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
  .step('review', review({ refuses: taskRefusal }))
  .end();

export const giveTaskTalk = talk({
  flow: giveTask,
  load: async ({ store, city, person }: LoadContext) => {
    const grants = organiserGrants(person.contact?.grants ?? []);
    const all = await loadTeams(store);
    const teams = all.filter(({ record }) => anyGrantCovers(grants, record.region, city.regions));
    return { me: store.pseudonym(person.urn), teams };
  },
  facts: (city: City, { contact }, loaded) => ({ ...city, grants: organiserGrants(contact?.grants ?? []), ...loaded }),
  opens: proposedTask,
  closed: ({ grants }) => (grants.length === 0 ? { key: 'flows/give-task:not_you' } : undefined),
  finish: (answers, finishing) => {
    if (!answers.words || !('text' in answers.words))
      return noChange('task_unwritten', { key: 'flows/give-task:words.invalid', values: { maxLength: 300 } });
    return give(answers, answers.words.text, finishing);
  },
});

/** Answers of a proposal, `<kind>.<region>`: two places by day, as the proposal leaves them; all can be corrected. */
function proposedTask(argument: string): GiveTaskAnswers {
  const [, kind, region] = /^(patrol|publicity|help)\.(\d{12})$/.exec(argument) ?? [];
  if (kind === undefined || region === undefined) return {};
  return {
    kind,
    place: { region },
    hours: HOURS[1],
    needed: 2,
    skills: [],
    check_in: 'place',
    proof: 'words',
    repeat: 'once',
  };
}

function give(answers: GiveTaskAnswers, words: string, { store, facts, now }: FinishContext<GiveTaskFacts>): Outcome {
  // A team that is dissolved at this moment gets no more tasks.
  const team = facts.teams.find(({ record }) => record.id === answers.team);
  const still: readonly Check[] = team
    ? [{ key: store.keys.team(team.record.id), field: 'version', is: String(team.version) }]
    : [];
  if (!isRepeated(answers)) {
    const task = givenTask(answers, words, facts, now);
    const look = { label: 'flows/give-task:look', flow: 'task-board', argument: task.id } as const;
    const { checks, writes } = keepTask(store, task);
    return {
      outcome: 'task_given',
      checks: [...checks, ...still],
      writes,
      says: [{ key: 'flows/give-task:done', buttons: [look] }],
    };
  }
  const plan = givenPlan(answers, words, facts, now);
  const values = { next: { at: plan.next ?? now } };
  const stop = { label: 'flows/give-task:stop', flow: 'stop-plan', argument: plan.id } as const;
  const { checks, writes } = keepPlan(store, plan);
  return {
    outcome: 'task_plan_given',
    checks: [...checks, ...still],
    writes,
    says: [{ key: 'flows/give-task:planned', values, buttons: [stop] }],
  };
}
