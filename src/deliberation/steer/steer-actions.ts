import type { City } from '../../city/city.ts';
import type { Option } from '../../engine/step.ts';
import type { Words } from '../../engine/steps/text.ts';
import type { Change, Kept } from '../../store/records/versioned-record.ts';
import type { Store } from '../../store/store.ts';
import type { TopicPromise } from '../promise/promise.ts';
import { hasLinks } from '../promise/promise.ts';
import { isOther } from '../promise/work.ts';
import { keepStatement } from '../statement/statement.ts';
import type { RefusalReason, Topic } from '../topic/topic.ts';
import { DISCUSSION_DAYS } from '../topic/topic.ts';
import type { TopicRefusal, TopicStep } from '../topic/topic-life.ts';
import { acceptTopic, changePromise, declineTopic, mergeTopic, promiseTopic } from '../topic/topic-life.ts';
import { mayModerate } from '../topic/topic-rights.ts';
import { checkRound, countRefusal, keepTopic, queueTopicNews } from '../topic/topic-store.ts';
import type { loadSteering } from './load-steering.ts';

export type Steering = City & Awaited<ReturnType<typeof loadSteering>>;

export type SteerAnswers = {
  readonly next?: string | null;
  readonly days?: string | null;
  readonly into?: string | null;
  readonly statement?: string | null;
  readonly verdict?: string | null;
  readonly reason?: string | null;
  readonly unit?: string | null;
  readonly measure?: Words | null;
  readonly work?: string | null;
  readonly case?: Words | null;
  readonly task?: string | null;
  readonly project?: string | null;
  readonly why?: Words | null;
};

/** Lists the actions on the chosen topic. */
export function steerActions(facts: Steering, now: number): readonly Option[] {
  const topic = facts.chosen?.record;
  if (!topic) return [];
  const { state, promise, meeting, closing, id } = topic;
  const open = (name: string) => ({ id: name, opens: { flow: 'hold-meeting', argument: id } });
  const may = mayModerate(topic, facts);
  const isMeetingDue = state === 'deciding' && meeting !== undefined && now >= meeting.at;
  return [
    ...(state === 'proposed' && may ? [{ id: 'accept' }, { id: 'decline' }] : []),
    ...(['proposed', 'moderated', 'seconding'].includes(state) && may && facts.siblings.length > 0
      ? [{ id: 'merge' }]
      : []),
    ...(state === 'discussing' && facts.waiting.length > 0 ? [{ id: 'statements' }] : []),
    ...((state === 'discussing' && !closing) || state === 'decided' ? [open('meeting')] : []),
    ...(isMeetingDue ? [open('minute')] : []),
    ...(state === 'decided' ? [{ id: 'promise' }] : []),
    ...(state === 'promised' && promise?.verdict === undefined
      ? [
          ...(promise?.awaitsProof && isOther(facts.me, promise) ? [{ id: 'seen' }] : []),
          { id: 'link' },
          ...(promise && !hasLinks(promise) && promise.doneAt === undefined ? [{ id: 'done' }] : []),
          { id: 'change' },
          { id: 'give_up' },
        ]
      : []),
    { id: 'close' },
  ];
}

type Act =
  | ({ readonly type: 'done'; readonly topic: Topic } & Change)
  | {
      readonly type: 'refused';
      readonly why: TopicRefusal | 'case_unknown' | 'no_statement' | 'date_earlier' | 'own_promise';
    };

type Acting = { readonly store: Store; readonly facts: Steering; readonly now: number };

/** Carries out an action on a topic, or refuses it with the reason. */
export function actOnTopic(
  answers: SteerAnswers & { readonly dueAt: number },
  kept: Kept<Topic>,
  { store, facts, now }: Acting,
): Act {
  const { record: topic } = kept;
  const news = (event: string) => queueTopicNews(store, topic.id, event, now);
  const keep = (step: TopicStep, ...writes: Change['writes']): Act => {
    if (step.type === 'refused') return step;
    const change = keepTopic(store, step.topic, kept);
    return { type: 'done', topic: step.topic, checks: change.checks, writes: [...change.writes, ...writes] };
  };
  const change = (part: Partial<TopicPromise>): Act => keep(changePromise(topic, part, facts));
  switch (answers.next) {
    case 'accept':
      return keep(acceptTopic(topic, DISCUSSION_DAYS.find((days) => String(days) === answers.days) ?? 10, facts, now));
    case 'decline': {
      const reason = answers.reason as RefusalReason; // an option of the step
      return keep(declineTopic(topic, reason, facts, now), countRefusal(store, topic.region, reason), news('declined'));
    }
    case 'merge': {
      const into = facts.siblings.find(({ record }) => record.id === answers.into)?.record;
      const act: Act = into
        ? keep(mergeTopic(topic, into, facts, now), news('merged'))
        : { type: 'refused', why: 'not_now' };
      // Another organiser may join that topic to this one at the same moment.
      return into && act.type === 'done' ? { ...act, checks: [...act.checks, checkRound(store, into)] } : act;
    }
    case 'statements':
      return judgeStatement(answers, topic, { store, facts, now });
    case 'promise': {
      const promise: TopicPromise = {
        unit: answers.unit ?? '',
        measure: wordsOf(answers.measure),
        due: answers.dueAt,
        by: facts.me,
        at: now,
        cases: [],
      };
      return keep(promiseTopic(topic, promise, facts, now), news('promised'));
    }
    case 'link': {
      const { linked, regions, tasks, projects } = facts;
      const { promise } = topic;
      if (answers.work === 'task') {
        const task = tasks.find(({ record }) => record.id === answers.task)?.record.id;
        return task ? change({ tasks: [...(promise?.tasks ?? []), task] }) : { type: 'refused', why: 'not_now' };
      }
      if (answers.work === 'project') {
        const project = projects.find(({ id }) => id === answers.project)?.project;
        return project
          ? change({ projects: [...(promise?.projects ?? []), project] })
          : { type: 'refused', why: 'not_now' };
      }
      const street = regions.above(topic.region, 'street') ?? topic.region;
      const isHere = linked && regions.chain(linked.place.region ?? '').includes(street);
      if (!linked || !isHere) return { type: 'refused', why: 'case_unknown' };
      return change({ cases: [...new Set([...(promise?.cases ?? []), linked.id])] });
    }
    case 'done':
      return change({ doneAt: now, doneBy: facts.me });
    case 'seen': {
      const { promise } = topic;
      if (!promise?.awaitsProof || !isOther(facts.me, promise)) return { type: 'refused', why: 'own_promise' };
      return change({ proof: { as: 'organiser', by: facts.me } });
    }
    case 'change': {
      const { promise } = topic;
      if (!promise || answers.dueAt <= promise.due) return { type: 'refused', why: 'date_earlier' };
      const from = promise.changed?.from ?? promise.due;
      return change({ due: answers.dueAt, changed: { why: wordsOf(answers.why), from, at: now } });
    }
    case 'give_up':
      return change({ givenUp: wordsOf(answers.why) });
    default:
      return { type: 'refused', why: 'not_now' };
  }
}

function judgeStatement(answers: SteerAnswers, topic: Topic, { store, facts }: Acting): Act {
  const statement = facts.waiting.find(({ id }) => id === answers.statement);
  if (!statement || topic.state !== 'discussing') return { type: 'refused', why: 'no_statement' };
  const isRefused = answers.verdict === 'refused';
  const judged = { ...statement, state: isRefused ? 'refused' : 'shown' } as const;
  return {
    type: 'done',
    topic,
    // The words of a refused statement are not kept.
    checks: [{ key: store.keys.topicStatements(topic.id), field: statement.id, is: JSON.stringify(statement) }],
    writes: [
      keepStatement(store, topic.id, isRefused ? { ...judged, words: '' } : judged),
      ...(isRefused ? [countRefusal(store, topic.region, answers.reason as RefusalReason)] : []),
    ],
  };
}

function wordsOf(words: Words | null | undefined): string {
  return words && 'text' in words ? words.text : '';
}
