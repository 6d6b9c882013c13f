import { flow } from '../engine/flow.ts';
import type { Names, Option } from '../engine/step.ts';
import { choice } from '../engine/steps/choice.ts';
import { talk } from '../people/talk.ts';
import type { CaseCity } from './report-flow.ts';
import type { Subscription } from './subscription.ts';
import { ALL_GROUPS, subscribed, unsubscribed } from './subscription.ts';

type Facts = CaseCity & { readonly had: readonly Subscription[] };
type Answers = { readonly next?: string | null; readonly district?: string | null; readonly street?: string | null };

/** So many areas are enough for anybody; whoever wants all of it takes the city. */
const AREAS_MAX = 10;

/** Somebody asks to hear of the hazards of an area, of one kind or all. */
export const followArea = flow<Facts>({ id: 'follow-area', version: 1, lifetimeSeconds: 3600, light: true })
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
  .step('district', below(0))
  .step('street', below(1))
  .step('community', below(2))
  .step(
    'group',
    choice({
      relevant: ({ answers }) => answers.next === 'add',
      options: ({ facts }) => [{ id: 'all' }, ...facts.categories.groups],
    }),
  )
  .end();

/** One level further down, as long as there is one and nobody said “all of it”. */
function below(depth: 0 | 1 | 2) {
  const optionsAt = ({ regions }: Facts, { next, district, street }: Answers): readonly Option[] => {
    const above = [undefined, district, street][depth];
    if (next !== 'add' || (depth > 0 && (!above || above === 'here'))) return [];
    const parts = regions.below(above ?? undefined);
    return parts.length > 0 ? [{ id: 'here' }, ...parts] : [];
  };
  return choice<Facts, Answers, string>({
    relevant: ({ facts, answers }) => optionsAt(facts, answers).length > 0,
    options: ({ facts, answers }) => optionsAt(facts, answers),
    resets: depth === 0 ? ['street', 'community'] : depth === 1 ? ['community'] : [],
  });
}

export const followAreaTalk = talk({
  flow: followArea,
  facts: (city: CaseCity, { contact }) => ({ ...city, had: contact?.areas ?? [] }),
  finish: ({ next, district, street, community, group }, { store, person, contact, facts, now }) => {
    const nothing = { checks: [], writes: [] };
    if (next === 'add') {
      const [city] = facts.regions.all('city');
      const region = [community, street, district].find((one) => one && one !== 'here') ?? city;
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

function areaValues({ region, group }: Subscription, { regions, categories }: Facts) {
  const kind = categories.get(group)?.names;
  return {
    where: { names: regions.nameOf(region) ?? { 'zh-CN': region, en: region } },
    kind: kind ? { names: kind } : { key: 'flows/follow-area:all' as const },
  };
}

/** What ends when it is tapped. */
function endingName({ region, group }: Subscription, { regions, categories }: Facts): Names {
  const where = regions.nameOf(region) ?? { 'zh-CN': region };
  const kind = categories.get(group)?.names ?? {};
  return Object.fromEntries(
    Object.entries(where).map(([language, name]) => [language, `🔕 ${name} ${kind[language] ?? ''}`.trim()]),
  );
}
