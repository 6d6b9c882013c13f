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
import { actOnTask } from './task-actions.ts';
import { TASK_BUTTONS } from './task-buttons.ts';
import { listedTaskName, taskCard, taskValues } from './task-card.ts';
import { checkIn, handBackRefusal, isEndDue, submitProof, takeRefusal } from './task-rules.ts';

/** All actions of a volunteer on a task. */
const ACTIONS = ['taken', 'waited', 'not_waited', 'handed_back', 'checked_in', 'proven', 'photos_shown'] as const;

const is =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: TasksAnswers }) =>
    actions.includes(answers.next ?? '');

/** Limit of the volunteer's words about a finished task, characters. */
const WORDS_MAX = 300;

/** True if the proof of the chosen task includes this. */
const wants =
  (what: 'photo' | 'words' | 'result') =>
  (here: TasksHere): boolean => {
    const task = chosenTask(here)?.record;
    if (here.answers.next !== 'proven' || !task) return false;
    return what === 'result' ? task.case !== undefined : task.proof === what;
  };

/** A volunteer takes a task, hands it back, checks in, and proves the work. */
export const myTasks = flow<TasksFacts>({ id: 'my-tasks', version: 2, lifetimeSeconds: 24 * 3600, light: true })
  .step('task', {
    ...choice<TasksFacts, TasksAnswers, string>({
      options: ({ facts }) => facts.tasks.map((kept) => ({ id: kept.record.id, name: listedTaskName(kept, facts) })),
      resets: ['next'],
    }),
    // A button brings its task: the names of the list are not needed.
    isStillValid: (task, { facts }) => facts.tasks.some(({ record }) => record.id === task),
  })
  .step('next', {
    ...choice<TasksFacts, TasksAnswers, string>({
      options: (here) => actionsFor(here).map((id) => ({ id })),
      values: (here) => taskCard(chosenTask(here), here.facts, here.now),
      resets: ['spot', 'result', 'photos', 'words'],
    }),
    // A late tap under an offer stays valid here, so that the action can answer with the reason.
    isStillValid: (action) => ACTIONS.some((one) => one === action),
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
  .step(
    'words',
    text({
      maxLength: WORDS_MAX,
      screen: personShield,
      relevant: (here) => wants('words')(here) || wants('result')(here),
      optional: (here) => !wants('words')(here),
      values: (here) => {
        const demand = wants('words')(here) ? 'required' : 'optional';
        return {
          question: { key: `flows/my-tasks:words.${demand}` },
          help: { key: `flows/my-tasks:words.help_${demand}`, values: { maxLength: WORDS_MAX } },
        };
      },
    }),
  )
  .end();

export const myTasksTalk = talk({
  flow: myTasks,
  load: loadMyTasks,
  loadsBy: ['task'],
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  closed: (facts, now): LocalizedMessage | undefined => {
    const early = earlyRefusal(facts, now);
    if (early) return early;
    const state = facts.me?.record.state;
    // A volunteer who is not active any more can still hand back taken tasks.
    if (state !== undefined && state !== 'active' && facts.tasks.length > 0) return undefined;
    if (state === undefined)
      return { key: 'flows/my-tasks:not_yet', buttons: [TASK_BUTTONS.join, TASK_BUTTONS.mediator] };
    if (state === 'applied') return { key: 'flows/my-tasks:waiting', buttons: [TASK_BUTTONS.change] };
    if (state !== 'active') return { key: `flows/my-tasks:${state}`, buttons: [TASK_BUTTONS.change] };
    return facts.tasks.length === 0
      ? { key: 'flows/my-tasks:nothing', buttons: [TASK_BUTTONS.hours, TASK_BUTTONS.change, TASK_BUTTONS.mediator] }
      : undefined;
  },
  // `all` shows the list; `task.action` starts the action at once.
  opens: (argument) => {
    if (argument === 'all') return {};
    const [task = '', action] = argument.split('.');
    return { task, ...(action === undefined ? {} : { next: action }) };
  },
  finish: (answers, finishing) => {
    const { facts, now } = finishing;
    const kept = chosenTask({ facts, answers });
    const action = answers.next;
    if (!kept || !facts.me || !action) return noChange('tasks_seen', { key: 'common:closed' });
    if (action === 'photos_shown' && actionsFor({ facts, answers, now }).includes(action)) {
      const shown = facts.about ? shownMedia(facts.about.record, []) : [];
      return noChange('photos_shown', ...shown, {
        key: 'flows/my-tasks:photos_shown',
        buttons: TASK_BUTTONS.look(kept.record),
      });
    }
    return actOnTask(action, answers, { ...finishing, kept, me: facts.me.record });
  },
});

/** Refuses an action that is not possible yet before the questions begin, so that no photo is sent in vain. */
function earlyRefusal({ me, tasks, wanted }: TasksFacts, now: number): LocalizedMessage | undefined {
  const kept = tasks.find(({ record }) => record.id === wanted.task);
  if (!kept || !me) return undefined;
  const { record } = kept;
  const id = me.record.id;
  const withoutProof = { ...kept, record: { ...record, proof: 'nothing' } } as const;
  const tried =
    wanted.next === 'checked_in'
      ? checkIn(kept, id, record.checkIn === 'code' ? { code: record.code } : { metres: 0 }, now)
      : wanted.next === 'proven'
        ? submitProof(withoutProof, id, undefined, now)
        : undefined;
  if (typeof tried !== 'string') return undefined;
  const buttons = tried === 'not_there_yet' ? [TASK_BUTTONS.action(record, 'checked_in')] : [TASK_BUTTONS.all];
  return { key: `flows/my-tasks:refused.${tried}`, values: taskValues(record), buttons };
}

/** Lists the actions that the volunteer may take on the task now. */
function actionsFor(here: TasksHere): readonly string[] {
  const { facts, now } = here;
  const kept = chosenTask(here);
  const me = facts.me?.record;
  if (!kept || !me) return [];
  const part = kept.parts[me.id];
  if (isEndDue(kept.record, now) || kept.record.state !== 'open') return [];
  const photosOfCase = facts.about && shownMedia(facts.about.record, []).length > 0 ? ['photos_shown'] : [];
  if (!part) {
    const why = takeRefusal(kept, me, facts.upcoming, now);
    if (why === undefined) return [...photosOfCase, 'taken'];
    return why === 'full' ? [...photosOfCase, kept.waiting.includes(me.id) ? 'not_waited' : 'waited'] : [];
  }
  const may = checkIn(kept, me.id, { code: kept.record.code }, now);
  return [
    ...photosOfCase,
    ...(typeof may === 'object' ? ['checked_in'] : []),
    ...(part.state === 'checked_in' && kept.record.proof !== 'nothing' ? ['proven'] : []),
    ...(handBackRefusal(kept, me.id) === undefined ? ['handed_back'] : []),
  ];
}
