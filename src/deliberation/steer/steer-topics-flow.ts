import { momentOf } from '../../calendar.ts';
import { showCaseNumber } from '../../cases/case-number.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import type { Value } from '../../delivery/outcome.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Option } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { text } from '../../engine/steps/text.ts';
import { talk } from '../../people/talk.ts';
import { listedTaskName } from '../../volunteers/tasks/task-card.ts';
import { projectName } from '../promise/work-names.ts';
import { DISCUSSION_DAYS, REFUSAL_REASONS } from '../topic/topic.ts';
import { topicName, topicValues } from '../topic/topic-card.ts';
import { MAY_STEER } from '../topic/topic-rights.ts';
import { loadSteering } from './load-steering.ts';
import { promiseUnits } from './promise-units.ts';
import type { SteerAnswers, Steering } from './steer-actions.ts';
import { actOnTopic, steerActions } from './steer-actions.ts';

type Here = { readonly facts: Steering; readonly answers: SteerAnswers };

const isAction =
  (...actions: readonly string[]) =>
  ({ answers }: { readonly answers: SteerAnswers }) =>
    actions.includes(answers.next ?? '');

/** The kinds of work that may be linked now. */
function worksOf({ facts: { tasks, projects } }: Here): readonly Option[] {
  return [
    { id: 'case' },
    ...(tasks.length > 0 ? [{ id: 'task' }] : []),
    ...(projects.length > 0 ? [{ id: 'project' }] : []),
  ];
}

const isLinking =
  (work: 'case' | 'task' | 'project') =>
  ({ answers }: Here) =>
    answers.next === 'link' && (answers.work ?? 'case') === work;

/** The end of an office day: a promise is due then. */
const OFFICE_ENDS = 'T17:30';

/** A lead moderates topics and statements, answers a decision with a promise, and keeps the promise up to date. */
export const steerTopics = flow<Steering>({ id: 'steer-topics', version: 2, lifetimeSeconds: 24 * 3600, light: true })
  .step(
    'topic',
    choice({
      options: ({ facts }) => facts.listed.map(({ record }) => ({ id: record.id, name: topicName(record) })),
      resets: ['next'],
    }),
  )
  .step(
    'next',
    choice({
      options: ({ facts, now }): readonly Option[] => steerActions(facts, now),
      values: ({ facts }) => (facts.chosen ? topicValues(facts.chosen.record, facts, facts.card) : {}),
      confirms: ({ facts }) => facts.chosen?.version,
      resets: ['days', 'into', 'statement', 'verdict', 'reason', 'unit', 'measure', 'due', 'work', 'case', 'why'],
    }),
  )
  .step('days', choice({ relevant: isAction('accept'), options: DISCUSSION_DAYS.map(String) }))
  .step(
    'into',
    choice({
      relevant: isAction('merge'),
      options: ({ facts }) => facts.siblings.map(({ record }) => ({ id: record.id, name: topicName(record) })),
    }),
  )
  .step(
    'statement',
    choice({
      relevant: isAction('statements'),
      options: ({ facts }) => facts.waiting.map(({ id, words }) => ({ id, name: { 'zh-CN': words } })),
    }),
  )
  .step(
    'verdict',
    choice({
      relevant: isAction('statements'),
      options: ['shown', 'refused'],
      values: ({ facts, answers }: Here) => ({
        words: facts.waiting.find(({ id }) => id === answers.statement)?.words ?? '',
      }),
    }),
  )
  .step(
    'reason',
    choice({
      relevant: ({ answers }) =>
        answers.next === 'decline' || (answers.next === 'statements' && answers.verdict === 'refused'),
      options: REFUSAL_REASONS,
    }),
  )
  .step('unit', choice({ relevant: isAction('promise'), options: ({ facts }) => promiseUnits(facts) }))
  .step(
    'measure',
    text({ relevant: isAction('promise'), minLength: 4, maxLength: 200, written: true, screen: personShield }),
  )
  .step('due', date({ relevant: isAction('promise', 'change'), withinDays: 365 }))
  .step(
    'work',
    choice({
      relevant: (here: Here) => here.answers.next === 'link' && worksOf(here).length > 1,
      options: ({ facts, answers }) => worksOf({ facts, answers }),
      resets: ['case', 'task', 'project', 'sure'],
    }),
  )
  .step('case', text({ relevant: isLinking('case'), maxLength: 20, written: true, resets: ['sure'] }))
  // The case is loaded before this question.
  .step('sure', confirm({ relevant: isLinking('case'), values: ({ facts }) => ({ found: linkedCase(facts) }) }))
  .step(
    'task',
    choice({
      relevant: isLinking('task'),
      options: ({ facts }) =>
        facts.tasks.map((kept) => ({ id: kept.record.id, name: listedTaskName(kept, { ...facts, me: undefined }) })),
    }),
  )
  .step(
    'project',
    choice({
      relevant: isLinking('project'),
      options: ({ facts }) =>
        facts.projects.map(({ id, premises, project: { no } }) => ({ id, name: projectName(premises, no, facts) })),
    }),
  )
  .step(
    'why',
    text({
      relevant: isAction('change', 'give_up'),
      minLength: 4,
      maxLength: 200,
      written: true,
      screen: personShield,
    }),
  )
  .end();

function linkedCase({ linked, categories }: Steering): Value {
  if (!linked) return { key: 'flows/steer-topics:no_case' };
  const state: Value = { key: `common:case_state.${linked.state}` };
  return {
    key: 'flows/steer-topics:found_case',
    values: { number: showCaseNumber(linked.number), category: { names: categories.nameOf(linked.category) }, state },
  };
}

export const steerTopicsTalk = talk({
  flow: steerTopics,
  loadsBy: ['topic', 'case'],
  load: loadSteering,
  menuOf: ['lead'],
  facts: (city: City, _person, loaded): Steering => ({ ...city, ...loaded }),
  closed: ({ grants, listed, wanted }) => {
    if (!grants.some(({ role }) => MAY_STEER.includes(role))) return { key: 'flows/steer-topics:not_you' };
    if (wanted !== undefined && !listed.some(({ record }) => record.id === wanted))
      return { key: 'flows/steer-topics:elsewhere' };
    return listed.length === 0 ? { key: 'flows/steer-topics:nothing' } : undefined;
  },
  opens: (argument) => {
    const [topic = '', next] = argument.split('.');
    return argument === 'all' ? {} : { topic, ...(next === undefined ? {} : { next }) };
  },
  finish: (answers, { store, facts, now }) => {
    const { chosen } = facts;
    const isKept = answers.next === 'link' && (answers.work ?? 'case') === 'case' && answers.sure !== true;
    if (!chosen || !answers.next || answers.next === 'close' || isKept)
      return noChange('topics_seen', { key: 'common:closed' });
    const due = answers.due ? momentOf(`${answers.due}${OFFICE_ENDS}`) : now;
    const act = actOnTopic({ ...answers, dueAt: due }, chosen, { store, facts, now });
    if (act.type === 'refused')
      return noChange(`topic_refused:${act.why}`, {
        key: `flows/steer-topics:refused.${act.why}`,
        buttons: [steerButton(chosen.record.id)],
      });
    const { checks, writes } = act;
    return {
      outcome: `topic_${answers.next}`,
      checks,
      writes,
      says: [
        {
          key: `flows/steer-topics:done.${answers.next}`,
          values: topicValues(act.topic, facts, facts.card),
          buttons: [steerButton(chosen.record.id)],
        },
      ],
    };
  },
});

function steerButton(id: string) {
  return { label: 'flows/topics:buttons.look', flow: 'steer-topics', argument: id } as const;
}
