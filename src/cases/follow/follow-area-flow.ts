import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Subscription } from './subscription.ts';
import { ALL_GROUPS, addSubscription, removeSubscriptions } from './subscription.ts';

type FollowAreaFacts = City & { readonly subscriptions: readonly Subscription[] };
type FollowAreaAnswers = { readonly next?: string | null };

/** Limit of subscriptions per person; one for the whole city covers every area. */
const AREAS_MAX = 10;

const AREA = {
  ids: ['district', 'street', 'community'],
  from: ({ answers }: { readonly answers: FollowAreaAnswers }) => (answers.next === 'add' ? '*' : undefined),
} as const;

/** Subscribes a person to the cases of an area, or ends such a subscription. */
export const followArea = flow<FollowAreaFacts>({ id: 'follow-area', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        ...(facts.subscriptions.length < AREAS_MAX ? [{ id: 'add' as const }] : []),
        ...facts.subscriptions.map((one, i) => ({ id: `end_${i}`, name: endButtonName(one, facts) })),
        { id: 'done' as const },
      ],
      resets: ['district', 'street', 'community', 'group'],
    }),
  )
  .steps(regionSteps(AREA))
  .step(
    'group',
    choice({
      relevant: ({ answers }) => answers.next === 'add',
      options: ({ facts }) => [{ id: 'all' }, ...facts.categories.groups],
    }),
  )
  .end();

/** The flow for area subscriptions. */
export const followAreaTalk = talk({
  flow: followArea,
  facts: (city: City, { contact }) => ({ ...city, subscriptions: contact?.areas ?? [] }),
  finish: ({ next, district, street, community, group }, { store, person, contact, facts, now }) => {
    if (next === 'add') {
      const [city] = facts.regions.all('city');
      const region = narrowest(district, street, community) ?? city;
      if (region === undefined) return noChange('areas_seen', { key: 'common:closed' });
      const added = { region, group: group && group !== 'all' ? group : ALL_GROUPS };
      const others = facts.subscriptions.filter((had) => had.region !== added.region || had.group !== added.group);
      return {
        outcome: 'area_followed',
        checks: [],
        writes: addSubscription(store, person, added, now),
        says: [{ key: 'flows/follow-area:done', values: areaValues(added, facts) }],
        contact: { ...contact, areas: [...others, added] },
      };
    }
    const ended = facts.subscriptions[Number(next?.replace('end_', ''))];
    if (!ended) return noChange('areas_seen', { key: 'common:closed' });
    return {
      outcome: 'area_unfollowed',
      checks: [],
      writes: removeSubscriptions(store, person, [ended]),
      says: [{ key: 'flows/follow-area:ended', values: areaValues(ended, facts) }],
      contact: { ...contact, areas: facts.subscriptions.filter((had) => had !== ended) },
    };
  },
});

function areaValues({ region, group }: Subscription, { regions, categories }: FollowAreaFacts) {
  const kind = categories.get(group)?.names;
  return {
    where: { names: regions.nameOf(region) ?? { 'zh-CN': region, en: region } },
    kind: kind ? { names: kind } : { key: 'flows/follow-area:all' as const },
  };
}

/** Names the button that ends a subscription. */
function endButtonName({ region, group }: Subscription, { regions, categories }: FollowAreaFacts): Names {
  const where = regions.nameOf(region) ?? { 'zh-CN': region };
  const kind = categories.get(group)?.names ?? {};
  return Object.fromEntries(
    Object.entries(where).map(([language, name]) => [language, `🔕 ${name} ${kind[language] ?? ''}`.trim()]),
  );
}
