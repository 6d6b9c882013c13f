import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { markOf } from '../broadcast.ts';
import { loadSent } from '../broadcast-store.ts';

type HeardBroadcastFacts = { readonly known: string | undefined };

/** Somebody taps 知道了: it is counted for their region, once, under a mark that nobody can turn back. */
export const heardBroadcast = flow<HeardBroadcastFacts>({
  id: 'heard-broadcast',
  version: 1,
  lifetimeSeconds: 3600,
  light: true,
})
  .step(
    'broadcast',
    choice({ options: ({ facts }) => (facts.known === undefined ? [] : [{ id: facts.known, name: {} }]) }),
  )
  .end();

export const heardBroadcastTalk = talk({
  flow: heardBroadcast,
  load: ({ store, position, now }: LoadContext) => loadSent(store, position.answers.broadcast, now),
  facts: (_city: object, _person, sent) => ({ known: sent?.id }),
  closed: ({ known }) => (known === undefined ? { key: 'common:old_button_idle' } : undefined),
  opens: (argument) => ({ broadcast: argument }),
  finish: ({ broadcast }, { store, person, contact, now }) => {
    const mark = markOf(store, broadcast ?? '', person);
    return {
      outcome: 'broadcast_heard',
      checks: [],
      writes: [['ZADD', store.keys.broadcastHeard(broadcast ?? ''), now, `${mark} ${contact.home ?? '-'}`]],
      says: [{ key: 'flows/heard-broadcast:done' }],
    };
  },
});
