import { noChange } from '../delivery/outcome.ts';
import { flow } from '../engine/flow.ts';
import { choice } from '../engine/steps/choice.ts';
import type { Grant } from '../people/role.ts';
import type { Talk } from '../people/talk.ts';
import { talk } from '../people/talk.ts';

/** Argument of a button that opens a talk as the keyboard's button does: without an answer. */
export const FROM_HUB = 'hub';

type HubFacts = { readonly grants: readonly Grant[] };

/**
 * A talk whose only question lists other talks of the person's grants, so that the keyboard stays short.
 * `common:buttons.<id>` is its button, `flows/<id>` holds the question.
 */
export function hub(id: string, talks: readonly Talk[]): Talk {
  const idsFor = ({ grants }: HubFacts) =>
    talks
      .filter(({ menuOf = [], listedFor }) => grants.some((one) => menuOf.includes(one.role) || listedFor?.(one)))
      .map((one) => one.flow.id);
  return talk({
    flow: flow<HubFacts>({ id, version: 1, lifetimeSeconds: 3600, light: true })
      .step(
        'talk',
        choice({
          options: ({ facts }) =>
            idsFor(facts).map((to) => ({ id: to.replaceAll('-', '_'), opens: { flow: to, argument: FROM_HUB } })),
        }),
      )
      .end(),
    facts: (_city, { contact }): HubFacts => ({ grants: contact?.grants ?? [] }),
    closed: (facts) => (idsFor(facts).length === 0 ? { key: `flows/${id}:not_you` } : undefined),
    menuOf: [...new Set(talks.flatMap(({ menuOf = [] }) => menuOf))],
    finish: () => noChange('hub_seen', { key: 'common:closed' }),
  });
}
