import { DAY_MS } from '../../calendar.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { number } from '../../engine/steps/number.ts';
import type { Grant } from '../../people/role.ts';
import { regionsIn } from '../../people/role.ts';
import { talk } from '../../people/talk.ts';
import { MAY_STEER } from '../topic/topic-rights.ts';
import { HOUSE_CODES_MAX, keepHouseCodes, newHouseCode } from './house-code.ts';

type HouseCodesFacts = City & { readonly grants: readonly Grant[] };

/** Codes are in date for this long, ms. */
const VALID_MS = 365 * DAY_MS;
const OFFERED_MAX = 30;

/** The committee prints household codes to be drawn from a box. The store keeps their hashes and the community only. */
export const houseCodes = flow<HouseCodesFacts>({ id: 'house-codes', version: 1, lifetimeSeconds: 3600, light: true })
  .step(
    'region',
    choice({
      options: ({ facts }) =>
        communitiesOf(facts).map((id) => ({ id, name: facts.regions.nameOf(id) ?? { 'zh-CN': id } })),
    }),
  )
  .step('count', number({ min: 1, max: HOUSE_CODES_MAX }))
  .step(
    'sure',
    confirm({
      values: ({ facts, answers }) => ({
        where: { names: facts.regions.nameOf(answers.region ?? '') ?? {} },
        count: answers.count ?? 0,
      }),
    }),
  )
  .end();

function communitiesOf({ grants, regions }: HouseCodesFacts): readonly string[] {
  const scopes = grants.filter(({ role }) => MAY_STEER.includes(role)).map(({ scope }) => scope);
  const inside = (scope: string) =>
    regions.levelOf(scope) === 'community' ? [scope] : regionsIn(scope, 'community', regions);
  return [...new Set(scopes.flatMap(inside))].slice(0, OFFERED_MAX);
}

export const houseCodesTalk = talk({
  flow: houseCodes,
  facts: (city: City, { contact }): HouseCodesFacts => ({ ...city, grants: contact?.grants ?? [] }),
  opens: () => ({}),
  guardsEnd: true,
  closed: (facts) => (communitiesOf(facts).length > 0 ? undefined : { key: 'flows/steer-topics:not_you' }),
  finish: ({ region, count, sure }, { store, now, random }) => {
    if (sure !== true || !region || !count) return noChange('house_codes_not_made', { key: 'common:closed' });
    const codes = Array.from({ length: count }, () => newHouseCode(random));
    return {
      outcome: 'house_codes_made',
      checks: [],
      writes: keepHouseCodes(store, region, codes, now + VALID_MS),
      // Only this message holds the codes, sealed until it is sent.
      says: [
        {
          key: 'flows/house-codes:done',
          values: { count },
          file: { name: `house-codes-${region}.txt`, text: `${codes.join('\n')}\n` },
          apart: true,
        },
      ],
    };
  },
});
