import { personShield } from '../../cases/report/person-shield.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { VotingFacts } from '../ballot/topic-access.ts';
import { castVotes, isVoting, loadTopicAccess, sealedAnswers } from '../ballot/topic-access.ts';
import { notVoting, topicButton } from '../topic/topic-card.ts';
import { queueTopicNews } from '../topic/topic-store.ts';
import type { Statement } from './statement.ts';
import {
  keepStatement,
  loadStatements,
  newStatementId,
  STATEMENT_MAX,
  STATEMENTS_EACH,
  STATEMENTS_MAX,
  WAITING_MAX,
} from './statement.ts';

type SayStatementFacts = VotingFacts & { readonly statements: readonly Statement[] };

/** A resident adds a thought to a topic, without a name. A moderator reads it first. */
export const sayStatement = flow<SayStatementFacts>({
  id: 'say-statement',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'words',
    text({
      minLength: 4,
      maxLength: STATEMENT_MAX,
      written: true,
      screen: personShield,
      values: ({ facts }) => ({ topic: facts.access?.topic.record.words ?? '' }),
    }),
  )
  .end();

export const sayStatementTalk = talk({
  flow: sayStatement,
  load: async ({ store, person, position, now }: LoadContext) => {
    const access = await loadTopicAccess(store, person, position.answers.topic, now);
    return { access, statements: access ? await loadStatements(store, access.topic.record.id) : [] };
  },
  facts: (_city: object, _person, loaded): SayStatementFacts => loaded,
  opens: (topic) => ({ topic }),
  closed: (facts) => {
    if (!isVoting(facts, 'discussing')) return notVoting(facts);
    if ((facts.access?.ballot?.said ?? 0) >= STATEMENTS_EACH)
      return { key: 'flows/say-statement:enough', values: { n: STATEMENTS_EACH } };
    const waiting = facts.statements.filter(({ state }) => state === 'waiting').length;
    const isFull = waiting >= WAITING_MAX || facts.statements.length >= STATEMENTS_MAX;
    return isFull ? { key: 'flows/say-statement:full' } : undefined;
  },
  privateAnswers: sealedAnswers(['topic']),
  finish: ({ words }, { store, facts, now }) => {
    const { access, statements } = facts;
    if (!access || !isVoting(facts, 'discussing')) return noChange('topic_closed', notVoting(facts));
    const wording = words && 'text' in words ? words.text : '';
    const { id } = access.topic.record;
    const buttons = [topicButton(id)];
    if (wording === '' || statements.some((one) => one.words === wording))
      return noChange('statement_known', { key: 'flows/say-statement:known', buttons });
    const statement: Statement = { id: newStatementId(), words: wording, state: 'waiting', at: now };
    // Apart from the statement, the sealed votes hold only how many the person wrote.
    const said = (access.ballot?.said ?? 0) + 1;
    const { checks, writes } = castVotes(access, {}, { store, now, said });
    return {
      outcome: 'statement_said',
      checks,
      writes: [...writes, keepStatement(store, id, statement), queueTopicNews(store, id, 'said', now)],
      says: [{ key: 'flows/say-statement:done', buttons }],
    };
  },
});
