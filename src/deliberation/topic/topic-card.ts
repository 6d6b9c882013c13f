import { dayOf } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import type { LocalizedMessage, Value, Values } from '../../delivery/outcome.ts';
import { cutText } from '../../engine/cut-text.ts';
import type { Names } from '../../engine/step.ts';
import type { SoundingResult, TopicResults } from '../ballot/results.ts';
import type { TopicAccess, VotingFacts } from '../ballot/topic-access.ts';
import { CHOICES } from '../ballot/topic-ballot.ts';
import type { ShownShare } from '../consensus/shown-share.ts';
import type { Work } from '../promise/promise.ts';
import type { Topic } from './topic.ts';

/** Graphemes of a topic in a list. */
const NAME_MAX = 24;

/** The button that opens a topic. */
export function topicButton(id: string) {
  return { label: 'flows/topics:buttons.look', flow: 'topics', argument: id } as const;
}

/** A topic as a button: its first words. Residents' words have one language. */
export function topicName({ words, state }: Topic): Names {
  const icons = { proposed: '📝', seconding: '🙋', discussing: '💬', deciding: '🗳️', promised: '🤝', reviewed: '✅' };
  const icon = icons[state as keyof typeof icons] ?? '▫️';
  return { 'zh-CN': `${icon} ${cutText(words, NAME_MAX, '…')}` };
}

/** Why a person cannot vote on a topic now. */
export function notVoting({ access }: VotingFacts): LocalizedMessage {
  switch (access?.eligible) {
    case 'no_home':
      return NO_HOME;
    case 'elsewhere':
      return { key: 'flows/topics:elsewhere' };
    case 'too_new':
      return { key: 'flows/topics:too_new' };
    default:
      return {
        key: 'flows/topics:over',
        buttons: [{ label: 'flows/topics:buttons.all', flow: 'topics', argument: 'all' }],
      };
  }
}

/** Asks for the home first: a topic belongs to a community. */
export const NO_HOME: LocalizedMessage = {
  key: 'flows/topics:no_home',
  buttons: [{ label: 'flows/topics:buttons.home', flow: 'choose-topics', argument: 'home' }],
};

/** Tells that a household code did not count; the vote does, without one. */
export function codeNote({ code, topic }: TopicAccess): readonly LocalizedMessage[] {
  if (code !== 'wrong' && code !== 'spent') return [];
  return [{ key: `flows/topics:code.${code}`, values: { words: cutText(topic.record.words, NAME_MAX, '…') } }];
}

/** What a card shows of a topic besides its words. */
export type CardFacts = {
  readonly results: TopicResults;
  readonly objections: number | undefined;
  /** The work to which a promise is linked. */
  readonly work?: readonly Work[];
  /** The reader's home is too new for this topic. */
  readonly tooNew?: boolean;
};

/** The values of a topic's card. */
export function topicValues(topic: Topic, city: Pick<City, 'regions' | 'units'>, facts: CardFacts): Values {
  const lines = [
    // The line of a promise tells this state by itself.
    ...(topic.state === 'promised' && topic.promise ? [] : [stateLine(topic)]),
    ...resultLines(topic, facts),
    ...promiseLines(topic, city, facts),
    ...tooNewLine(topic, facts),
  ];
  return {
    words: topic.words,
    where: { names: city.regions.nameOf(topic.region) ?? { 'zh-CN': topic.region } },
    lines: { list: lines },
  };
}

function stateLine(topic: Topic): Value {
  const { state, until, needed = 0, declined, meeting, kind, closing, rewriting } = topic;
  if (closing || rewriting) return { key: 'flows/topics:counting' };
  if (state === 'deciding' && kind === 'meeting' && meeting)
    return {
      key: 'flows/topics:meets',
      values: { at: { at: meeting.at }, place: meeting.place, agenda: meeting.agenda },
    };
  const reason: Value = declined ? { key: `flows/topics:reasons.${declined.reason}` } : '';
  return { key: `flows/topics:state.${state}`, values: { until: { date: dayOf(until) }, needed, reason } };
}

/** Says why nothing can be tapped while others second, discuss or vote. */
function tooNewLine({ state }: Topic, { tooNew }: CardFacts): readonly Value[] {
  const isOpen = state === 'seconding' || state === 'discussing' || state === 'deciding';
  return tooNew && isOpen ? [{ key: 'flows/topics:too_new' }] : [];
}

function resultLines({ state, meeting, kind, rewriting }: Topic, { results }: CardFacts): readonly Value[] {
  // Counted, and not yet gone from the store's file.
  if (rewriting) return [];
  const decided = state === 'decided' || state === 'promised' || state === 'reviewed' || state === 'lapsed';
  const minute = kind === 'meeting' ? meeting?.minute : undefined;
  const { discussion, sounding } = results;
  const first = discussion?.statements[0];
  const notes = [...new Set([results.seconding, discussion, sounding].flatMap((one) => one?.notes ?? []))];
  return [
    ...(first && first.agree.type !== 'withheld'
      ? [{ key: 'flows/topics:first', values: { words: first.words, agree: shareValue(first.agree) } } as const]
      : []),
    ...(sounding && decided ? soundingLines(sounding) : []),
    ...(minute ? [{ key: `flows/topics:minute.${minute.passed ? 'passed' : 'not_passed'}` } as const] : []),
    ...notes.map((note) => ({ key: `flows/topics:notes.${note}` }) as const),
  ];
}

function soundingLines({ all, outcome, coded }: SoundingResult): readonly Value[] {
  if (outcome === 'few') return [{ key: 'flows/topics:outcome.few' }];
  const sharesOf = (shares: SoundingResult['all']): Values =>
    Object.fromEntries(CHOICES.map((choice) => [choice, shareValue(shares[choice])]));
  return [
    { key: `flows/topics:outcome.${outcome}` },
    { key: 'flows/topics:shares', values: sharesOf(all) },
    ...(coded
      ? [
          { key: 'flows/topics:with_code', values: sharesOf(coded.with) } as const,
          { key: 'flows/topics:without_code', values: sharesOf(coded.without) } as const,
        ]
      : []),
  ];
}

/** A share as a sentence's value. */
export function shareValue(share: ShownShare): Value {
  if (share.type === 'withheld') return { key: 'flows/topics:share.withheld' };
  return { key: `flows/topics:share.${share.type}`, values: { percent: share.percent, n: share.n } };
}

function promiseLines(
  { promise, late }: Topic,
  { units }: Pick<City, 'units'>,
  { objections, work = [] }: CardFacts,
): readonly Value[] {
  if (!promise) return [];
  const unit: Value = { names: units.get(promise.unit)?.names ?? { 'zh-CN': promise.unit } };
  const said: Value = {
    key: 'flows/topics:promise',
    values: { unit, measure: promise.measure, due: { date: dayOf(promise.due) } },
  };
  const changed: readonly Value[] = promise.changed
    ? [
        {
          key: 'flows/topics:changed',
          values: { from: { date: dayOf(promise.changed.from) }, why: promise.changed.why },
        },
      ]
    : [];
  const counted = work.filter(({ type }) => type !== 'dropped');
  const solved = counted.filter(({ type }) => type === 'solved').length;
  const linked: readonly Value[] =
    counted.length > 0 ? [{ key: 'flows/topics:work', values: { n: counted.length, solved } }] : [];
  const awaits: readonly Value[] = promise.awaitsProof ? [{ key: 'flows/topics:awaits_proof' }] : [];
  const overdue: readonly Value[] = late && !promise.awaitsProof ? [{ key: 'flows/topics:overdue' }] : [];
  const verdict: readonly Value[] = promise.verdict ? [{ key: `flows/topics:verdict.${promise.verdict}` }] : overdue;
  const objected: readonly Value[] =
    objections === undefined ? [] : [{ key: 'flows/topics:objections', values: { n: objections } }];
  return [said, ...changed, ...linked, ...awaits, ...verdict, ...objected];
}
