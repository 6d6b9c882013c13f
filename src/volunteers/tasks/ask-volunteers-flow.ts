import { DAY_MS, HOUR_MS } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import { actorsOn } from '../../cases/case-permissions.ts';
import { changeCase, loadCase } from '../../cases/case-store.ts';
import type { HazardCase } from '../../cases/hazard-case.ts';
import { attempt } from '../../cases/lifecycle.ts';
import { isSafeToVisit, visitKindFor } from '../../cases/visits.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { Grant } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Check } from '../../store/commit.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { NO_CHANGE } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';
import type { KeptTask, Task } from './task.ts';
import { isAtNight, openedTask } from './task.ts';
import { keepTask, loadTask } from './task-store.ts';

type AskVolunteersFacts = City & {
  readonly grants: readonly Grant[];
  readonly me: string;
  readonly kept: Kept<HazardCase> | undefined;
  /** The latest task about this case. */
  readonly last: KeptTask | undefined;
};

/** Duration of a visit task; after that only the grid worker checks the case. */
const LASTS_MS = DAY_MS;

/** A dispatcher asks volunteers nearby to visit a case, with one button under the case. */
export const askVolunteers = flow<AskVolunteersFacts>({
  id: 'ask-volunteers',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('case', choice({ options: ({ facts }) => (facts.kept ? [{ id: facts.kept.record.id, name: {} }] : []) }))
  .end();

export const askVolunteersTalk = talk({
  flow: askVolunteers,
  load: async ({ store, city, person, position }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    const me = store.pseudonym(person.urn);
    const id = await orStoreAway(store.redis.get(store.keys.caseNumber(String(position.answers.number ?? ''))));
    const kept = id ? await loadCase(store, id) : undefined;
    const may =
      kept && actorsOn(kept.record, grants, me, city.regions).some(({ as }) => as === 'dispatcher' || as === 'lead');
    const before = kept && (await orStoreAway(store.redis.get(store.keys.taskOfCase(kept.record.id))));
    const last = before ? await loadTask(store, before) : undefined;
    return { me, kept: may ? kept : undefined, last };
  },
  facts: (city: City, { contact }, loaded) => ({ ...city, grants: contact?.grants ?? [], ...loaded }),
  opens: (argument) => ({ number: argument }),
  prefills: ({ kept }) => kept && { case: kept.record.id },
  closed: ({ kept, last, categories }) => {
    if (!kept) return { key: 'flows/ask-volunteers:not_you' };
    const values = { number: showCaseNumber(kept.record.number) };
    if (last?.record.state === 'open') return { key: 'flows/ask-volunteers:asked', values };
    if (!isSafeToVisit(kept.record, categories)) return { key: 'flows/ask-volunteers:unsafe', values };
    return visitKindFor(kept.record) === undefined ? { key: 'flows/ask-volunteers:not_now', values } : undefined;
  },
  finish: (_answers, { store, facts, now }) => {
    const { kept, me } = facts;
    const kind = kept && visitKindFor(kept.record);
    if (!kept || !kind) return noChange('task_refused', { key: 'flows/ask-volunteers:not_you' });
    const { record } = kept;
    const task = visitTask(record, kind, me, now);
    const giving = keepTask(store, task);
    // A submitted case becomes `verifying` with it; the grid worker may still be first.
    const ordered =
      record.state === 'submitted' ? attempt(record, 'look_ordered', { as: 'dispatcher', by: me }, {}, now) : undefined;
    const change = ordered?.type === 'done' ? changeCase(store, kept, ordered.event) : NO_CHANGE;
    return {
      outcome: 'volunteers_asked',
      checks: [...giving.checks, ...change.checks, ...checkNoOpenTask(facts, store)],
      writes: [...giving.writes, ...change.writes],
      says: [
        {
          key: `flows/ask-volunteers:done.${kind}`,
          values: { number: showCaseNumber(record.number) },
          buttons: [
            { label: 'flows/ask-volunteers:look', flow: 'task-board', argument: task.id },
            { label: 'flows/my-work:again', flow: 'my-work', argument: record.number },
          ],
        },
      ],
    };
  },
});

/** Builds the task of visiting a case, for one volunteer by day and two at night. */
function visitTask(record: HazardCase, kind: Task['kind'], by: string, now: number): Task {
  return {
    ...openedTask(now),
    kind,
    words: '',
    place: record.place,
    region: record.community ?? record.desk ?? record.place.region ?? '',
    from: now,
    until: now + LASTS_MS,
    needed: isAtNight({ from: now, until: now + 2 * HOUR_MS }) ? 2 : 1,
    skills: [],
    checkIn: 'place',
    proof: 'photo',
    case: record.id,
    by,
  };
}

/** One visit task at a time: of two concurrent requests, one fails. */
function checkNoOpenTask({ kept, last }: AskVolunteersFacts, { keys }: Store): readonly Check[] {
  if (last) return [{ key: keys.task(last.record.id), field: 'open', is: '0' }];
  return kept ? [{ absent: keys.taskOfCase(kept.record.id) }] : [];
}
