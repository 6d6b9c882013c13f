import type { City } from '../../city/city.ts';
import { flow } from '../../engine/flow.ts';
import type { Names } from '../../engine/step.ts';
import { choice } from '../../engine/steps/choice.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, narrowRegion } from '../../regions/narrow-region.ts';
import type { Subscription } from './subscription.ts';
import { ALL_GROUPS, subscribed, unsubscribed } from './subscription.ts';

type FollowAreaFacts = City & { readonly had: readonly Subscription[] };
type FollowAreaAnswers = { readonly next?: string | null };

/** So many areas are enough for anybody; whoever wants all of it takes the city. */
const AREAS_MAX = 10;

const AREA = {
  ids: ['district', 'street', 'community'],
  from: ({ answers }: { readonly answers: FollowAreaAnswers }) => (answers.next === 'add' ? '*' : undefined),
} as const;

/** Somebody asks to hear of the hazards of an area, of one kind or all. */
export const followArea = flow<FollowAreaFacts>({ id: 'follow-area', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'next',
    choice({
      options: ({ facts }) => [
        ...(facts.had.length < AREAS_MAX ? [{ id: 'add' as const }] : []),
        ...facts.had.map((one, i) => ({ id: `end_${i}`, name: endingName(one, facts) })),
        { id: 'done' as const },
      ],
      resets: ['district', 'street', 'community', 'group'],
    }),
  )
  .step('district', narrowRegion(AREA, 0))
  .step('street', narrowRegion(AREA, 1))
  .step('community', narrowRegion(AREA, 2))
  .step(
    'group',
    choice({
      relevant: ({ answers }) => answers.next === 'add',
      options: ({ facts }) => [{ id: 'all' }, ...facts.categories.groups],
    }),
  )
  .end();

export const followAreaTalk = talk({
  flow: followArea,
  facts: (city: City, { contact }) => ({ ...city, had: contact?.areas ?? [] }),
  finish: ({ next, district, street, community, group }, { store, person, contact, facts, now }) => {
    const nothing = { checks: [], writes: [] };
    if (next === 'add') {
      const [city] = facts.regions.all('city');
      const region = narrowest(district, street, community) ?? city;
      if (region === undefined) return { outcome: 'areas_seen', ...nothing, says: [{ key: 'common:closed' }] };
      const one = { region, group: group && group !== 'all' ? group : ALL_GROUPS };
      const others = facts.had.filter((had) => had.region !== one.region || had.group !== one.group);
      return {
        outcome: 'area_followed',
        checks: [],
        writes: subscribed(store, person, one, now),
        says: [{ key: 'flows/follow-area:done', values: areaValues(one, facts) }],
        contact: { ...contact, areas: [...others, one] },
      };
    }
    const ending = facts.had[Number(next?.replace('end_', ''))];
    if (!ending) return { outcome: 'areas_seen', ...nothing, says: [{ key: 'common:closed' }] };
    return {
      outcome: 'area_unfollowed',
      checks: [],
      writes: unsubscribed(store, person, [ending]),
      says: [{ key: 'flows/follow-area:ended', values: areaValues(ending, facts) }],
      contact: { ...contact, areas: facts.had.filter((had) => had !== ending) },
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

/** What ends when it is tapped. */
function endingName({ region, group }: Subscription, { regions, categories }: FollowAreaFacts): Names {
  const where = regions.nameOf(region) ?? { 'zh-CN': region };
  const kind = categories.get(group)?.names ?? {};
  return Object.fromEntries(
    Object.entries(where).map(([language, name]) => [language, `🔕 ${name} ${kind[language] ?? ''}`.trim()]),
  );
}
