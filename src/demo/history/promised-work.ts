import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { newCaseNumber } from '../../cases/case-number.ts';
import { addHistory } from '../../cases/case-store.ts';
import type { CaseId, HazardCase, Report } from '../../cases/hazard-case.ts';
import { replay } from '../../cases/replay.ts';
import { responsibleRegions } from '../../cases/routing.ts';
import type { City } from '../../city/city.ts';
import type { Round } from '../../creation/rounds/round.ts';
import type { LinkedProject } from '../../deliberation/promise/promise.ts';
import { randomFrom } from '../../random.ts';
import type { Write } from '../../store/commit.ts';
import type { Store } from '../../store/store.ts';
import type { Task } from '../../volunteers/tasks/task.ts';
import { keepTask, setPart } from '../../volunteers/tasks/task-store.ts';
import { endedTask } from './ended-task.ts';
import { lifeOf } from './life.ts';
import said from './topics.json' with { type: 'json' };

/** Work of the past to which promises of the demo's topics are linked. */
export type PromisedWork = {
  /** Closed after a grid worker, who promised nothing, had passed its check. */
  readonly manhole: HazardCase;
  /** Pseudonyms of those who passed its check. */
  readonly checkers: readonly string[];
  readonly lights: HazardCase;
  readonly round: Task;
  /** A gap of the estate that cures. */
  readonly project: LinkedProject | undefined;
  readonly writes: readonly Write[];
};

/** Makes two cases in a community, a task in that of the estate, and names its first gap. The seeds fit their lives to the topics. */
export function promisedWork(
  store: Store,
  city: City,
  { community, court, gaps }: { readonly community: string; readonly court: string; readonly gaps: Round | undefined },
  now: number,
): PromisedWork {
  const [gap] = gaps?.projects ?? [];
  const manhole = caseOf(store, city, { community, seed: 8, days: 72, isOpen: false, now, ...said.cases.manhole });
  const lights = caseOf(store, city, { community, seed: 3, days: 4, isOpen: true, now, ...said.cases.lights });
  const round = visitOf(store, court, now);
  return {
    manhole: manhole.record,
    checkers: manhole.events.filter(({ type }) => type === 'check_passed').map(({ by }) => by),
    project: gaps && gap && { round: gaps.id, no: gap.no },
    lights: lights.record,
    round: round.task,
    writes: [...manhole.writes, ...lights.writes, ...round.writes],
  };
}

type Wanted = {
  readonly community: string;
  readonly seed: number;
  /** Days since it was filed. */
  readonly days: number;
  readonly isOpen: boolean;
  readonly now: number;
  readonly category: string;
  readonly words: string;
};

function caseOf(store: Store, city: City, { community, seed, days, isOpen, now, category, words }: Wanted) {
  const random = randomFrom(seed);
  const id: CaseId = `case_promised${String(seed).padStart(3, '0')}`;
  const report: Report = {
    id,
    number: newCaseNumber((below) => Math.floor(random() * below)),
    category,
    place: { region: community },
    description: { text: words },
    photos: [],
    urgent: false,
    filedAt: now - days * DAY_MS,
    ...responsibleRegions(community, city.regions),
  };
  const events = lifeOf(report, isOpen, now, { city, random });
  return { record: replay(events), events, writes: [...addHistory(store, events, 'demo:1', now)] };
}

/** Volunteers told the people of each stairwell. They are fictional and have no records, so that their word proves nothing. */
function visitOf(store: Store, community: string, now: number) {
  const from = now - 2 * DAY_MS;
  const task = endedTask({
    id: 'task_promised1',
    kind: 'publicity',
    words: said.task,
    place: { region: community },
    region: community,
    from,
    until: from + 2 * HOUR_MS,
  });
  const takers = ['volunteer_prom1sea', 'volunteer_prom1seb'] as const;
  return {
    task,
    writes: [
      ...keepTask(store, task).writes,
      ...takers.flatMap((taker): readonly Write[] => [
        ['ZADD', store.keys.taskTakers(task.id), from, taker],
        ...setPart(store, task.id, taker, { state: 'confirmed', at: from }),
        ['ZADD', store.keys.volunteerTasks(taker), from, task.id],
      ]),
    ],
  };
}
