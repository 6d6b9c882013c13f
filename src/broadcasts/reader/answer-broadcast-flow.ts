import { personShield } from '../../cases/report/person-shield.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { localizedContent, respondentPseudonym } from '../broadcast.ts';
import { loadAnswerable } from '../broadcast-store.ts';

type AnswerBroadcastFacts = {
  readonly answerable: string | undefined;
  readonly unsent: boolean;
  readonly title: string;
};

/** Sends a reply to an announcement; organisers read it without its author. */
export const answerBroadcast = flow<AnswerBroadcastFacts>({
  id: 'answer-broadcast',
  version: 1,
  lifetimeSeconds: 24 * 3600,
})
  .step('words', text({ maxLength: 500, screen: personShield, values: ({ facts }) => ({ title: facts.title }) }))
  .end();

export const answerBroadcastTalk = talk({
  flow: answerBroadcast,
  load: ({ store, position, now }: LoadContext) => loadAnswerable(store, position.answers.broadcast, now),
  facts: (_city: object, { contact }, loaded): AnswerBroadcastFacts => {
    const sent = loaded === 'unsent' ? undefined : loaded;
    const title = sent ? localizedContent(sent.content, contact?.language).title : '';
    return { answerable: sent?.id, unsent: loaded === 'unsent', title };
  },
  closed: ({ answerable, unsent }) => {
    if (unsent) return { key: 'common:broadcast.unsent' };
    return answerable === undefined ? { key: 'flows/answer-broadcast:over' } : undefined;
  },
  opens: (argument) => ({ broadcast: argument }),
  finish: ({ words }, { store, person, facts: { answerable }, now }) => {
    if (answerable === undefined) return noChange('answer_late', { key: 'flows/answer-broadcast:over' });
    const pseudonym = respondentPseudonym(store, answerable, person);
    return {
      outcome: 'broadcast_answered',
      checks: [],
      writes: [['ZADD', store.keys.broadcastReplies(answerable), now, `${pseudonym} ${JSON.stringify(words)}`]],
      says: [{ key: 'flows/answer-broadcast:done' }],
    };
  },
});
