import { limitEnd } from '../../calendar.ts';
import { personShield } from '../../cases/report/person-shield.ts';
import type { Urn } from '../../channels/channel.ts';
import type { City } from '../../city/city.ts';
import { premisesScope } from '../../city/series.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { text } from '../../engine/steps/text.ts';
import { staffWith } from '../../people/role.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { MAY_DRAW } from '../draw/draw.ts';
import type { Visit } from './visit.ts';
import { premisesNames } from './visit-card.ts';
import { keepVisit, loadVisit } from './visit-store.ts';

type ObjectFacts = {
  readonly city: City;
  readonly kept: Kept<Visit> | undefined;
  readonly organisers: readonly Urn[];
};

/** Time to object to a result, from the moment when the premises got it. */
const OBJECTION_TIME = '2wd';

/** Lets the contact of premises object to the result of a visit. */
export const objectVisit = flow<ObjectFacts>({
  id: 'object-visit',
  version: 1,
  lifetimeSeconds: 2 * 24 * 3600,
  light: true,
})
  .step('words', text({ minLength: 4, maxLength: 500, screen: personShield }))
  .end();

export const objectVisitTalk = talk({
  flow: objectVisit,
  load: async ({ store, city, person, position, now }: LoadContext) => {
    const kept = await loadVisit(store, position.answers.visit);
    const scopes = (person.contact?.grants ?? []).map(({ scope }) => scope);
    const { leftAt, objection, premises, region } = kept?.record ?? {};
    const isOpen = leftAt !== undefined && objection === undefined && now <= limitEnd(leftAt, OBJECTION_TIME);
    if (!kept || !isOpen || !scopes.includes(premisesScope(premises ?? ''))) return { kept: undefined, organisers: [] };
    return { kept, organisers: await staffWith(store, MAY_DRAW, city.regions.chain(region ?? '')) };
  },
  facts: (city: City, _person, loaded): ObjectFacts => ({ city, ...loaded }),
  closed: ({ kept }) => (kept ? undefined : { key: 'flows/object-visit:over' }),
  opens: (argument) => ({ visit: argument }),
  finish: ({ words }, { store, facts: { kept, organisers, city }, now }) => {
    if (!kept || !words) return noChange('objection_late', { key: 'flows/object-visit:over' });
    const visit: Visit = { ...kept.record, objection: { words, at: now } };
    const { checks, writes } = keepVisit(store, visit, undefined, kept);
    const said = {
      key: 'flows/answer-objection:news',
      values: { premises: premisesNames(visit.premises, city), words: { words } },
      buttons: [{ label: 'flows/answer-objection:start', flow: 'answer-objection', argument: visit.id }],
    } as const;
    return {
      outcome: 'visit_objected',
      checks,
      writes,
      says: [{ key: 'flows/object-visit:done' }],
      tells: organisers.map((to) => ({ to, said })),
    };
  },
});
