import { noChange } from '../../delivery/outcome.ts';
import { flow } from '../../engine/flow.ts';
import type { Grant } from '../role.ts';
import { ROLES } from '../role.ts';
import { talk } from '../talk.ts';
import { newToken, SIGN_IN_MS } from './sign-in.ts';
import { linkWrites } from './sign-in-store.ts';

type OpenConsoleFacts = { readonly grants: readonly Grant[]; readonly site: string | undefined };

/** Gives an organiser a link into the console. The token stands in the fragment, which no server or proxy logs. */
export const openConsole = flow<OpenConsoleFacts>({
  id: 'open-console',
  version: 1,
  lifetimeSeconds: 300,
  light: true,
}).end();

export const openConsoleTalk = talk({
  flow: openConsole,
  facts: ({ site }: { readonly site?: string }, { contact }) => ({ grants: contact?.grants ?? [], site }),
  closed: ({ grants }) => (grants.length > 0 ? undefined : { key: 'flows/open-console:not_staff' }),
  menuOf: ROLES,
  finish: (_answers, { store, person, facts: { site }, now }) => {
    if (site === undefined) return noChange('console_unreachable', { key: 'flows/open-console:no_address' });
    const { token, hash } = newToken(store.pseudonym(person));
    const link = `${site}/console#t=${token}`;
    return {
      outcome: 'console_link_given',
      checks: [],
      writes: linkWrites(store, person, { hash, until: now + SIGN_IN_MS }),
      says: [
        {
          key: 'flows/open-console:done',
          values: { link },
          code: link,
          links: [{ label: 'flows/open-console:open', url: link }],
          // The outbox keeps no token in clear.
          apart: true,
        },
      ],
    };
  },
});
