import { dayOf } from '../../calendar.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { asksForCode } from '../topic/second-topic-flow.ts';
import { codeNote, notVoting, topicButton } from '../topic/topic-card.ts';
import type { VotingFacts } from './topic-access.ts';
import { castVotes, isVoting, loadTopicAccess, sealedAnswers } from './topic-access.ts';
import { CHOICES } from './topic-ballot.ts';

/** The sounding ballot: one vote a person, changeable until the close, and in no session. */
export const voteTopic = flow<VotingFacts>({ id: 'vote-topic', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'code',
    text({ relevant: ({ facts }) => asksForCode(facts.access), optional: true, written: true, maxLength: 30 }),
  )
  .step(
    'choice',
    choice({
      options: CHOICES,
      values: ({ facts }) => ({
        words: facts.access?.topic.record.words ?? '',
        until: { date: dayOf(facts.access?.topic.record.until ?? 0) },
      }),
    }),
  )
  .end();

export const voteTopicTalk = talk({
  flow: voteTopic,
  load: ({ store, person, position, now }: LoadContext) => loadTopicAccess(store, person, position.answers.topic, now),
  facts: (_city: object, _person, access): VotingFacts => ({ access }),
  opens: (topic) => ({ topic }),
  closed: (facts) => (isSounding(facts) ? undefined : notVoting(facts)),
  privateAnswers: sealedAnswers(['topic']),
  finish: ({ choice: chosen }, { store, facts, now }) => {
    const { access } = facts;
    if (!access || !chosen || !isSounding(facts)) return noChange('topic_closed', notVoting(facts));
    const { record } = access.topic;
    const { checks, writes } = castVotes(access, { choice: chosen }, { store, now });
    const done = { key: 'flows/vote-topic:done', values: { until: { date: dayOf(record.until) } } } as const;
    return {
      outcome: 'topic_voted',
      checks,
      writes,
      says: [...codeNote(access), { ...done, buttons: [topicButton(record.id)] }],
    };
  },
});

/** A meeting decides by itself: no tap counts there. */
function isSounding(facts: VotingFacts): boolean {
  return isVoting(facts, 'deciding') && facts.access?.topic.record.kind === 'sounding';
}
