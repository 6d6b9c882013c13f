import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import { confirm } from '../../engine/steps/confirm.ts';
import type { LoadContext } from '../../people/talk.ts';
import { talk } from '../../people/talk.ts';
import type { Write } from '../../store/commit.ts';
import { loadMember } from './member-store.ts';
import { removeMember } from './remove-member.ts';

type LeavePanelFacts = { readonly removal: readonly Write[] | undefined };

/** Removes a resident from the survey panel, with the ballots of open waves. */
export const leavePanel = flow<LeavePanelFacts>({ id: 'leave-panel', version: 1, lifetimeSeconds: 3600, light: true })
  .step('sure', confirm())
  .end();

export const leavePanelTalk = talk({
  flow: leavePanel,
  load: async ({ store, person }: LoadContext) => ({
    removal: (await loadMember(store, person.urn)) ? await removeMember(store, person.urn) : undefined,
  }),
  facts: (_city: object, _person, loaded): LeavePanelFacts => loaded,
  closed: ({ removal }) => (removal ? undefined : { key: 'flows/leave-panel:not_in' }),
  finish: ({ sure }, { facts: { removal } }) => {
    if (sure !== true || !removal) return noChange('panel_stays', { key: 'flows/leave-panel:stays' });
    return { outcome: 'panel_left', checks: [], writes: removal, says: [{ key: 'flows/leave-panel:done' }] };
  },
});
