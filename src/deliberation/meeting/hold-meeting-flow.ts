import { DAY_MS, dayOf, momentOf } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { date } from '../../engine/steps/date.ts';
import { number } from '../../engine/steps/number.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { orStoreAway } from '../../store/store.ts';
import type { Topic } from '../topic/topic.ts';
import { enterMinute, prepareMeeting } from '../topic/topic-life.ts';
import type { Steerer } from '../topic/topic-rights.ts';
import { maySteer } from '../topic/topic-rights.ts';
import { keepTopic, loadTopic, queueTopicNews } from '../topic/topic-store.ts';
import type { QuorumRule } from './quorum.ts';
import { headsFor, meetingResult, QUORUM_RULE_IDS, QUORUM_RULES } from './quorum.ts';

type HoldMeetingFacts = Steerer & {
  readonly topic: Kept<Topic> | undefined;
  /** The days on which a person compared rules with the law, by rule. */
  readonly checked: Readonly<Record<string, string>>;
  readonly now: number;
};
type Answers = {
  readonly rule?: string | null;
  readonly all?: number | null;
  readonly all_area?: number | null;
  readonly present?: number | null;
  readonly present_area?: number | null;
  readonly agree?: number | null;
  readonly agree_area?: number | null;
};
type Here = { readonly facts: HoldMeetingFacts; readonly answers: Answers };

const PEOPLE_MAX = 100_000;
const AREA_MAX = 10_000_000;

/** The minute is due: the meeting's time is over. Until then the meeting is prepared. */
const isMinute = ({ facts }: Here) => {
  const record = facts.topic?.record;
  return record?.state === 'deciding' && record.meeting !== undefined && facts.now >= record.meeting.at;
};
const isPlan = (here: Here) => !isMinute(here);
const countsArea = (here: Here) => isMinute(here) && ruleOf(here).area === true;

function ruleOf({ facts, answers }: Here): QuorumRule {
  const id = answers.rule ?? facts.topic?.record.meeting?.rule;
  return QUORUM_RULES.find((one) => one.id === id) ?? (QUORUM_RULES[0] as QuorumRule); // the list is never empty
}

/** The count that bounds another: no more come than there are, and no more agree than came. */
type Whole = keyof Omit<Answers, 'rule'>;

const heads = (whole?: Whole) =>
  number<HoldMeetingFacts, Answers>({ relevant: isMinute, ...within(whole, PEOPLE_MAX), values: boundsOf });
const area = (whole?: Whole) =>
  number<HoldMeetingFacts, Answers>({ relevant: countsArea, ...within(whole, AREA_MAX), decimals: true });

function within(whole: Whole | undefined, most: number) {
  if (whole === undefined) return { min: 1, max: most };
  return { min: 0, max: ({ answers }: { readonly answers: Answers }) => answers[whole] ?? most };
}

/** Prepares a lawful meeting and keeps what its minute states. The meeting decides; no tap here is a vote of it. */
export const holdMeeting = flow<HoldMeetingFacts>({ id: 'hold-meeting', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('rule', choice({ relevant: isPlan, options: QUORUM_RULE_IDS, resets: ['checked'] }))
  .step('checked', choice({ relevant: isPlan, options: ['not_yet', 'checked'], values: lawOf }))
  .step('at', date({ relevant: isPlan, time: true, withinDays: 120 }))
  .step('place', text({ relevant: isPlan, maxLength: 60, written: true, screen: personShield }))
  .step('agenda', text({ relevant: isPlan, maxLength: 300, written: true, screen: personShield }))
  .step('all', heads())
  .step('all_area', area())
  .step('present', heads('all'))
  .step('present_area', area('all_area'))
  .step('agree', heads('present'))
  .step('agree_area', area('present_area'))
  .step('passed', confirm({ relevant: isMinute, values: (here: Here) => ({ result: computed(here) }) }))
  .end();

function lawOf(here: Here) {
  const { law, read, noticeDays, id } = ruleOf(here);
  const day = here.facts.checked[id];
  const known = day ? { key: 'flows/hold-meeting:known', values: { day: { date: day } } } : undefined;
  return { law, read: { date: read }, days: noticeDays, known: known ?? { key: 'flows/hold-meeting:unchecked' } };
}

function boundsOf(here: Here) {
  const rule = ruleOf(here);
  return {
    quorum: headsFor(here.answers.all ?? 0, rule.attend),
    passes: headsFor(here.answers.present ?? 0, rule.pass),
  };
}

function countsOf({ answers }: Here) {
  const part = (count: number | null | undefined, size: number | null | undefined) => ({
    heads: count ?? 0,
    ...(size === null || size === undefined ? {} : { area: size }),
  });
  return {
    all: part(answers.all, answers.all_area),
    present: part(answers.present, answers.present_area),
    agree: part(answers.agree, answers.agree_area),
  };
}

function computed(here: Here) {
  const { quorate, passed } = meetingResult(countsOf(here), ruleOf(here));
  return { key: `flows/hold-meeting:result.${quorate ? (passed ? 'passed' : 'not_passed') : 'no_quorum'}` };
}

export const holdMeetingTalk = talk({
  flow: holdMeeting,
  load: async ({ store, person, position, now }: LoadContext) => {
    const [topic, checked] = await Promise.all([
      loadTopic(store, position.answers.topic),
      orStoreAway(store.redis.hgetall(store.keys.quorumChecked)),
    ]);
    return { topic, checked, now, me: store.pseudonym(person.urn) };
  },
  facts: ({ regions }: City, { contact }, loaded): HoldMeetingFacts => ({
    regions,
    grants: contact?.grants ?? [],
    ...loaded,
  }),
  opens: (topic) => ({ topic }),
  guardsEnd: true,
  closed: (facts) => {
    const record = facts.topic?.record;
    if (!record || !maySteer(record, facts)) return { key: 'flows/steer-topics:elsewhere' };
    const fits = ['discussing', 'deciding', 'decided'].includes(record.state);
    return fits ? undefined : { key: 'flows/steer-topics:refused.not_now' };
  },
  finish: (answers, { store, facts, now }) => {
    const { topic } = facts;
    if (!topic) return noChange('meeting_unknown', { key: 'flows/steer-topics:elsewhere' });
    const here = { facts, answers };
    const rule = ruleOf(here);
    const isPlanned = isPlan(here);
    const meeting = {
      rule: rule.id,
      at: answers.at ? momentOf(answers.at) : now,
      place: answers.place && 'text' in answers.place ? answers.place.text : '',
      agenda: answers.agenda && 'text' in answers.agenda ? answers.agenda.text : '',
      noticedAt: now,
    };
    const step = isPlanned
      ? prepareMeeting(topic.record, meeting, facts, now)
      : enterMinute(topic.record, countsOf(here), answers.passed === true, facts, now);
    if (step.type === 'refused')
      return noChange(`meeting_refused:${step.why}`, {
        key: `flows/steer-topics:refused.${step.why}`,
        values: { days: rule.noticeDays },
        buttons: [{ label: 'flows/topics:buttons.look', flow: 'steer-topics', argument: topic.record.id }],
      });
    const { checks, writes } = keepTopic(store, step.topic, topic);
    const { id } = topic.record;
    const notices = [
      queueTopicNews(store, id, 'meeting', now),
      queueTopicNews(store, id, 'meeting_soon', Math.max(now, meeting.at - DAY_MS)),
    ];
    const confirmed =
      answers.checked === 'checked' ? [['HSET', store.keys.quorumChecked, rule.id, dayOf(now)] as const] : [];
    return {
      outcome: isPlanned ? 'meeting_prepared' : 'minute_entered',
      checks,
      writes: [...writes, ...(isPlanned ? [...notices, ...confirmed] : [queueTopicNews(store, id, 'decided', now)])],
      says: [
        { key: `flows/hold-meeting:done.${isPlanned ? 'prepared' : 'entered'}`, values: { at: { at: meeting.at } } },
      ],
    };
  },
});
