import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import { leaveSurveys, loadMember } from '../survey-store.ts';

type LeavePanelFacts = { readonly leaving: Awaited<ReturnType<typeof leaveSurveys>> | undefined };

/** Somebody wants no surveys any more: everything about them as one who may be asked goes. */
export const leavePanel = flow<LeavePanelFacts>({ id: 'leave-panel', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm())
  .end();

export const leavePanelTalk = talk({
  flow: leavePanel,
  load: async ({ store, person }: LoadContext) => ({
    leaving: (await loadMember(store, person.urn)) ? await leaveSurveys(store, person.urn) : undefined,
  }),
  facts: (_city: object, _person, loaded): LeavePanelFacts => loaded,
  closed: ({ leaving }) => (leaving ? undefined : { key: 'flows/leave-panel:not_in' }),
  finish: ({ sure }, { facts: { leaving } }) => {
    if (sure !== true || !leaving) return noChange('panel_stays', { key: 'flows/leave-panel:stays' });
    return { outcome: 'panel_left', checks: [], writes: leaving, says: [{ key: 'flows/leave-panel:done' }] };
  },
});
