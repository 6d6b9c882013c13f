import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { respondentPseudonym } from '../broadcast.ts';
import { loadAnswerable } from '../broadcast-store.ts';

type HeardBroadcastFacts = { readonly answerable: string | undefined; readonly unsent: boolean };

/** Counts a tap on 知道了 once per person. Stores a one-way pseudonym and the home region. */
export const heardBroadcast = flow<HeardBroadcastFacts>({
  id: 'heard-broadcast',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'broadcast',
    choice({ options: ({ facts }) => (facts.answerable === undefined ? [] : [{ id: facts.answerable, name: {} }]) }),
  )
  .end();

export const heardBroadcastTalk = talk({
  flow: heardBroadcast,
  load: ({ store, position, now }: LoadContext) => loadAnswerable(store, position.answers.broadcast, now),
  facts: (_city: object, _person, sent) => ({
    answerable: sent === 'unsent' ? undefined : sent?.id,
    unsent: sent === 'unsent',
  }),
  closed: ({ answerable, unsent }) => {
    if (unsent) return { key: 'common:broadcast.unsent' };
    return answerable === undefined ? { key: 'common:old_button_idle' } : undefined;
  },
  opens: (argument) => ({ broadcast: argument }),
  finish: ({ broadcast }, { store, person, contact, now }) => {
    const pseudonym = respondentPseudonym(store, broadcast ?? '', person);
    return {
      outcome: 'broadcast_heard',
      checks: [],
      writes: [['ZADD', store.keys.broadcastHeard(broadcast ?? ''), now, `${pseudonym} ${contact.home ?? '-'}`]],
      says: [{ key: 'flows/heard-broadcast:done' }],
    };
  },
});
