import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { anyGrantCovers } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { loadTeamsLedBy } from '../teams/team-store.ts';
import { organiserGrants } from '../volunteer/volunteer.ts';
import { loadVolunteerOf } from '../volunteer/volunteer-store.ts';
import type { TaskPlan } from './task-plan.ts';
import { loadPlan, stopPlan } from './task-plan.ts';

type StopPlanFacts = City & {
  /** The plan; undefined if it has stopped or is not this person's to stop. */
  readonly plan: Kept<TaskPlan> | undefined;
};

const BOARD = { label: 'flows/task-board:look', flow: 'task-board', argument: 'all' } as const;

/** An organiser or team leader stops a repeating task. */
export const stopPlanFlow = flow<StopPlanFacts>({
  id: 'stop-plan',
  version: 1,
  lifetimeSeconds: 24 * 3600,
  light: true,
})
  .step('sure', confirm({ values: ({ facts }) => planValues(facts) }))
  .end();

export const stopPlanTalk = talk({
  flow: stopPlanFlow,
  load: async ({ store, city, person, position }: LoadContext) => {
    const [plan, me] = await Promise.all([
      loadPlan(store, String(position.answers.plan ?? '')),
      loadVolunteerOf(store, person.urn),
    ]);
    if (plan?.record.next === undefined) return { plan: undefined };
    const { region, team } = plan.record.task;
    const organises = anyGrantCovers(organiserGrants(person.contact?.grants ?? []), region, city.regions);
    const leads = (await loadTeamsLedBy(store, me?.record.id)).some((id) => id === team);
    return { plan: organises || leads ? plan : undefined };
  },
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  opens: (plan) => ({ plan }),
  closed: ({ plan }) => (plan ? undefined : { key: 'flows/stop-plan:gone', buttons: [BOARD] }),
  finish: ({ sure }, { store, facts: { plan } }) => {
    if (!plan || sure !== true) return noChange('task_plan_goes_on', { key: 'flows/stop-plan:goes_on' });
    return { outcome: 'task_plan_stopped', ...stopPlan(store, plan), says: [{ key: 'flows/stop-plan:done' }] };
  },
});

function planValues({ plan }: StopPlanFacts): Readonly<Record<string, Value>> {
  if (!plan) return {};
  const { task, next = 0 } = plan.record;
  return {
    kind: { key: `common:task_kind.${task.kind}` },
    words: task.words,
    place: { place: task.place },
    next: { at: next },
  };
}
