import { shownMedia } from '../../cases/photos/shown-media.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { photos } from '../../engine/steps/photos.ts';
import { spot } from '../../engine/steps/spot.ts';
import { text } from '../../engine/steps/text.ts';
import { talk } from '../../people/talk.ts';
import type { TasksAnswers, TasksFacts, TasksHere } from './load-my-tasks.ts';
import { chosenTask, loadMyTasks } from './load-my-tasks.ts';
import { doTask, TASK_BUTTONS } from './task-actions.ts';
import { listedTask, taskCard, taskValues } from './task-card.ts';
import { checkIn, isOver, prove, whyNotHandBack, whyNotTake } from './task-rules.ts';

/** Everything that a volunteer may want to do with a task. */
const DEEDS = ['taken', 'waited', 'not_waited', 'handed_back', 'checked_in', 'proven', 'photos_shown'] as const;

const is =
  (...deeds: readonly string[]) =>
  ({ answers }: { readonly answers: TasksAnswers }) =>
    deeds.includes(answers.next ?? '');

/** Whether the chosen task asks for this when it is done. */
const wants =
  (what: 'photo' | 'words' | 'result') =>
  (here: TasksHere): boolean => {
    const task = chosenTask(here)?.record;
    if (here.answers.next !== 'proven' || !task) return false;
    return what === 'result' ? task.case !== undefined : task.proof === what;
  };

/** A volunteer looks at tasks: takes one, hands it back, shows that they came and what they did. */
export const myTasks = flow<TasksFacts>({ id: 'my-tasks', version: 1, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'task',
    choice({
      options: ({ facts }) => facts.tasks.map((kept) => ({ id: kept.record.id, name: listedTask(kept, facts) })),
      resets: ['next'],
    }),
  )
  .step('next', {
    ...choice<TasksFacts, TasksAnswers, string>({
      options: (here) => deedsFor(here).map((id) => ({ id })),
      values: (here) => taskCard(chosenTask(here), here.facts),
      resets: ['spot', 'result', 'photos', 'words'],
    }),
    // A button under an offer says what is wanted; whoever comes too late with it hears why.
    isStillValid: (deed) => DEEDS.some((one) => one === deed),
  })
  .step(
    'spot',
    spot({
      relevant: is('checked_in'),
      values: (here) => ({ how: { key: `flows/my-tasks:how.${chosenTask(here)?.record.checkIn ?? 'place'}` } }),
    }),
  )
  .step(
    'result',
    choice({
      relevant: wants('result'),
      values: (here) => ({
        question: { key: `flows/my-tasks:question.${chosenTask(here)?.record.kind ?? 'check'}` },
      }),
      options: [
        { id: 'yes', means: 'yes' },
        { id: 'no', means: 'no' },
      ],
    }),
  )
  .step('photos', photos({ relevant: wants('photo'), max: 4 }))
  .step('words', text({ relevant: wants('words'), maxLength: 300, screen: personShield }))
  .step('more_words', text({ relevant: wants('result'), optional: true, maxLength: 300, screen: personShield }))
  .end();

export const myTasksTalk = talk({
  flow: myTasks,
  load: loadMyTasks,
  loadsBy: ['task'],
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: (facts, now): LocalizedMessage | undefined => {
    const early = whyNotYet(facts, now);
    if (early) return early;
    const state = facts.me?.record.state;
    // What somebody has taken is theirs to hand back, whatever became of them.
    if (state !== undefined && state !== 'active' && facts.tasks.length > 0) return undefined;
    if (state === undefined)
      return { key: 'flows/my-tasks:not_yet', buttons: [TASK_BUTTONS.join, TASK_BUTTONS.mediator] };
    if (state === 'applied') return { key: 'flows/my-tasks:waiting', buttons: [TASK_BUTTONS.change] };
    if (state !== 'active') return { key: `flows/my-tasks:${state}`, buttons: [TASK_BUTTONS.change] };
    return facts.tasks.length === 0
      ? { key: 'flows/my-tasks:nothing', buttons: [TASK_BUTTONS.hours, TASK_BUTTONS.change, TASK_BUTTONS.mediator] }
      : undefined;
  },
  // `all` shows the list; `task.deed` does it at once.
  opens: (argument) => {
    if (argument === 'all') return {};
    const [task = '', deed] = argument.split('.');
    return { task, ...(deed === undefined ? {} : { next: deed }) };
  },
  finish: (answers, finishing) => {
    const { facts, now } = finishing;
    const kept = chosenTask({ facts, answers });
    const deed = answers.next;
    if (!kept || !facts.me || !deed) return noChange('tasks_seen', { key: 'common:closed' });
    if (deed === 'photos_shown' && deedsFor({ facts, answers, now }).includes(deed)) {
      const shown = facts.about ? shownMedia(facts.about.record, []) : [];
      return noChange('photos_shown', ...shown, {
        key: 'flows/my-tasks:photos_shown',
        buttons: TASK_BUTTONS.of(kept.record),
      });
    }
    return doTask(deed, kept, facts.me.record, answers, { ...finishing, now });
  },
});

/** What a button asked for and cannot be yet is said before anything is asked, so that nobody sends photos for nothing. */
function whyNotYet({ me, tasks, wanted }: TasksFacts, now: number): LocalizedMessage | undefined {
  const kept = tasks.find(({ record }) => record.id === wanted.task);
  if (!kept || !me) return undefined;
  const { record } = kept;
  const id = me.record.id;
  const there = { ...kept, record: { ...record, proof: 'nothing' } } as const;
  const tried =
    wanted.next === 'checked_in'
      ? checkIn(kept, id, record.checkIn === 'code' ? { code: record.code } : { metres: 0 }, now)
      : wanted.next === 'proven'
        ? prove(there, id, undefined, now)
        : undefined;
  if (typeof tried !== 'string') return undefined;
  const buttons = tried === 'not_there_yet' ? [TASK_BUTTONS.deed(record, 'checked_in')] : [TASK_BUTTONS.all];
  return { key: `flows/my-tasks:refused.${tried}`, values: taskValues(record), buttons };
}

/** What this volunteer may do with the task now. */
function deedsFor(here: TasksHere): readonly string[] {
  const { facts, now } = here;
  const kept = chosenTask(here);
  const me = facts.me?.record;
  if (!kept || !me) return [];
  const part = kept.parts[me.id];
  if (isOver(kept.record, now) || kept.record.state !== 'open') return [];
  const look = facts.about && shownMedia(facts.about.record, []).length > 0 ? ['photos_shown'] : [];
  if (!part) {
    const why = whyNotTake(kept, me, facts.own, now);
    if (why === undefined) return [...look, 'taken'];
    return why === 'full' ? [...look, kept.waiting.includes(me.id) ? 'not_waited' : 'waited'] : [];
  }
  const may = checkIn(kept, me.id, { code: kept.record.code }, now);
  return [
    ...look,
    ...(typeof may === 'object' ? ['checked_in'] : []),
    ...(part.state === 'checked_in' && kept.record.proof !== 'nothing' ? ['proven'] : []),
    ...(whyNotHandBack(kept, me.id) === undefined ? ['handed_back'] : []),
  ];
}
