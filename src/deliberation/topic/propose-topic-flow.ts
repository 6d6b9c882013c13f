import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import type { Topic } from './topic.ts';
import { ADDRESSEES, isOpenTopic, newTopicId } from './topic.ts';
import { NO_HOME } from './topic-card.ts';
import { moderationDue } from './topic-life.ts';
import { keepProposer, keepTopic, loadOwnTopic, queueTopicNews } from './topic-store.ts';

/** `home` is undefined unless it is a community. */
type ProposeTopicFacts = { readonly home: string | undefined; readonly own: Kept<Topic> | undefined };

/** Longest proposal, characters. */
const WORDS_MAX = 300;

/** A resident proposes an action at a place. The proposer is never shown. */
export const proposeTopic = flow<ProposeTopicFacts>({ id: 'propose-topic', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('words', text({ minLength: 6, maxLength: WORDS_MAX, written: true, screen: personShield }))
  .step('whom', choice({ options: ADDRESSEES }))
  .step('review', review())
  .end();

export const proposeTopicTalk = talk({
  flow: proposeTopic,
  sealed: true,
  load: async ({ store, person }: LoadContext) => ({ own: await loadOwnTopic(store, person.urn) }),
  facts: ({ regions }: City, { contact }, { own }): ProposeTopicFacts => ({
    home: contact?.home !== undefined && regions.levelOf(contact.home) === 'community' ? contact.home : undefined,
    own,
  }),
  opens: () => ({}),
  closed: ({ home, own }) => {
    if (home === undefined) return NO_HOME;
    return own && isOpenTopic(own.record)
      ? {
          key: 'flows/propose-topic:had',
          values: { words: own.record.words },
          buttons: [{ label: 'flows/topics:buttons.look', flow: 'topics', argument: own.record.id }],
        }
      : undefined;
  },
  finish: ({ words, whom }, { store, person, facts, now }) => {
    if (!words || !('text' in words) || facts.home === undefined)
      return noChange('topic_unwritten', { key: 'flows/propose-topic:unwritten' });
    const topic: Topic = {
      id: newTopicId(),
      kind: 'sounding',
      state: 'proposed',
      region: facts.home,
      words: words.text,
      whom: whom ?? 'together',
      proposedAt: now,
      since: now,
      until: moderationDue(now),
    };
    const { checks, writes } = keepTopic(store, topic);
    return {
      outcome: 'topic_proposed',
      checks,
      writes: [...writes, ...keepProposer(store, topic.id, person), queueTopicNews(store, topic.id, 'proposed', now)],
      says: [{ key: 'flows/propose-topic:done', values: { until: { at: topic.until } } }],
    };
  },
});
