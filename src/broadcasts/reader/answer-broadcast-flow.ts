import { personShield } from '../../cases/report/person-shield.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { markOf, saidIn } from '../broadcast.ts';
import { loadSent } from '../broadcast-store.ts';

type AnswerBroadcastFacts = { readonly known: string | undefined; readonly title: string };

/** Somebody has something to say to an announcement: its organisers read the words, never whose they are. */
export const answerBroadcast = flow<AnswerBroadcastFacts>({
  id: 'answer-broadcast',
  version: 1,
  lifetimeSeconds: 24 * 3600,
})
  .step(
    'broadcast',
    choice({
      options: ({ facts }) => (facts.known === undefined ? [] : [{ id: facts.known, name: {} }]),
    }),
  )
  .step('words', text({ maxLength: 500, screen: personShield, values: ({ facts }) => ({ title: facts.title }) }))
  .end();

export const answerBroadcastTalk = talk({
  flow: answerBroadcast,
  load: ({ store, position, now }: LoadContext) => loadSent(store, position.answers.broadcast, now),
  facts: (_city: object, { contact }, sent): AnswerBroadcastFacts => ({
    known: sent?.id,
    title: sent ? saidIn(sent.content, contact?.language).title : '',
  }),
  closed: ({ known }) => (known === undefined ? { key: 'flows/answer-broadcast:over' } : undefined),
  opens: (argument) => ({ broadcast: argument }),
  finish: ({ broadcast, words }, { store, person, now }) => {
    const mark = markOf(store, broadcast ?? '', person);
    return {
      outcome: 'broadcast_answered',
      checks: [],
      writes: [['ZADD', store.keys.broadcastReplies(broadcast ?? ''), now, `${mark} ${JSON.stringify(words)}`]],
      says: [{ key: 'flows/answer-broadcast:done' }],
    };
  },
});
