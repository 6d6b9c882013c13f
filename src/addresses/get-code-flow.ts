import { flow } from '../engine/flow.ts';
import { codeWrites, hashOf, LINK_PREFIX, newCode } from '../people/link/link-code.ts';
import { talk } from '../people/talk.ts';

/** Gives a person a code that joins another address to this one. */
export const getCode = flow({ id: 'get-code', version: 1, lifetimeSeconds: 600, light: true }).end();

export const getCodeTalk = talk({
  flow: getCode,
  facts: () => ({}),
  finish: (_answers, { store, person, random }) => {
    const code = newCode(random);
    return {
      outcome: 'link_code_given',
      checks: [],
      writes: codeWrites(store, hashOf(code), person),
      says: [
        {
          key: 'flows/get-code:done',
          values: { code, link: { link: `${LINK_PREFIX}${code.replace('-', '')}` } },
          code,
          apart: true,
        },
      ],
    };
  },
});
