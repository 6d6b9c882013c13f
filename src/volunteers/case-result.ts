import type { Brought, CaseEvent } from '../cases/case-event.ts';
import type { KeptCase } from '../cases/case-store.ts';
import { changeCase, loadCase } from '../cases/case-store.ts';
import { attempt } from '../cases/lifecycle.ts';
import type { Store } from '../store/store.ts';
import type { Task } from './task.ts';
import type { Change } from './volunteer-store.ts';

/** The case that a task is about. */
export type CaseOfTask = KeptCase;

export async function loadCaseOf(store: Store, task: Task): Promise<CaseOfTask | undefined> {
  return task.case === undefined ? undefined : loadCase(store, task.case);
}

/** What a volunteer saw flows back into the case as an event of it; undefined where the case has gone on without them. */
export function resultOf(
  store: Store,
  { kind }: Task,
  about: CaseOfTask,
  yes: boolean,
  brought: Pick<Brought, 'photos' | 'words'>,
  by: string,
  now: number,
): Change | undefined {
  const type = kind === 'check' ? 'looked' : yes ? 'check_passed' : 'check_failed';
  const said: Brought = kind === 'check' ? { ...brought, found: yes } : brought;
  const tried = attempt(about.record, type, { as: 'volunteer', by }, said, now);
  return tried.type === 'done' ? changeCase(store, about, tried.event satisfies CaseEvent) : undefined;
}
