import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import { EVERYWHERE } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Store } from '../../store/store.ts';
import { orStoreAway } from '../../store/store.ts';

const FIELD = 'public_page';

/** True while everybody may read the public page. */
export async function isPublicPageOn({ redis, keys }: Store): Promise<boolean> {
  return (await orStoreAway(redis.hexists(keys.meta, FIELD))) === 1;
}

type PublicPageFacts = { readonly site?: string; readonly may: boolean; readonly on: boolean };

/** Turns the public page on or off; only the office of the whole city may. */
export const publicPage = flow<PublicPageFacts>({ id: 'public-page', version: 1, lifetimeSeconds: 3600, light: true })
  .step('turn_on', confirm({ relevant: ({ facts }) => !facts.on }))
  .step('turn_off', confirm({ relevant: ({ facts }) => facts.on, values: ({ facts }) => addressIn(facts) }))
  .end();

export const publicPageTalk = talk({
  flow: publicPage,
  load: async ({ store, person }: LoadContext) => {
    const grants = person.contact?.grants ?? [];
    return {
      may: grants.some(({ role, scope }) => role === 'office' && scope === EVERYWHERE),
      on: await isPublicPageOn(store),
    };
  },
  facts: ({ site }: City, _person, loaded): PublicPageFacts => ({ ...(site === undefined ? {} : { site }), ...loaded }),
  opens: () => ({}),
  guardsEnd: true,
  closed: ({ may }) => (may ? undefined : { key: 'flows/public-page:not_you' }),
  finish: ({ turn_on, turn_off }, { store: { keys }, facts, now }) => {
    if (facts.on ? turn_off !== true : turn_on !== true)
      return noChange('public_page_kept', { key: 'flows/public-page:kept' });
    return {
      outcome: facts.on ? 'public_page_closed' : 'public_page_opened',
      checks: [],
      writes: [facts.on ? ['HDEL', keys.meta, FIELD] : ['HSET', keys.meta, FIELD, String(now)]],
      says: [{ key: facts.on ? 'flows/public-page:closed' : 'flows/public-page:opened', values: addressIn(facts) }],
    };
  },
});

function addressIn({ site = '' }: PublicPageFacts) {
  return { address: `${site}/city` };
}
