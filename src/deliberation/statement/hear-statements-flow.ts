import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { number } from '../../engine/steps/number.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { TopicAccess, VotingFacts } from '../ballot/topic-access.ts';
import { castVotes, isVoting, loadTopicAccess, sealedAnswers } from '../ballot/topic-access.ts';
import { DECLARED } from '../ballot/topic-ballot.ts';
import { notVoting, topicButton } from '../topic/topic-card.ts';
import type { Statement } from './statement.ts';
import { loadShown, loadStatements, nextStatement, OPINIONS, SITTING_MAX } from './statement.ts';

type HearStatementsFacts = VotingFacts & {
  readonly statements: readonly Statement[];
  readonly shown: Readonly<Record<string, string>>;
};

/** Highest number of a building. */
const BUILDINGS_MAX = 300;

/** A resident reads statements one by one, the least seen first, and says agree, disagree or pass. */
export const hearStatements = flow<HearStatementsFacts>({
  id: 'hear-statements',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step('tenure', toldOf('tenure'))
  .step('age', toldOf('age'))
  .step(
    'building',
    number({
      relevant: ({ facts }) => facts.access?.ballot?.answers.building === undefined,
      optional: true,
      min: 1,
      max: BUILDINGS_MAX,
    }),
  )
  .step(
    'opinion',
    choice({
      options: OPINIONS,
      values: ({ facts }) => ({ words: nextIn(facts)?.words ?? '', left: leftIn(facts) }),
      // A tap on an earlier statement's buttons changes nothing.
      confirms: ({ facts }) => nextIn(facts)?.id,
    }),
  )
  .end();

/** Asks once in a round, and may be left out. */
export function toldOf(name: keyof typeof DECLARED) {
  return choice<VotingFacts, unknown, string>({
    relevant: ({ facts }) => facts.access?.ballot?.answers[name] === undefined,
    optional: true,
    options: DECLARED[name],
  });
}

function nextIn({ access, statements, shown }: HearStatementsFacts): Statement | undefined {
  return nextStatement(statements, access?.ballot?.answers ?? {}, shown);
}

function leftIn({ access, statements }: HearStatementsFacts): number {
  return statements.filter(({ id, state }) => state === 'shown' && !access?.ballot?.answers[id]).length;
}

export const hearStatementsTalk = talk({
  flow: hearStatements,
  load: async ({ store, person, position, now }: LoadContext) => {
    const access = await loadTopicAccess(store, person, position.answers.topic, now);
    const id = access?.topic.record.id ?? '';
    const [statements, shown] = access
      ? await Promise.all([loadStatements(store, id), loadShown(store, id)])
      : [[], {}];
    return { access, statements, shown };
  },
  facts: (_city: object, _person, loaded): HearStatementsFacts => loaded,
  opens: (topic) => ({ topic }),
  closed: (facts) => {
    if (!isVoting(facts, 'discussing')) return notVoting(facts);
    return nextIn(facts) ? undefined : allHeard(facts.access);
  },
  privateAnswers: sealedAnswers(['topic', 'sitting']),
  finish: ({ opinion }, { store, facts, given, now }) => {
    const { access } = facts;
    const statement = nextIn(facts);
    if (!access || !statement || !opinion || !isVoting(facts, 'discussing'))
      return noChange('topic_closed', notVoting(facts));
    const { id } = access.topic.record;
    const { checks, writes } = castVotes(access, { [statement.id]: opinion }, { store, now });
    const answers = { ...access.ballot?.answers, [statement.id]: opinion };
    const after = {
      ...facts,
      access: { ...access, tookPart: access.tookPart ?? '', ballot: { ...access.ballot, answers } },
    };
    const sitting = Number(given.sitting ?? 0) + 1;
    const isOver = sitting >= SITTING_MAX || !nextIn(after);
    const thanks = nextIn(after)
      ? { key: 'flows/hear-statements:sat' as const, buttons: moreButtons(id) }
      : allHeard(access);
    return {
      outcome: 'statement_voted',
      checks,
      writes: [...writes, ['HINCRBY', store.keys.topicShown(id), statement.id, 1]],
      says: isOver ? [thanks] : [],
      ...(isOver ? {} : { goesOn: { flow: 'hear-statements', answers: { topic: id, sitting }, facts: after } }),
    };
  },
});

function moreButtons(id: string) {
  return [{ label: 'flows/topics:buttons.hear', flow: 'hear-statements', argument: id }, topicButton(id)] as const;
}

function allHeard(access: TopicAccess | undefined) {
  const id = access?.topic.record.id ?? '';
  const say = { label: 'flows/topics:buttons.say', flow: 'say-statement', argument: id } as const;
  return { key: 'flows/hear-statements:all', buttons: [say, topicButton(id)] } as const;
}
