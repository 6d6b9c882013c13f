import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { TopicAccess, VotingFacts } from '../ballot/topic-access.ts';
import { castVotes, isVoting, loadTopicAccess, sealedAnswers } from '../ballot/topic-access.ts';
import { codeNote, notVoting, topicButton } from './topic-card.ts';

/** A resident seconds a topic, once. It is counted under a mark, and names no person. */
export const secondTopic = flow<VotingFacts>({ id: 'second-topic', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'code',
    text({ relevant: ({ facts }) => asksForCode(facts.access), optional: true, written: true, maxLength: 30 }),
  )
  .step('sure', confirm({ values: ({ facts }) => ({ words: facts.access?.topic.record.words ?? '' }) }))
  .end();

/** True until a code was typed or left out, where the committee has handed codes out. */
export function asksForCode(access: TopicAccess | undefined): boolean {
  return access?.topic.record.coded === true && access.ballot?.typed === undefined;
}

export const secondTopicTalk = talk({
  flow: secondTopic,
  load: ({ store, person, position, now }: LoadContext) => loadTopicAccess(store, person, position.answers.topic, now),
  facts: (_city: object, _person, access): VotingFacts => ({ access }),
  opens: (topic) => ({ topic }),
  closed: (facts) => (isVoting(facts, 'seconding') ? undefined : notVoting(facts)),
  privateAnswers: sealedAnswers(['topic']),
  finish: ({ sure }, { store, facts, now }) => {
    const { access } = facts;
    if (!access || !isVoting(facts, 'seconding')) return noChange('topic_closed', notVoting(facts));
    const { record } = access.topic;
    if (sure !== true)
      return noChange('topic_not_seconded', { key: 'common:closed', buttons: [topicButton(record.id)] });
    const { checks, writes } = castVotes(access, { second: 'yes' }, { store, now });
    return {
      outcome: 'topic_seconded',
      checks,
      // The job counts seconds and opens the discussion once they suffice.
      writes: [...writes, ['ZADD', store.keys.topicsClock, now, record.id]],
      says: [...codeNote(access), { key: 'flows/second-topic:done', buttons: [topicButton(record.id)] }],
    };
  },
});
