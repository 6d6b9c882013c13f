import { showCaseNumber } from '../../cases/case-number.ts';
import { loadCases } from '../../cases/case-store.ts';
import type { City } from '../../city/city.ts';
import { loadRound } from '../../creation/rounds/round-store.ts';
import type { Names } from '../../engine/step.ts';
import type { Store } from '../../store/store.ts';
import { listedTaskName } from '../../volunteers/tasks/task-card.ts';
import { loadTasks } from '../../volunteers/tasks/task-store.ts';
import type { TopicPromise } from './promise.ts';

/** Loads the names of the work to which a promise is linked, in the order of `loadWork`. Deleted work has no name. */
export async function loadWorkNames(store: Store, promise: TopicPromise, city: City): Promise<readonly Names[]> {
  const { cases, tasks = [], projects = [] } = promise;
  const [keptCases, keptTasks, rounds] = await Promise.all([
    loadCases(store, cases),
    loadTasks(store, tasks),
    Promise.all(projects.map(({ round }) => loadRound(store, round))),
  ]);
  return [
    ...cases.map((id) => {
      const record = keptCases.find((kept) => kept.record.id === id)?.record;
      if (!record) return {};
      return withEach(city.categories.nameOf(record.category), (name) => `${showCaseNumber(record.number)} ${name}`);
    }),
    ...tasks.map((id) => {
      const kept = keptTasks.find(({ record }) => record.id === id);
      return kept ? listedTaskName(kept, { ...city, me: undefined }) : {};
    }),
    ...projects.map(({ no }, i) => projectName(rounds[i]?.record.premises ?? '', no, city)),
  ];
}

/** A project as a button or line: its premises and the number of the item. */
export function projectName(premises: string, no: number, { premises: all }: Pick<City, 'premises'>): Names {
  return withEach(all.get(premises)?.names ?? { 'zh-CN': premises }, (name) => `${name} #${no}`);
}

function withEach(names: Names, change: (name: string) => string): Names {
  return Object.fromEntries(Object.entries(names).map(([language, name]) => [language, change(name)]));
}
