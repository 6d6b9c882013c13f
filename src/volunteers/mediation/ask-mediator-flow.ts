import { personShield } from '../../cases/report/person-shield.ts';
import type { City } from '../../city/city.ts';
import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { choice } from '../../engine/steps/choice.ts';
import { review } from '../../engine/steps/confirm.ts';
import { text } from '../../engine/steps/text.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { narrowest, regionSteps } from '../../regions/narrow-region.ts';
import type { Kept } from '../../store/records/versioned-record.ts';
import { queueEvent } from '../volunteer/volunteer-store.ts';
import type { Mediation } from './mediation.ts';
import { DISPUTES, newMediationId } from './mediation.ts';
import { mediationButton } from './mediation-news.ts';
import { keepMediation, loadOpenMediationOf } from './mediation-store.ts';

type AskMediatorFacts = City & { readonly open: Kept<Mediation> | undefined };

const WHERE = { ids: ['district', 'street', 'community'], from: () => '*', here: 'below_first' } as const;

/** A resident asks for a mediator between neighbours (老娘舅). The text names no person and only the mediator reads it. */
export const askMediator = flow<AskMediatorFacts>({ id: 'ask-mediator', version: 1, lifetimeSeconds: 24 * 3600 })
  .step('kind', choice({ options: DISPUTES }))
  .steps(regionSteps(WHERE))
  .step('words', text({ maxLength: 300, written: true, screen: personShield }))
  .step('review', review())
  .end();

export const askMediatorTalk = talk({
  flow: askMediator,
  sealed: true,
  load: async ({ store, person }: LoadContext) => ({ open: await loadOpenMediationOf(store, person.urn) }),
  facts: (city: City, _person, loaded) => ({ ...city, ...loaded }),
  opens: () => ({}),
  closed: ({ open }) =>
    open && {
      key: 'flows/ask-mediator:had',
      buttons: [mediationButton(open.record, 'look')],
    },
  finish: ({ kind, district, street, community, words }, { store, person, now }) => {
    if (!words || !('text' in words)) return noChange('mediation_unwritten', { key: 'flows/ask-mediator:written' });
    const id = newMediationId();
    const record: Mediation = {
      id,
      state: 'asked',
      kind: kind ?? 'other',
      region: narrowest(district, street, community) ?? '',
      asker: person,
      told: store.seal(words.text, id),
      askedAt: now,
    };
    const { checks, writes } = keepMediation(store, record);
    return {
      outcome: 'mediation_asked',
      checks,
      writes: [...writes, queueEvent(store, `mediation_asked ${id}`, now)],
      says: [{ key: 'flows/ask-mediator:done' }],
    };
  },
});
