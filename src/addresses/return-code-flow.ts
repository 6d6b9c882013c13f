import { flow } from '../engine/flow.ts';
import { newReturnCode, returnHashOf, returnWrites } from '../people/link/return-code.ts';
import type { LoadContext } from '../people/talk.ts';
import { talk } from '../people/talk.ts';

type ReturnFacts = { readonly forgets: boolean; readonly hasRole: boolean };

/** Gives a person a code that finds their record again from a new browser. Each code voids the one before. */
export const returnCode = flow<ReturnFacts>({ id: 'return-code', version: 1, lifetimeSeconds: 600, light: true }).end();

export const returnCodeTalk = talk({
  flow: returnCode,
  load: async ({ forgets }: LoadContext) => ({ forgets: forgets === true }),
  facts: (_city: object, { contact }, { forgets }: { readonly forgets: boolean }): ReturnFacts => ({
    forgets,
    hasRole: (contact?.grants ?? []).length > 0,
  }),
  opens: () => ({}),
  closed: ({ forgets, hasRole }) => {
    if (!forgets) return { key: 'flows/return-code:not_here' };
    // A written code must not be enough for the rights of a role.
    return hasRole ? { key: 'flows/return-code:has_role' } : undefined;
  },
  finish: (_answers, { store, person, contact, random }) => {
    const code = newReturnCode(random);
    const hash = returnHashOf(store, code);
    return {
      outcome: 'return_code_given',
      checks: [],
      writes: returnWrites(store, hash, person, contact.returns),
      says: [{ key: 'flows/return-code:done', values: { code }, code, apart: true }],
      contact: { ...contact, returns: hash },
    };
  },
});
